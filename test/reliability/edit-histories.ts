// Machine over human: random histories of a record, with everything that can change it, at the same time and with a store that fails. People's
// words stay until a person changes them, and nothing that a person wrote is lost from record and history within the bounds.
import fc from 'fast-check';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { faults, lived, rounds } from '../support/edit-steps.ts';

const HISTORIES = 10_000;
const SEED = 6_001;

/** What the histories must come to at least once, so that they say something. */
export const SIGHTS: readonly string[] = [
  'DELETED',
  'FAILED',
  'PENDING',
  'READY',
  'dropped',
  'embedded',
  'human',
  'locked',
  'machine',
  'proposals',
  'rejected',
  'replaced',
  'reviewed',
  'rolled back',
  'translations',
  'withdrawn',
  'withheld',
];

const sightsOf = ({ state, texts, history = [], lastPast = 0, proposals, translations, withheld }: CaptionRecord): string[] => [
  state,
  ...Object.values(texts).flatMap(({ origin, locked }) => (locked === true ? [origin, 'locked'] : [origin])),
  ...history.map(({ why }) => why),
  ...(lastPast > history.length ? ['dropped'] : []),
  ...Object.entries({ proposals, translations, withheld }).flatMap(([name, value]) => (value === undefined ? [] : [name])),
];

/** What the histories came to: violations, as they were noticed, of how many writes; and what was seen on the way. */
export type Lived = { histories: number; writes: number; violations: string[]; seen: ReadonlySet<string> };

/** Lives so many histories; the same for the same seed. */
export const liveHistories = async (histories: number, seed: number): Promise<Lived> => {
  const seen = new Set<string>();
  const violations: string[] = [];
  let writes = 0;
  const property = fc.asyncProperty(rounds, faults, async (steps, broken) => {
    const { watched, store } = await lived(steps, broken);
    for (const record of store.records.values()) for (const sight of sightsOf(record)) seen.add(sight);
    writes += store.puts;
    if (watched.faults.length > 0) violations.push(`${watched.faults.join('; ')} in ${JSON.stringify(steps).slice(0, 2_000)}`);
  });
  await fc.assert(property, { numRuns: histories, seed });
  return { histories, writes, violations, seen };
};

const main = async (): Promise<void> => {
  const { histories, writes, violations, seen } = await liveHistories(HISTORIES, SEED);
  const unseen = SIGHTS.filter((sight) => !seen.has(sight));
  console.log(
    `machine over human (seed ${SEED}): ${violations.length} violations in ${histories} histories of ${writes} writes; seen ${SIGHTS.length - unseen.length} of ${SIGHTS.length} situations`,
  );
  for (const violation of violations.slice(0, 5)) console.log(`  ${violation}`);
  process.exitCode = violations.length === 0 && unseen.length === 0 ? 0 : 1;
};

if (import.meta.main) await main();
