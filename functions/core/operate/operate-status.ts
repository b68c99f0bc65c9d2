// How the service does: the depth of its queues and, when asked, its records by state.

import { STATES, type State } from '../record/record.ts';
import type { Operations, QueueDepth } from './operate-ports.ts';

const PAGE_RECORDS = 1000;

/** Depth of one queue, by its name such as "uploads" or "uploads dlq". */
export type NamedDepth = QueueDepth & { queue: string };

/** Records by state. */
export type StateCounts = Record<State, number>;

/** What the service is like now. */
export type Status = { queues: NamedDepth[]; records?: StateCounts };

/** Counts all records of the bucket; it reads each of them. */
const countRecords = async ({ store, bucket }: Operations): Promise<StateCounts> => {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as StateCounts;
  let after: string | undefined;
  do {
    const page = await store.listByKey({ bucket, prefix: '', limit: PAGE_RECORDS, ...(after !== undefined && { after }) });
    for (const { state } of page.records) counts[state] += 1;
    after = page.next;
  } while (after !== undefined);
  return counts;
};

/** Asks every queue, and with `count` reads every record. @throws CodedError UNAVAILABLE or INTERNAL */
export const readStatus = async (operations: Operations, count: boolean): Promise<Status> => {
  const { undelivered } = operations;
  const queues = operations.queues.flatMap(({ name, queue, dlq }) => [
    { name: name as string, of: queue },
    { name: `${name} dlq`, of: dlq },
  ]);
  if (undelivered !== undefined) queues.push({ name: 'undelivered', of: undelivered });
  const depths = await Promise.all(queues.map(async ({ name, of }): Promise<NamedDepth> => ({ queue: name, ...(await of.depth()) })));
  return count ? { queues: depths, records: await countRecords(operations) } : { queues: depths };
};
