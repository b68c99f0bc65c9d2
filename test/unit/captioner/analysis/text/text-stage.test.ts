import { describe, expect, it } from 'vitest';
import type { StageInput } from '../../../../../functions/captioner/analysis/stage.ts';
import type { StagePackage } from '../../../../../functions/captioner/analysis/stage-package.ts';
import { MAX_LINES, textStage } from '../../../../../functions/captioner/analysis/text/text-stage.ts';
import type { Feeds, Run } from '../../../../../functions/captioner/graphs.ts';
import { PackageRefused } from '../../../../../functions/core/errors.ts';
import type { LineImage, ReadLine, TextReader } from '../../../../../functions/core/facts/text-reader.ts';

const SETTINGS = {
  input: 'image',
  output: 'map',
  side: 160,
  find: { pixelAtLeast: 0.3, kernelAtLeast: 0.6, minKernelPx: 2 },
  accept: { knownAtLeast: 0.5, unknownAtLeast: 0.8, shortAtLeast: 0.9, lineAtLeast: 0.85 },
};

type Bar = readonly [left: number, top: number, width: number, height: number];

/** A detector that answers with bars, of a picture of 160 x 96. */
const detector =
  (bars: readonly Bar[], asked: Feeds[] = []): Run =>
  async (feeds) => {
    asked.push(feeds);
    const data = new Float32Array(160 * 96);
    for (const [left, top, width, height] of bars)
      for (let y = top; y < top + height; y++) data.fill(0.9, y * 160 + left, y * 160 + left + width);
    return { map: { data, dims: [1, 1, 96, 160] } };
  };

const packageOf = (run: Run, settings: unknown = SETTINGS): StagePackage => ({
  manifest: {
    schemaVersion: 1,
    kind: 'text',
    name: 'text',
    version: '1.0.0',
    graphs: { detect: { file: 'detect.onnx', inputs: ['image'], outputs: ['map'] } },
    settings,
    licence: 'Apache-2.0',
    startedFrom: [],
    trainingData: [],
    metrics: [],
    files: [{ path: 'detect.onnx', bytes: 1, sha256: '0'.repeat(64) }],
  },
  by: 'text@1.0.0',
  run: () => run,
  file: () => new Uint8Array(),
});

const known = (text: string, confidence = 0.9): ReadLine => ({ words: [{ text, confidence, known: true }], lang: 'en' });

const readerOf = (answer: (lines: readonly LineImage[]) => ReadLine[], seen: LineImage[][] = []): TextReader => ({
  by: 'fake@1',
  read: async (lines) => {
    seen.push([...lines]);
    return answer(lines);
  },
});

const input: StageInput = {
  pixels: { data: new Uint8Array(160 * 96 * 3).fill(200), width: 160, height: 96 },
  size: { width: 1600, height: 960 },
  encoding: { hasAlpha: false },
  found: {},
};

describe('the text stage', () => {
  it('asks no reader where the detector sees no writing', async () => {
    const seen: LineImage[][] = [];
    const asked: Feeds[] = [];
    const stage = textStage(
      packageOf(detector([], asked)),
      readerOf(() => [], seen),
    );
    await expect(stage.run(input)).resolves.toEqual({ text: [] });
    expect(seen).toEqual([]);
    expect(asked[0]?.image?.dims).toEqual([1, 3, 96, 160]);
    expect([stage.stage, stage.by]).toEqual(['text', 'text@1.0.0+fake@1']);
  });

  it('gives what is read in reading order, with boxes', async () => {
    const bars: Bar[] = [
      [20, 60, 60, 8],
      [20, 20, 80, 10],
    ];
    const reader = readerOf((lines) => lines.map(({ width }) => known(width > 160 ? 'OPEN' : 'daily')));
    const { text } = await textStage(packageOf(detector(bars)), reader).run(input);
    expect(text?.map((line) => [line.text, line.lang, line.confidence])).toEqual([
      ['OPEN', 'en', 0.9],
      ['daily', 'en', 0.9],
    ]);
    expect(text?.[0]?.box?.map((v) => Math.round(v * 1000))).toEqual([94, 156, 563, 208]);
  });

  it('orders the lines of a page that is turned as if it were level', async () => {
    const stairs = (left: number, top: number, steps: number): Bar[] =>
      Array.from({ length: steps }, (_, i): Bar => [left + i * 10, top + i * 3, 10, 8]);
    const bars = [...stairs(10, 10, 12), ...stairs(8, 32, 7), ...stairs(20, 64, 5)];
    const names = new Map<number, string>();
    const reader = readerOf((lines) => {
      const sorted = lines.map(({ width }) => width).toSorted((a, b) => b - a);
      sorted.forEach((width, i) => {
        names.set(width, ['top', 'middle', 'low'][i] ?? 'none');
      });
      return lines.map(({ width }) => known(names.get(width) ?? 'none'));
    });
    const { text } = await textStage(packageOf(detector(bars)), reader).run(input);
    expect(text?.map((line) => line.text)).toEqual(['top', 'middle', 'low']);
  });

  it('cuts boxes at the rim', async () => {
    const { text } = await textStage(
      packageOf(detector([[0, 0, 160, 10]])),
      readerOf(() => [known('EDGE')]),
    ).run(input);
    expect(text?.[0]?.box).toEqual([0, 0, 1, expect.closeTo(15 / 96, 5)]);
  });

  it('reads a line that stands upright both ways and takes the surer', async () => {
    const seen: LineImage[][] = [];
    const reader = readerOf((lines) => lines.map((_, i) => known(i === 0 ? 'dn' : 'up', i === 0 ? 0.55 : 0.95)), seen);
    const { text } = await textStage(packageOf(detector([[40, 10, 8, 70]])), reader).run(input);
    expect(text?.map((line) => line.text)).toEqual(['up']);
    expect(seen[0]?.[1]?.data).toEqual(seen[0]?.[0]?.data.toReversed());
    const first = readerOf((lines) => lines.map((_, i) => known(i === 0 ? 'down' : 'u', i === 0 ? 0.95 : 0.6)));
    expect((await textStage(packageOf(detector([[40, 10, 8, 70]])), first).run(input)).text?.[0]?.text).toBe('down');
  });

  it('leaves out what is not believed', async () => {
    const reader = readerOf((lines) => lines.map(() => ({ words: [{ text: '~|', confidence: 0.3, known: false }], lang: 'en' })));
    await expect(textStage(packageOf(detector([[20, 20, 80, 10]])), reader).run(input)).resolves.toEqual({ text: [] });
  });

  it('reads a bounded number of lines', async () => {
    const bars = Array.from({ length: 48 }, (_, i): Bar => [(i % 4) * 40, Math.floor(i / 4) * 8, 10, 4]);
    const seen: LineImage[][] = [];
    await textStage(
      packageOf(detector(bars)),
      readerOf((lines) => lines.map(() => known('word')), seen),
    ).run(input);
    expect(seen[0]).toHaveLength(MAX_LINES);
  });

  it('fails where reader or detector answer something else, and passes on their failures', async () => {
    const bars: Bar[] = [[20, 20, 80, 10]];
    await expect(
      textStage(
        packageOf(detector(bars)),
        readerOf(() => []),
      ).run(input),
    ).rejects.toThrow('Expected 1 lines from fake@1 but received 0');
    const short: Run = async () => ({ map: { data: new Float32Array(3), dims: [3] } });
    await expect(
      textStage(
        packageOf(short),
        readerOf(() => []),
      ).run(input),
    ).rejects.toThrow('Expected 15360 values of map but received 3');
    const broken = readerOf(() => {
      throw new Error('engine gone');
    });
    await expect(textStage(packageOf(detector(bars)), broken).run(input)).rejects.toThrow('engine gone');
  });

  it("refuses a package whose settings are not a text detector's", () => {
    expect(() =>
      textStage(
        packageOf(detector([]), { ...SETTINGS, side: 0 }),
        readerOf(() => []),
      ),
    ).toThrow(PackageRefused);
  });
});
