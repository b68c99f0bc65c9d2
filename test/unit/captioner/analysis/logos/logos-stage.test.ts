// The logos stage on a package of functions: a detector that says where, an embedder that tells colours apart, and brands that are colours.
import { describe, expect, it } from 'vitest';
import { pointText } from '../../../../../functions/captioner/analysis/logos/brands.ts';
import { confidenceOf, logosStage } from '../../../../../functions/captioner/analysis/logos/logos-stage.ts';
import { markPoint } from '../../../../../functions/captioner/analysis/logos/mark-views.ts';
import type { StageInput } from '../../../../../functions/captioner/analysis/stage.ts';
import { floatsOf, type Output, type Run, type Tensor } from '../../../../../functions/captioner/graphs.ts';
import { PackageRefused } from '../../../../../functions/core/errors.ts';
import { fakeStagePackage } from '../../../../support/fake-stage-package.ts';

const SIDE = 64;
const settings = {
  side: SIDE,
  boxes: { atLeast: 0.3, most: 4, overlap: 0.5 },
  confidence: { score: 1, cosine: 10, lead: 0, bias: -8 },
  atLeast: 0.5,
};

/** A crop's mean colour less a middle grey, as a unit vector. */
const embed: Run = async ({ crops }) => {
  const all = floatsOf(crops as Output, 'crops');
  const count = crops?.dims[0] ?? 0;
  const plane = all.length / count / 3;
  const points = Array.from({ length: count }, (_, crop) =>
    [0, 1, 2].map(
      (c) => all.subarray((crop * 3 + c) * plane, (crop * 3 + c + 1) * plane).reduce((sum, value) => sum + value - 127, 0) / plane,
    ),
  ).map((point) => point.map((value) => value / Math.hypot(...point)));
  return { points: { data: Float32Array.from(points.flat()), dims: [count, 3] } };
};

const detects =
  (boxes: readonly number[], scores: readonly number[], seen: Tensor[] = []): Run =>
  async ({ image }) => {
    seen.push(image as Tensor);
    return {
      boxes: { data: Float32Array.from(boxes), dims: [scores.length, 4] },
      scores: { data: Float32Array.from(scores), dims: [scores.length] },
    };
  };

const brands = (names: Record<string, readonly number[]>) => ({
  schemaVersion: 1,
  points: 3,
  brands: Object.entries(names).map(([name, point]) => ({ name, point: pointText(Float32Array.from(point)) })),
});
const COLOURS = { Red: [1, -1, -1], Green: [-1, 1, -1] };

const packageOf = (detect: Run, list: unknown = brands(COLOURS), changed: object = {}) =>
  fakeStagePackage('logos', {
    settings: { ...settings, ...changed },
    runs: { detect, embed },
    files: { 'brands.json': new TextEncoder().encode(JSON.stringify(list)) },
  });

/** Left half red, right half green. */
const halves = (width: number, height: number): StageInput => ({
  pixels: {
    data: Uint8Array.from(Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? [255, 0, 0] : [0, 255, 0])).flat()),
    width,
    height,
  },
  size: { width, height },
  encoding: { hasAlpha: false },
  found: {},
});

describe('the logos stage', () => {
  it('names each mark after the nearest brand, the surest first, with its box', async () => {
    const stage = logosStage(packageOf(detects([0.1, 0.2, 0.3, 0.6, 0.7, 0.2, 0.9, 0.6], [0.6, 0.9])));
    const { logos } = await stage.run(halves(200, 100));
    expect(logos?.map(({ brand }) => brand)).toEqual(['Green', 'Red']);
    expect(logos?.[0]?.box.map((value) => Number(value.toFixed(3)))).toEqual([0.7, 0.2, 0.2, 0.4]);
    expect(stage).toMatchObject({ stage: 'logos', by: 'fake-logos@1' });
  });

  it('shows the whole picture to the detector, stretched to its square, in 0..255', async () => {
    const seen: Tensor[] = [];
    await logosStage(packageOf(detects([], [], seen))).run(halves(300, 150));
    expect(seen[0]?.dims).toEqual([1, 3, SIDE, SIDE]);
    expect([seen[0]?.data[0], seen[0]?.data[SIDE - 1], seen[0]?.data[SIDE * SIDE + SIDE - 1]]).toEqual([255, 0, 255]);
  });

  it('finds nothing where the detector finds nothing, and asks the embedder nothing', async () => {
    const pkg = fakeStagePackage('logos', {
      settings,
      runs: { detect: detects([0, 0, 1, 1], [0.1]), embed: () => Promise.reject(new Error('asked')) },
      files: { 'brands.json': new TextEncoder().encode(JSON.stringify(brands(COLOURS))) },
    });
    expect(await logosStage(pkg).run(halves(80, 80))).toEqual({ logos: [] });
  });

  it('is silent about a mark that is not sure enough to be one of its brands', async () => {
    const other = brands({ Blue: [-1, -1, 1] });
    expect(await logosStage(packageOf(detects([0.1, 0.1, 0.4, 0.4], [0.9]), other)).run(halves(100, 100))).toEqual({ logos: [] });
  });

  it('knows no brand where the list is empty', async () => {
    expect(await logosStage(packageOf(detects([0.1, 0.1, 0.4, 0.4], [0.9]), brands({}))).run(halves(100, 100))).toEqual({ logos: [] });
  });

  it('is silent where the embedder gives fewer points than there are crops', async () => {
    const pkg = fakeStagePackage('logos', {
      settings,
      runs: { detect: detects([0.1, 0.1, 0.4, 0.4], [0.9]), embed: async () => ({ points: { data: new Float32Array(), dims: [0, 3] } }) },
      files: { 'brands.json': new TextEncoder().encode(JSON.stringify(brands(COLOURS))) },
    });
    expect(await logosStage(pkg).run(halves(80, 80))).toEqual({ logos: [] });
  });

  it('does not look at boxes that are too small', async () => {
    const stage = logosStage(packageOf(detects([0.1, 0.2, 0.3, 0.6, 0.7, 0.2, 0.9, 0.4], [0.6, 0.9]), undefined, { leastPx: 39 }));
    const { logos } = await stage.run(halves(200, 100));
    expect(logos?.map(({ brand }) => brand)).toEqual(['Green', 'Red']);
    const stricter = logosStage(packageOf(detects([0.1, 0.2, 0.3, 0.6, 0.7, 0.2, 0.9, 0.4], [0.6, 0.9]), undefined, { leastPx: 41 }));
    expect(await stricter.run(halves(200, 100))).toEqual({ logos: [] });
  });

  describe('with a background', () => {
    const background = (points: readonly (readonly number[])[]) =>
      new TextEncoder().encode(
        JSON.stringify({ schemaVersion: 1, points: 3, crops: points.map((point) => pointText(Float32Array.from(point))) }),
      );
    const stageWith = (points: readonly (readonly number[])[]) =>
      logosStage(
        fakeStagePackage('logos', {
          settings: { ...settings, background: 'background.json', confidence: { ...settings.confidence, clear: 20, bias: -16 } },
          runs: { detect: detects([0.1, 0.2, 0.3, 0.6, 0.7, 0.2, 0.9, 0.6], [0.9, 0.9]), embed },
          files: { 'brands.json': new TextEncoder().encode(JSON.stringify(brands(COLOURS))), 'background.json': background(points) },
        }),
      );

    it('names no mark that looks as much like what photos show anyhow as like the brand', async () => {
      const near = await stageWith([
        [-1, -1, 1],
        [1, -0.9, -0.8],
      ]).run(halves(200, 100));
      expect(near.logos?.map(({ brand }) => brand)).toEqual(['Green']);
      const far = await stageWith([[-1, -1, 1]]).run(halves(200, 100));
      expect(far.logos?.map(({ brand }) => brand).toSorted()).toEqual(['Green', 'Red']);
    });

    it('refuses one that is empty or has points of another length', () => {
      expect(() => stageWith([])).toThrow('fake-logos@1 refused: background.json');
      expect(() => stageWith([[1, 0]])).toThrow('has a point of another length');
    });
  });

  it('refuses a package whose settings or brands are not as they should be', () => {
    expect(() => logosStage(packageOf(detects([], []), brands(COLOURS), { atLeast: 2 }))).toThrow(PackageRefused);
    expect(() => logosStage(packageOf(detects([], []), { brands: [] }))).toThrow('fake-logos@1 refused: brands.json');
  });
});

describe('the confidence of a name', () => {
  const rule = { score: 1, cosine: 10, lead: 2, clear: 5, bias: -8 };
  const middling = { score: 0.5, cosine: 0.8, lead: 0, clear: 0 };

  it('grows with the score, the cosine, and the lead over brands and background, and stays a probability', () => {
    const plain = confidenceOf(middling, rule);
    expect(plain).toBeCloseTo(0.5);
    for (const better of [{ score: 0.9 }, { cosine: 0.9 }, { lead: 0.3 }, { clear: 0.3 }])
      expect(confidenceOf({ ...middling, ...better }, rule)).toBeGreaterThan(plain);
    expect(confidenceOf({ score: 1, cosine: 1, lead: 1, clear: 1 }, rule)).toBeLessThanOrEqual(1);
    expect(confidenceOf({ score: 0, cosine: -1, lead: 0, clear: -1 }, rule)).toBeGreaterThanOrEqual(0);
  });
});

describe('the point of a mark', () => {
  /** Stripes of 30 x 90 px. */
  const mark = (colours: readonly (readonly [number, number, number, number])[]) => {
    const row = colours.flatMap((colour) => Array.from({ length: 30 }, () => colour).flat());
    return { data: Uint8Array.from(Array.from({ length: 90 }, () => row).flat()), width: 30 * colours.length, height: 90 };
  };
  const asked: number[] = [];
  const counting: Run = async ({ crops }) => {
    const all = floatsOf(crops as Output, 'crops');
    const plane = 64 * 64;
    for (let i = 0; i < all.length; i += 3 * plane) asked.push(...[0, 1, 2].map((c) => Math.round(all[i + c * plane + 32 * 64 + 32] ?? 0)));
    return embed({ crops } as Parameters<Run>[0]);
  };

  it('of one colour does not depend on that colour: it is drawn in four pairs of colours', async () => {
    asked.length = 0;
    const [black, blue] = [await markPoint(counting, mark([[0, 0, 0, 255]])), await markPoint(embed, mark([[0, 0, 255, 255]]))];
    expect([...black]).toEqual([...blue]);
    expect(Math.hypot(...black)).toBeCloseTo(1);
    expect(asked).toEqual([0, 0, 0, 255, 255, 255, 217, 38, 38, 242, 242, 242]);
  });

  it('of several colours keeps them, and is seen as tones of grey too', async () => {
    asked.length = 0;
    await markPoint(
      counting,
      mark([
        [255, 0, 0, 255],
        [255, 0, 0, 255],
        [0, 0, 255, 255],
      ]),
    );
    expect(asked).toEqual([255, 0, 0, 255, 0, 0, 76, 76, 76, 179, 179, 179]);
  });

  it('is not there without any drawing', async () => {
    expect(await markPoint(async () => ({ points: { data: new Float32Array(), dims: [0] } }), mark([[0, 0, 0, 0]]))).toHaveLength(0);
  });
});
