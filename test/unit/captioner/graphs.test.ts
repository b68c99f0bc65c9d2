import { describe, expect, it } from 'vitest';
import { captionPixels, captionWithFeatures } from '../../../functions/captioner/caption-pixels.ts';
import { type Feeds, floatsOf, int64Vector, integersOf, joiner, pickRows } from '../../../functions/captioner/graphs.ts';
import { gridFeatures } from '../../../functions/captioner/grid-features.ts';
import { encoder } from '../../../functions/captioner/manifest-forms.ts';
import { vocabularyWords } from '../../../functions/captioner/vocabulary.ts';
import { fakeGraphs, fakeManifest } from '../../support/fake-graphs.ts';

describe('tensors', () => {
  it('are taken only in the kind that they should have', () => {
    expect(floatsOf({ data: Float32Array.of(1), dims: [1] }, 'x')).toEqual(Float32Array.of(1));
    expect(integersOf(int64Vector([1, 2]), 'x')).toEqual([1, 2]);
    expect(() => floatsOf({ data: ['a'], dims: [1] }, 'x')).toThrow('Expected float32 for output x but received object');
    expect(() => integersOf(undefined, 'y')).toThrow('Expected int64 for output y but received nothing');
    expect(() => integersOf({ data: 'a', dims: [1] }, 'y')).toThrow('received string');
    expect(() => floatsOf(undefined, 'y')).toThrow('received nothing');
  });

  it('of several pictures are joined on axis 0', () => {
    const part = (value: number) => ({ data: Float32Array.of(value, value), dims: [1, 2, 1] });
    const join = (...parts: { data: unknown; dims: number[] }[]) => {
      const all = joiner(parts.length);
      for (const one of parts) all.add('x', one);
      return all.joined().x;
    };
    expect(join(part(1), part(2), part(3))).toEqual({ data: Float32Array.of(1, 1, 2, 2, 3, 3), dims: [3, 2, 1] });
    const half = { data: Uint16Array.of(1, 2), dims: [1, 2], type: 'float16' };
    expect(join(half, half)).toEqual({ data: Uint16Array.of(1, 2, 1, 2), dims: [2, 2], type: 'float16' });
    expect(() => join(part(1), { data: ['text'], dims: [1] })).toThrow('Expected numbers for x but received object');
    expect(() => joiner(1).add('x', undefined)).toThrow('Expected numbers for x but received undefined');
    const only = part(4);
    expect(join(only)).toBe(only);
  });
});

describe('rows of a tensor', () => {
  it('are picked in any order, also more than once', () => {
    const tensor = { data: Int32Array.of(1, 2, 3, 4, 5, 6), dims: [3, 2] };
    expect(pickRows(tensor, [2, 0, 2], 'x')).toEqual({ data: Int32Array.of(5, 6, 1, 2, 5, 6), dims: [3, 2] });
    expect(pickRows({ data: new Float32Array(0), dims: [0, 2] }, [], 'x')).toEqual({ data: new Float32Array(0), dims: [0, 2] });
  });
});

describe('captioning pixels', () => {
  const model = { words: 9, topK: 9 };
  const vocabulary = ['<pad>', '<end>', '<unk>', '<coco>', 'a', 'of', 'dog', 'cat', 'owl'];
  const modelPackage = {
    manifest: fakeManifest(model),
    detokenizer: vocabularyWords(vocabulary, 1),
    vocabulary,
    nouns: undefined,
    encoder: [new Uint8Array(0)],
    decoder: new Uint8Array(0),
  };

  it('gives the grid features of each picture where the package names them', async () => {
    const manifest = fakeManifest(model);
    const [stage] = manifest.encoder.stages;
    if (stage === undefined) throw new Error('no stage');
    const stages = [{ ...stage, outputs: [...stage.outputs, 'features'] }];
    const named = { ...modelPackage, manifest: { ...manifest, encoder: { stages, features: { output: 'features', name: 'grid@1' } } } };
    const graphs = fakeGraphs(model);
    const encode = graphs.encode.map((run) => async (feeds: Feeds) => {
      const pictures = feeds.image?.dims[0] ?? 0;
      const first = floatsOf(feeds.image, 'image')[0] ?? 0;
      const features = { data: Float32Array.from({ length: pictures * 6 }, (_, i) => first * 10 + i), dims: [pictures, 2, 3] };
      return { ...(await run(feeds)), features };
    });
    const pixels = [Uint8Array.of(1, 0, 0), Uint8Array.of(2, 0, 0)];
    const both = await captionWithFeatures({ ...graphs, encode }, named, pixels, {}, () => 0);
    expect(both.captions).toEqual(await captionPixels(graphs, modelPackage, pixels, {}, () => 0));
    expect(both.features).toEqual([
      { name: 'grid@1', cells: 2, channels: 3, data: Float32Array.of(10, 11, 12, 13, 14, 15) },
      { name: 'grid@1', cells: 2, channels: 3, data: Float32Array.of(20, 21, 22, 23, 24, 25) },
    ]);
    expect((await captionWithFeatures(graphs, modelPackage, pixels, {}, () => 0)).features).toEqual([]);
    await expect(captionWithFeatures(graphs, named, pixels, {}, () => 0)).rejects.toThrow('Expected numbers for features');
    expect(gridFeatures(named.manifest, { data: new Float32Array(0), dims: [] })).toEqual([]);
    expect(gridFeatures(manifest, undefined)).toEqual([]);
    expect(encoder.parse({ file: 'e', input: 'image', outputs: ['memory'], features: { output: 'features', name: 'grid@1' } })).toEqual({
      stages: [{ file: 'e', inputs: { image: 'image' }, outputs: ['memory', 'features'] }],
      features: { output: 'features', name: 'grid@1' },
    });
  });

  it('shares the time of a batch between its pictures', async () => {
    let time = 0;
    const clock = (): number => {
      time += 10;
      return time;
    };
    const captions = await captionPixels(fakeGraphs(model), modelPackage, [Uint8Array.of(1, 0, 0), Uint8Array.of(2, 0, 0)], {}, clock);
    expect(captions.map(({ ms }) => ms)).toEqual([
      { decode: 0, encode: 5, steps: 5 },
      { decode: 0, encode: 5, steps: 5 },
    ]);
    expect(captions[0]).toMatchObject({ style: 'coco', nBest: [expect.anything()] });
  });

  it('refuses a style that the package does not have', async () => {
    const outcome = captionPixels(fakeGraphs(model), modelPackage, [Uint8Array.of(1, 0, 0)], { style: 'poem' }, () => 0);
    await expect(outcome).rejects.toThrow('Expected one of coco for style but received poem');
  });
});
