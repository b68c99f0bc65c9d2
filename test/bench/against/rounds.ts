// Takes turns: in each round every contender captions the same photos, and another one begins.
import { median } from '../service.ts';
import type { Measured, Running } from './contender.ts';
import type { Shares } from './protocol.ts';

/** Photos that are captioned one by one in each round. */
const SINGLES = 4;

/** A contender's figures for one size of batch; times in ms for each picture, medians over the rounds. */
export type Figure = {
  name: string;
  threads: number;
  batch: number;
  ms: number;
  perSecond: number;
  /** CPU time of all its processes */
  cpuMs: number;
  shares: Shares | undefined;
};

type Seen = { ms: number; cpuMs: number; shares: Shares | undefined };

const MS_PER_SECOND = 1000;
const PARTS = ['decode', 'encoder', 'steps'] as const;

const sharesOf = (seen: readonly Seen[]): Shares | undefined => {
  const known = seen.flatMap(({ shares }) => (shares === undefined ? [] : [shares]));
  if (known.length === 0) return undefined;
  const [decode = 0, encoder = 0, steps = 0] = PARTS.map((part) => median(known.map((shares) => shares[part])));
  return { decode, encoder, steps };
};

/** The batches of a round: one whole batch, or some photos alone. */
const batchesOf = (photos: readonly string[], batch: number): string[][] => {
  if (batch === 1) return photos.slice(0, SINGLES).map((photo) => [photo]);
  return [Array.from({ length: batch }, (_, at) => photos[at % photos.length] ?? '')];
};

const askAll = async (contender: Running, batches: readonly string[][]): Promise<Seen> => {
  const answers: Measured[] = [];
  for (const batch of batches) answers.push(await contender.ask(batch));
  const pictures = batches.flat().length;
  const each = (of: (answer: Measured) => number): number => answers.reduce((sum, answer) => sum + of(answer), 0) / pictures;
  const known = answers.every(({ shares }) => shares !== undefined);
  const [decode = 0, encoder = 0, steps = 0] = PARTS.map((part) => each(({ shares }) => shares?.[part] ?? 0));
  return { ms: each(({ ms }) => ms), cpuMs: each(({ cpuMs }) => cpuMs), shares: known ? { decode, encoder, steps } : undefined };
};

/** Measures all contenders in turns. They are warm: all have said what they say of these photos. */
export const measureRounds = async (
  contenders: readonly Running[],
  { photos, batch, rounds, threads }: { photos: readonly string[]; batch: number; rounds: number; threads: number },
): Promise<Figure[]> => {
  const batches = batchesOf(photos, batch);
  const seen = new Map<string, Seen[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) if (contender.sawBefore) await askAll(contender, batches);
  for (let round = 0; round < rounds; round += 1) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      seen.get(contender.name)?.push(await askAll(contender, batches));
    }
  }
  return contenders.map(({ name }) => {
    const own = seen.get(name) ?? [];
    const ms = median(own.map((one) => one.ms));
    const cpuMs = median(own.map((one) => one.cpuMs));
    return { name, threads, batch, ms, perSecond: MS_PER_SECOND / ms, cpuMs, shares: sharesOf(own) };
  });
};
