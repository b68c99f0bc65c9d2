// The text stage: a small network says where writing is; only where there is some, a reader is asked what it says. Lines come in
// reading order with their boxes.
import * as z from 'zod';
import type { Box, FoundText } from '../../../core/facts/facts.ts';
import type { LineImage, ReadLine, TextReader } from '../../../core/facts/text-reader.ts';
import { floatsOf } from '../../graphs.ts';
import type { AnalysisPixels, AnalysisStage } from '../stage.ts';
import { type StagePackage, stageSettings } from '../stage-package.ts';
import { type Accepted, acceptWords } from './accept-words.ts';
import type { ProbabilityMap } from './components.ts';
import { cutLine, turned } from './cut-line.ts';
import { detectorInput } from './detector-input.ts';
import { type FoundLine, findLines } from './find-lines.ts';
import { readingOrder } from './reading-order.ts';
import { extentAlong, type Strip } from './strip.ts';

/** Name of the package's graph: float32 [1, 3, h, w] RGB 0..255 -> float32 [1, 1, h, w], probability that a pixel is in a line's kernel. */
const TEXT_GRAPH = 'detect';

const probability = z.number().min(0).max(1);

/** The settings of a text package. */
const textSettings = z.object({
  input: z.string().min(1),
  output: z.string().min(1),
  /** px of the longer side that the detector looks at */
  side: z.int().min(32).max(2048),
  find: z.object({ pixelAtLeast: probability, kernelAtLeast: probability, minKernelPx: z.number().min(1) }),
  accept: z.object({ knownAtLeast: probability, unknownAtLeast: probability, shortAtLeast: probability, lineAtLeast: probability }),
});

/** Most lines of a picture that are read, the surest first. */
export const MAX_LINES = 32;

/** A strip that stands upright may be written upwards or downwards: it is read both ways. */
const standsUpright = ({ angle }: Strip): boolean => Math.abs(angle) > Math.PI / 4;

/** Left, top, width, height in fractions of the picture, cut at its rim. */
const boxOf = (strip: Strip, { width, height }: AnalysisPixels): Box => {
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  const extent = extentAlong(strip, 0);
  const [left, right] = [inside(extent[0] / width), inside(extent[2] / width)];
  const [top, bottom] = [inside(extent[1] / height), inside(extent[3] / height)];
  return [left, top, right - left, bottom - top];
};

type ToRead = { line: FoundLine; images: LineImage[] };

const toRead = (pixels: AnalysisPixels, line: FoundLine): ToRead => {
  const image = cutLine(pixels, line.strip);
  return { line, images: standsUpright(line.strip) ? [image, turned(image)] : [image] };
};

const surer = (a: Accepted | undefined, b: Accepted | undefined): Accepted | undefined =>
  (b?.confidence ?? 0) > (a?.confidence ?? 0) ? b : a;

/** What each line says, of two ways of reading the surer one. */
const readLines = async (lines: readonly ToRead[], reader: TextReader, accept: (line: ReadLine) => Accepted | undefined) => {
  const images = lines.flatMap((line) => line.images);
  const read = await reader.read(images);
  if (read.length !== images.length) throw new RangeError(`Expected ${images.length} lines from ${reader.by} but received ${read.length}`);
  const rest = [...read];
  return lines.map(({ line, images: ways }) => ({ line, said: rest.splice(0, ways.length).map(accept).reduce(surer, undefined) }));
};

type Said = { strip: Strip; said: Accepted };

const medianAngle = (strips: readonly Strip[]): number =>
  strips.map(({ angle }) => angle).toSorted((a, b) => a - b)[Math.floor(strips.length / 2)] ?? 0;

/** In reading order, as if the page had been turned level. */
const inOrder = (read: readonly Said[]): Said[] => {
  const angle = medianAngle(read.map(({ strip }) => strip).filter((strip) => !standsUpright(strip)));
  const placed = read.map((one) => {
    const [left, top, right, bottom] = extentAlong(one.strip, angle);
    return { left, top, right, bottom, one };
  });
  return readingOrder(placed).map(({ one }) => one);
};

/** The stage, ready to run. @throws PackageRefused when the package's settings are not a text detector's */
export const textStage = (pkg: StagePackage, reader: TextReader): AnalysisStage => {
  const settings = stageSettings(pkg, textSettings);
  const detect = pkg.run(TEXT_GRAPH);

  const mapOf = async (pixels: AnalysisPixels): Promise<ProbabilityMap> => {
    const input = detectorInput(pixels, settings.side);
    const output = (await detect({ [settings.input]: input }))[settings.output];
    const [height = 0, width = 0] = input.dims.slice(2);
    const data = floatsOf(output, settings.output);
    if (data.length !== width * height)
      throw new RangeError(`Expected ${width * height} values of ${settings.output} but received ${data.length}`);
    return { data, width, height };
  };

  return {
    stage: 'text',
    by: `${pkg.by}+${reader.by}`,
    run: async ({ pixels }) => {
      const lines = findLines(await mapOf(pixels), pixels, settings.find);
      if (lines.length === 0) return { text: [] };
      const surest = lines.toSorted((a, b) => b.confidence - a.confidence).slice(0, MAX_LINES);
      const read = await readLines(
        surest.map((line) => toRead(pixels, line)),
        reader,
        (line) => acceptWords(line, settings.accept),
      );
      const said = read.flatMap(({ line: { strip }, said: one }) => (one === undefined ? [] : [{ strip, said: one }]));
      return { text: inOrder(said).map(({ strip, said: one }): FoundText => ({ ...one, box: boxOf(strip, pixels) })) };
    },
  };
};
