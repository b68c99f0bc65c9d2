// Figure 7: a writer that was stopped past its lease and then continues. Meanwhile another has done its work, or is at it, or the object was
// overwritten or deleted. Whatever the stale one has found must not be stored, and its message must not be answered as if it had been.
import { isDeepStrictEqual } from 'node:util';
import { ingestHouse } from '../support/ingest-house.ts';
import { randomFrom, whole } from '../support/random.ts';

const TIMES = 100;
const SEED = 7001;
const LONGEST_LATE_MS = 3_600_000;

/** What others did while the writer was stopped. */
export const MEANWHILE = ['done by another', 'another at work', 'overwritten', 'deleted', 'failed by another'] as const;

/** An entry of `MEANWHILE`. */
export type Meanwhile = (typeof MEANWHILE)[number];

/** A captioner that holds each call until it is let go; `letGo(n, fails)` is for the n-th call from 0. */
const gatedCaptioner = () => {
  const gates: ((fails: boolean) => void)[] = [];
  const waiting: (() => void)[] = [];
  const reached = async (calls: number): Promise<void> => {
    while (gates.length < calls) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const before = async (): Promise<void> => {
    const fails = await new Promise<boolean>((resolve) => {
      gates.push(resolve);
      for (const go of waiting.splice(0)) go();
    });
    if (fails) throw new Error('the model ended');
  };
  return { before, reached, letGo: (call: number, fails = false) => gates[call]?.(fails) };
};

/** Whether the stale write left the record as it was. */
export const isRefused = async (meanwhile: Meanwhile, lateMs: number): Promise<boolean> => {
  const gate = gatedCaptioner();
  const house = ingestHouse({
    captioner: { before: gate.before, lanes: 4 },
    settings: { maxReceives: meanwhile === 'failed by another' ? 2 : 5 },
  });
  const event = house.bucket.upload('a.jpg', 'what the first one saw');
  const stale = house.deliver([event]);
  await gate.reached(1);
  house.clock.now += house.settings.leaseMs + lateMs;

  const again = meanwhile === 'overwritten' ? house.bucket.upload('a.jpg', 'another picture') : event;
  const other = house.deliver([meanwhile === 'deleted' ? house.bucket.delete('a.jpg') : again], 2);
  if (meanwhile !== 'deleted') await gate.reached(2);
  if (meanwhile !== 'deleted' && meanwhile !== 'another at work') gate.letGo(1, meanwhile === 'failed by another');
  if (meanwhile !== 'another at work') await other;

  const before = structuredClone([...house.store.records]);
  gate.letGo(0);
  const [staleAgain] = await stale;
  const isUntouched = isDeepStrictEqual(before, [...house.store.records]);
  gate.letGo(1);
  await other;
  // only where the work is not finished has the message to come again
  const hasToComeAgain = meanwhile === 'another at work' || meanwhile === 'failed by another';
  return isUntouched && (staleAgain !== undefined) === hasToComeAgain;
};

const main = async (): Promise<void> => {
  const random = randomFrom(SEED);
  const refused = new Map<Meanwhile, number>();
  for (let time = 0; time < TIMES; time++) {
    const meanwhile = MEANWHILE[time % MEANWHILE.length] as Meanwhile;
    const isGood = await isRefused(meanwhile, 1 + whole(random, LONGEST_LATE_MS));
    refused.set(meanwhile, (refused.get(meanwhile) ?? 0) + (isGood ? 1 : 0));
  }
  const total = [...refused.values()].reduce((sum, count) => sum + count, 0);
  for (const [meanwhile, count] of refused) console.log(`${meanwhile}: ${count}/${TIMES / MEANWHILE.length} refused`);
  console.log(`figure 7 (seed ${SEED}): ${total}/${TIMES} stale writes refused`);
  process.exitCode = total === TIMES ? 0 : 1;
};

if (import.meta.main) await main();
