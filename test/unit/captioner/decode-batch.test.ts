// How rows are laid out, fed and dropped; what is found depends on none of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchBatch } from '../../../functions/captioner/decode-batch.ts';
import { encodeBatch } from '../../../functions/captioner/encode-batch.ts';
import type { Feeds, Graphs } from '../../../functions/captioner/graphs.ts';
import type { Manifest } from '../../../functions/captioner/manifest.ts';
import { type FakeModel, fakeGraphs, fakeManifest } from '../../support/fake-graphs.ts';

const MODEL: FakeModel = { words: 9, topK: 9 };
const CHOICES = { start: [3], beamSize: 3 };
const memoryOf = (seeds: readonly number[]): Feeds => ({ memory: { data: Float32Array.from(seeds), dims: [seeds.length, 1] } });

/** Graphs that note what the steps were fed. */
const watched = (graphs: Graphs) => {
  const fed: Feeds[] = [];
  const step: Graphs['step'] = (feeds) => {
    fed.push(feeds);
    return graphs.step(feeds);
  };
  return { fed, graphs: { ...graphs, step } };
};

const rowsFed = (fed: readonly Feeds[], name: string): number[] => fed.map((feeds) => feeds[name]?.dims[0] ?? 0);

describe('the decoder loop', () => {
  it('finds the same with a row of memory for each hypothesis, repeated once', async () => {
    const seeds = [5, 17, 40, 41];
    const byPicture = fakeManifest(MODEL);
    const byRow: Manifest = { ...byPicture, decoder: { ...byPicture.decoder, memoryRows: 'rows' } };
    const { fed, graphs } = watched(fakeGraphs(MODEL));
    const found = await searchBatch(graphs, byRow, memoryOf(seeds), seeds.length, CHOICES);
    expect(found).toEqual(await searchBatch(fakeGraphs(MODEL), byPicture, memoryOf(seeds), seeds.length, CHOICES));
    expect(rowsFed(fed, 'memory')).toEqual(rowsFed(fed, 'tokens'));
    expect(new Set(fed.slice(1).map(({ memory }) => memory?.data)).size).toBeLessThan(fed.length - 1);
    const [first] = fed;
    const base = memoryOf(seeds);
    const greedy = watched(fakeGraphs(MODEL));
    await searchBatch(greedy.graphs, byRow, base, seeds.length, { ...CHOICES, beamSize: 1 });
    expect(greedy.fed[0]?.memory).toBe(base.memory);
    expect(first?.memory?.dims).toEqual([seeds.length, 1]);
  });

  it('drops finished pictures, and finds what each finds alone', async () => {
    let dropped = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 10_000 }), { minLength: 2, maxLength: 7 }),
        fc.integer({ min: 1, max: 4 }),
        async (seeds, beamSize) => {
          const manifest = fakeManifest(MODEL, { maxTokens: 9, beamSize });
          const { fed, graphs } = watched(fakeGraphs(MODEL));
          const choices = { start: [3], beamSize };
          const together = await searchBatch(graphs, manifest, memoryOf(seeds), seeds.length, choices);
          const alone = await Promise.all(seeds.map((seed) => searchBatch(fakeGraphs(MODEL), manifest, memoryOf([seed]), 1, choices)));
          expect(together).toEqual(alone.flat());
          const rows = rowsFed(fed, 'tokens').slice(1);
          if (rows.some((count, i) => i > 0 && count < (rows[i - 1] ?? 0))) dropped += 1;
          expect(rowsFed(fed, 'memory')[fed.length - 1]).toBeLessThanOrEqual(seeds.length);
        },
      ),
      { numRuns: 60 },
    );
    expect(dropped).toBeGreaterThan(0);
  });

  it('feeds start tokens one by one and begins with states of no length, in float16 where the graph has them', async () => {
    const manifest = fakeManifest(MODEL);
    const { fed, graphs } = watched(fakeGraphs(MODEL));
    const half = { input: 'cache', output: 'cache.out', shape: ['rows' as const, 2, 'time' as const], type: 'float16' as const };
    const withHalf: Manifest = { ...manifest, decoder: { ...manifest.decoder, states: [...manifest.decoder.states, half] } };
    await searchBatch(graphs, withHalf, memoryOf([1, 2]), 2, { start: [3, 7, 5], beamSize: 2 });
    expect(fed.slice(0, 3).map(({ tokens }) => tokens?.data)).toEqual([
      BigInt64Array.of(3n, 3n),
      BigInt64Array.of(7n, 7n),
      BigInt64Array.of(5n, 5n),
    ]);
    expect(fed[0]?.cache).toEqual({ data: new Uint16Array(0), dims: [2, 2, 0], type: 'float16' });
    expect(fed[0]?.said?.dims).toEqual([2, 0]);
    expect(fed[2]?.said?.data).toEqual(Float32Array.of(3, 7, 3, 7));
  });
});

describe('the encoder', () => {
  const PROMPT = [4, 5];
  const staged = (): Manifest => {
    const manifest = fakeManifest(MODEL);
    const stages = [
      { file: 'a', inputs: { pixels: 'image' }, outputs: ['seen'] },
      { file: 'b', inputs: { ids: 'prompt', mask: 'promptMask', seen: 'seen' }, outputs: ['memory', 'extra'] },
    ];
    return { ...manifest, encoder: { stages }, image: { ...manifest.image, width: 2 } };
  };

  const stagedGraphs = (encoderBatch: number): { graphs: Graphs; fed: Feeds[] } => {
    const fed: Feeds[] = [];
    const first: Graphs['encode'][number] = async (feeds) => {
      fed.push(feeds);
      const pixels = feeds.pixels?.data as Float32Array;
      const pictures = feeds.pixels?.dims[0] ?? 0;
      return { seen: { data: Float32Array.from({ length: pictures }, (_, i) => pixels[i * 6] ?? -1), dims: [pictures, 1] } };
    };
    const second: Graphs['encode'][number] = async (feeds) => {
      fed.push(feeds);
      return { memory: feeds.seen ?? { data: undefined, dims: [] } };
    };
    return { fed, graphs: { encode: [first, second], step: async () => ({}), encoderBatch } };
  };
  const planes = [7, 8, 9].map((seed) => Float32Array.of(seed, 0, 0, 0, 0, 0));

  it.each([1, 2, 16])('runs its stages over batches of %i pictures', async (batch) => {
    const { graphs, fed } = stagedGraphs(batch);
    const memory = await encodeBatch(graphs, staged(), planes, PROMPT);
    expect(memory).toEqual({ memory: { data: Float32Array.of(7, 8, 9), dims: [3, 1] } });
    expect(fed).toHaveLength(2 * Math.ceil(planes.length / batch));
    const size = Math.min(batch, planes.length);
    expect(fed[0]).toMatchObject({ pixels: { dims: [size, 3, 1, 2] } });
    expect(fed[1]).toMatchObject({ ids: { dims: [size, 2] }, mask: { dims: [size, 2] } });
    expect(fed[1]?.ids?.data).toEqual(BigInt64Array.from(Array.from({ length: size }, () => [4n, 5n]).flat()));
    expect(fed[1]?.mask?.data).toEqual(BigInt64Array.from(Array.from({ length: size }, () => [1n, 1n]).flat()));
  });

  it('has to give what the decoder takes', async () => {
    const { graphs } = stagedGraphs(1);
    await expect(encodeBatch({ ...graphs, encode: [] }, staged(), planes, PROMPT)).rejects.toThrow('Expected numbers for memory');
  });
});
