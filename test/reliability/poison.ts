// Figure 14: batches of 10 with 1 to 9 records that cannot be worked on now. Only those are returned; all others are done.
import { ingestHouse } from '../support/ingest-house.ts';
import { type Random, randomFrom, shuffled, whole } from '../support/random.ts';
import { bridgeBody, directBody, sqsEvent } from '../support/s3-messages.ts';

const BATCH = 10;
const ROUNDS = 40;
const SEED = 14001;
const LONG_MS = 100_000;

/** Messages that nobody can read. */
const UNREADABLE = [
  '',
  'not JSON',
  'null',
  '[]',
  '{}',
  '{"Records":[]}',
  '{"Records":[null]}',
  '{"source":"aws.s3","detail-type":"Object Created","time":"2026-01-01T00:00:00Z","detail":{}}',
  '{"source":"aws.s3","detail-type":"Object Created","time":"never","detail":{"bucket":{"name":"b"},"object":{"key":"k","sequencer":"1"}}}',
  '{"source":"aws.s3","detail-type":"Object Created","time":"2026-01-01T00:00:00Z","detail":{"bucket":{"name":"b"},"object":{"key":"","sequencer":"1"}}}',
  '{"source":"aws.s3","detail-type":"Object Deleted","time":"2026-01-01T00:00:00Z","detail":{"bucket":{"name":"b"},"object":{"key":"k","sequencer":"xyz"}}}',
  '{"source":"caption-on-upload.backfill","detail-type":"Object Observed","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}',
  '{"Records":[{"eventName":"ObjectCreated:Put","eventTime":"2026-01-01T00:00:00Z","s3":{"bucket":{"name":"b"},"object":{"key":"%zz","sequencer":"1"}}}]}',
  `{"source":"aws.s3","detail-type":"Object Created","time":"2026-01-01T00:00:00Z","detail":{"bucket":{"name":"b"},"object":{"key":"${'é'.repeat(513)}","sequencer":"1"}}}`,
];

type Poison = 'unreadable' | 'store' | 'bucket' | 'model' | 'one of two';
const POISONS: Poison[] = ['unreadable', 'store', 'bucket', 'model', 'one of two'];

/** Whether exactly the poisoned ones of a batch came back, and all others are READY. */
export const onlyPoisonReturned = async (poisoned: number, random: Random): Promise<boolean> => {
  const house = ingestHouse({
    store: { putFault: ({ key }) => (key.startsWith('store') ? 'throw' : undefined) },
    bucket: { fetchFault: ({ key }) => (key.startsWith('bucket') ? new Error('SlowDown') : undefined) },
  });
  const upload = (key: string, content: string) => house.bucket.upload(key, content);
  const poison = (i: number): string => {
    const kind = POISONS[whole(random, POISONS.length)] as Poison;
    if (kind === 'unreadable') return UNREADABLE[whole(random, UNREADABLE.length)] as string;
    if (kind === 'one of two') return directBody([upload(`good-too-${i}`, `also good ${i}`), upload(`one-${i}`, `stuck: ${i}`)]);
    return bridgeBody(upload(`${kind}-${i}`, kind === 'model' ? `no model: ${i}` : `picture ${i}`));
  };
  const places = shuffled(
    Array.from({ length: BATCH }, (_, i) => i),
    random,
  );
  const bad = new Set(places.slice(0, poisoned).map((place) => `message-${place}`));
  const messages = Array.from({ length: BATCH }, (_, i) => {
    const id = `message-${i}`;
    return { id, receives: 1, body: bad.has(id) ? poison(i) : bridgeBody(upload(`good-${i}`, `good picture ${i}`)) };
  });
  const { batchItemFailures } = await house.handler(sqsEvent(messages), { getRemainingTimeInMillis: () => LONG_MS });
  const returned = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const good = [...house.store.records.values()].filter(
    ({ key, state }) => key.startsWith('good-') && !key.startsWith('good-too') && state === 'READY',
  );
  return (
    bad.size === returned.size &&
    bad.size === batchItemFailures.length &&
    [...bad].every((id) => returned.has(id)) &&
    good.length === BATCH - poisoned
  );
};

const main = async (): Promise<void> => {
  const random = randomFrom(SEED);
  let right = 0;
  for (let poisoned = 1; poisoned < BATCH; poisoned++) {
    for (let round = 0; round < ROUNDS; round++) right += (await onlyPoisonReturned(poisoned, random)) ? 1 : 0;
  }
  const batches = (BATCH - 1) * ROUNDS;
  console.log(
    `figure 14 (seed ${SEED}): ${right}/${batches} batches of ${BATCH} with 1 to ${BATCH - 1} poison records returned only the failed ids`,
  );
  process.exitCode = right === batches ? 0 : 1;
};

if (import.meta.main) await main();
