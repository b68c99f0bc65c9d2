// The handler of the uploads queue: a batch of SQS messages in, the ids of those that must come again out.
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ingestObjects } from '../../core/ingest/ingest-objects.ts';
import { AGAIN, type Delivery, type IngestEnd, type IngestPorts, type IngestSettings } from '../../core/ingest/ingest-ports.ts';
import { parseMessage } from './ingest-messages.ts';

/** Time that the last pictures of a batch may need, in ms: nothing new is started when less is left. */
export const RESERVE_MS = 15_000;

/** A function whose time is short keeps this share of it in reserve. */
const MAX_RESERVE_SHARE = 0.5;

type Message = { id: string; deliveries: Delivery[] | undefined };

/** What Lambda calls. */
export type IngestHandler = (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<SQSBatchResponse>;

const read = ({ messageId, body, attributes }: SQSRecord): Message => {
  const receives = Math.max(1, Number(attributes?.ApproximateReceiveCount) || 1);
  return { id: messageId, deliveries: parseMessage(body)?.map((event) => ({ event, receives })) };
};

const tally = (ends: readonly IngestEnd[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
  return counts;
};

/** What is counted, and of which ends it is the sum. */
const COUNTED: Readonly<Record<string, readonly IngestEnd[]>> = {
  Ready: ['captioned', 'abstained', 'reused'],
  Abstained: ['abstained'],
  Reused: ['reused'],
  Failed: ['failed', 'gave up'],
  Removed: ['removed'],
  Retried: ['retry', 'no time'],
};

/** The handler with its ports. A message that cannot be read, or of which a part must come again, is returned; it never throws for one. */
export const ingestBatch = (ports: IngestPorts, settings: IngestSettings): IngestHandler => {
  return async ({ Records }, context) => {
    const began = ports.now();
    const totalMs = context.getRemainingTimeInMillis();
    const reserveMs = Math.min(RESERVE_MS, totalMs * MAX_RESERVE_SHARE);
    const messages = Records.map(read);
    const deliveries = messages.flatMap((message) => message.deliveries ?? []);
    const ends = await ingestObjects(ports, settings, deliveries, () => context.getRemainingTimeInMillis() > reserveMs);

    const left = ends.values();
    const failed = messages.filter((message) => {
      if (message.deliveries === undefined) return true;
      const own = message.deliveries.map(() => left.next().value);
      return own.some((end) => end === undefined || AGAIN.includes(end));
    });
    const unreadable = messages.filter((message) => message.deliveries === undefined).length;
    const counts = tally(ends);
    for (const [metric, parts] of Object.entries(COUNTED)) {
      const sum = parts.reduce((total, end) => total + (counts[end] ?? 0), 0);
      if (sum > 0) ports.telemetry.count(metric, sum);
    }
    if (unreadable > 0) ports.telemetry.count('Unreadable', unreadable);
    ports.telemetry.info('batch', { messages: messages.length, again: failed.length, unreadable, ms: ports.now() - began, ...counts });
    ports.telemetry.flush();
    return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
  };
};
