// What the attributes stage makes of its graph: values that are sure enough, kinds in place of unsure types, nothing of other photos.
import { describe, expect, it } from 'vitest';
import { attributesStage } from '../../../../functions/captioner/analysis/attributes/attributes-stage.ts';
import { meanColours } from '../../../../functions/captioner/analysis/attributes/mean-colours.ts';
import type { StageInput } from '../../../../functions/captioner/analysis/stage.ts';
import type { StagePackage } from '../../../../functions/captioner/analysis/stage-package.ts';
import type { Feeds, Output } from '../../../../functions/captioner/graphs.ts';
import { fakeStagePackage } from '../../../support/fake-stage-package.ts';

const SETTINGS = {
  features: 'grid@1',
  input: 'features',
  colours: { input: 'colours', parts: 1 },
  product: { output: 'product', atLeast: 0.5 },
  attributes: {
    type: { output: 'type', values: ['shirt', 'sneakers', 'sports shoes'], atLeast: 0.6, kinds: { shoes: ['sneakers', 'sports shoes'] } },
    fit: { output: 'fit', values: ['loose', 'unknown'], atLeast: 0.5, never: ['unknown'] },
  },
  scene: { output: 'scene', values: ['other', 'polo'], atLeast: 0.7, never: ['other'] },
};

const output = (...values: number[]): Output => ({ data: Float32Array.from(values), dims: [1, values.length] });

const HEARD = { product: output(0.9), type: output(0.7, 0.2, 0.1), fit: output(0.9, 0.1), scene: output(0.8, 0.2) };

const packageOf = (heard: Record<string, Output>, settings: unknown = SETTINGS, fed: Feeds[] = []): StagePackage =>
  fakeStagePackage('attributes', {
    settings,
    runs: {
      attributes: async (feeds) => {
        fed.push(feeds);
        return heard;
      },
    },
  });

const FEATURES = { name: 'grid@1', data: Float32Array.of(1, 2, 3, 4, 5, 6), cells: 2, channels: 3 };

const INPUT: StageInput = {
  pixels: { data: Uint8Array.of(255, 51, 0), width: 1, height: 1 },
  size: { width: 1, height: 1 },
  encoding: { hasAlpha: false },
  features: FEATURES,
  found: {},
};

const factsOf = (heard: Record<string, Output>, settings?: unknown) => attributesStage(packageOf(heard, settings)).run(INPUT);

describe('the attributes stage', () => {
  it('says what it is sure enough of, from the features as they are', async () => {
    const fed: Feeds[] = [];
    const stage = attributesStage(packageOf(HEARD, SETTINGS, fed));
    expect(stage).toMatchObject({ stage: 'attributes', by: 'fake-attributes@1' });
    expect(await stage.run(INPUT)).toEqual({
      attributes: { type: { value: 'shirt', confidence: expect.closeTo(0.7) }, fit: { value: 'loose', confidence: expect.closeTo(0.9) } },
      scene: [],
    });
    const colours = { data: Float32Array.of(1, 0.2, 0), dims: [1, 1, 3] };
    expect(fed).toEqual([{ features: { data: FEATURES.data, dims: [1, 2, 3] }, colours }]);
  });

  it('gives the kind where only that is sure, and nothing where nothing is', async () => {
    const kind = await factsOf({ ...HEARD, type: output(0.2, 0.45, 0.35), fit: output(0.4, 0.6) });
    expect(kind.attributes).toEqual({ type: { value: 'shoes', confidence: expect.closeTo(0.8) } });
    const nothing = await factsOf({ ...HEARD, type: output(0.45, 0.35, 0.2), fit: output(0.49, 0.4) });
    expect(nothing.attributes).toEqual({});
  });

  it('gives no attributes to a photo of something else, but the sport', async () => {
    expect(await factsOf({ ...HEARD, product: output(0.49), scene: output(0.1, 0.9) })).toEqual({
      attributes: {},
      scene: [{ value: 'polo', confidence: expect.closeTo(0.9) }],
    });
    const { scene: _, ...settings } = SETTINGS;
    expect(await factsOf({ ...HEARD, product: output(0.2) }, settings)).toEqual({ attributes: {} });
  });

  it('asks some attributes of some types only', async () => {
    const settings = { ...SETTINGS, onlyFor: { attributes: ['fit'], types: ['shirt', 'sneakers'], atLeast: 0.5 } };
    expect(Object.keys((await factsOf({ ...HEARD, type: output(0.3, 0.3, 0.4) }, settings)).attributes ?? {})).toEqual(['type', 'fit']);
    expect(Object.keys((await factsOf({ ...HEARD, type: output(0.2, 0.1, 0.7) }, settings)).attributes ?? {})).toEqual(['type']);
    const { type: _, ...others } = SETTINGS.attributes;
    expect(Object.keys((await factsOf(HEARD, { ...settings, attributes: others })).attributes ?? {})).toEqual(['fit']);
  });

  it('refuses features of another kind, and a graph that answers something else', async () => {
    const stage = attributesStage(packageOf(HEARD));
    const { features: _, ...without } = INPUT;
    await expect(stage.run(without)).rejects.toThrow('Expected the features grid@1 of the captioner but received none');
    await expect(stage.run({ ...INPUT, features: { ...FEATURES, name: 'grid@2' } })).rejects.toThrow('received grid@2');
    await expect(factsOf({ ...HEARD, type: output(1) })).rejects.toThrow('Expected 3 probabilities for output type but received 1');
    await expect(factsOf({ product: output(1), scene: output(1, 0) })).rejects.toThrow(
      'Expected float32 for output type but received nothing',
    );
  });

  it('refuses settings that name values that are not there', () => {
    const settings = { ...SETTINGS, scene: { ...SETTINGS.scene, never: ['chess'] } };
    expect(() => attributesStage(packageOf(HEARD, settings))).toThrow('names chess, which is none of the values');
  });
});

describe('mean colours', () => {
  const striped = (width: number, height: number, value: (x: number, y: number) => number) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
      i % 3 === 0 ? value(Math.floor(i / 3) % width, Math.floor(i / 3 / width)) : i % 3,
    );
    return { data, width, height };
  };

  it('are those of equal parts, row by row', () => {
    const means = meanColours(
      striped(60, 40, (x, y) => (x < 30 ? 255 : 0) * (y < 20 ? 1 : 0)),
      2,
    );
    expect(Array.from(means, (mean) => Math.round(mean * 255))).toEqual([255, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  it('of a fine pattern are its mean, and of a picture with fewer pixels than parts its pixels', () => {
    for (const mean of meanColours(
      striped(700, 500, (x) => (x % 2) * 200),
      4,
    ).filter((_, i) => i % 3 === 0)) {
      expect(mean * 255).toBeCloseTo(100, -1.7);
    }
    expect(
      Array.from(
        meanColours(
          striped(2, 1, (x) => x * 255),
          4,
        ),
      )
        .filter((_, i) => i % 3 === 0)
        .slice(0, 4),
    ).toEqual([0, 0, 1, 1].map((v) => expect.closeTo(v)));
  });
});
