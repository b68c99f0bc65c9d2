// Figure 25: deletes before, during and after processing; then all events again, in any order, also those of a listing that is older than
// the delete. Nothing of the picture may be left or come back.
import type { ObjectEvent } from '../../functions/core/record/object-event.ts';
import { deliverMessages, ingestHouse } from '../support/ingest-house.ts';
import { randomFrom, shuffled, sometimesPausing } from '../support/random.ts';
import { bridgeBody } from '../support/s3-messages.ts';
import { drain } from './simulated-queue.ts';

const KEYS = 300;
const REPLAYS = 3;
const WORKERS = 4;
const FIRST_SEED = 25001;
const SEEDS = 4;
const PAUSES_ONE_IN = 4;

/** When the delete is processed, seen from the upload. */
export const WHEN = ['before', 'during', 'after', 'by version'] as const;

/** An entry of `WHEN`. */
export type When = (typeof WHEN)[number];

/** What was left of the keys. */
export type DeletesFigure = { keys: number; left: number; resurrected: number };

type Deleted = { when: When; created: ObjectEvent; observed: ObjectEvent; removed: ObjectEvent };

/** `keys` uploads and deletes; odd seeds have a bucket without versions. */
export const runDeletes = async (seed: number, keys: number): Promise<DeletesFigure> => {
  const random = randomFrom(seed);
  const during = new Map<string, ObjectEvent>();
  const house = ingestHouse({
    store: { pause: sometimesPausing(random, PAUSES_ONE_IN) },
    bucket: { versioned: seed % 2 === 0 },
    captioner: {
      before: async (content) => {
        const removed = during.get(content);
        if (removed !== undefined) await house.deliver([removed]);
      },
    },
  });
  const { clock, bucket } = house;
  const isGone = (key: string): boolean => {
    const record = [...house.store.records.values()].find((stored) => stored.key === key);
    return record?.state === 'DELETED' && !JSON.stringify(record).includes('secret');
  };

  const one = async (i: number): Promise<Deleted> => {
    const when = WHEN[i % WHEN.length] as When;
    const key = `${when} ${i}.jpg`;
    const content = `${i % 7 === 0 ? 'alt=secret: ' : ''}a secret ${i}`;
    const created = bucket.upload(key, content);
    const observed = bucket.observe(key);
    clock.now += 1000;
    const isByVersion = when === 'by version' && created.versionId !== undefined;
    const remove = () => (isByVersion ? bucket.deleteVersion(key, created.versionId ?? '') : bucket.delete(key));
    if (when === 'before') {
      const removed = remove();
      await house.deliver([removed]);
      await house.deliver([created]);
      return { when, created, observed, removed };
    }
    if (when === 'during') {
      // the object is still there when it is read
      const sequencerOnly = { ...created, kind: 'removed' as const, sequencer: `${created.sequencer}01`, at: clock.now };
      const { versionId: _, etag: __, size: ___, ...removed } = sequencerOnly;
      during.set(content, removed);
      await house.deliver([created]);
      bucket.delete(key);
      return { when, created, observed, removed };
    }
    await house.deliver([created]);
    const removed = remove();
    await house.deliver([removed]);
    return { when, created, observed, removed };
  };

  const deleted: Deleted[] = [];
  for (let i = 0; i < keys; i++) deleted.push(await one(i));
  const left = deleted.filter(({ created }) => !isGone(created.key)).length;

  const events = deleted.flatMap(({ created, observed, removed }) => [created, observed, created, removed]);
  const bodies = Array.from({ length: REPLAYS }, () => events.map(bridgeBody)).flat();
  const worker = (batch: Parameters<typeof deliverMessages>[1]) => deliverMessages(house.handler, batch);
  const queue = { messages: shuffled(bodies, random), clock, random, maxReceives: house.settings.maxReceives };
  await drain(queue, Array(WORKERS).fill(worker));
  const resurrected = deleted.filter(({ created }) => !isGone(created.key)).length;
  return { keys, left, resurrected };
};

const main = async (): Promise<void> => {
  let bad = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const { keys, left, resurrected } = await runDeletes(seed, KEYS);
    console.log(`seed ${seed}: ${keys} keys deleted ${WHEN.join(', ')}: ${left} left, ${resurrected} resurrected by replays`);
    bad += left + resurrected;
  }
  console.log(`figure 25: ${bad} of ${KEYS * SEEDS} left or resurrected (target 0)`);
  process.exitCode = bad === 0 ? 0 : 1;
};

if (import.meta.main) await main();
