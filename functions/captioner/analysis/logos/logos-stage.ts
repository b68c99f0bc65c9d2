// The logos stage, after DeepLogo: a detector of marks of any kind, and an embedder whose points are compared with those of the brands'
// drawings, so that a brand needs no training. How sure a name is comes from both, and from how much nearer the brand is than what real
// photos show where there is no mark; the calibration was fitted on photos of all kinds (docs/logos.md).
import * as z from 'zod';
import type { FoundLogo } from '../../../core/facts/facts.ts';
import { floatsOf, type Run } from '../../graphs.ts';
import type { ImageSpec } from '../../manifest.ts';
import { parseFile } from '../../package-files.ts';
import { pillowFit } from '../../pillow-resize.ts';
import { toPlanes } from '../../preprocess.ts';
import type { AnalysisPixels, AnalysisStage } from '../stage.ts';
import { type StagePackage, stageSettings } from '../stage-package.ts';
import { backgroundPoints, backgroundSchema, nearestBackground } from './background.ts';
import { brandListSchema, type Nearest, nearestBrand, textPoint } from './brands.ts';
import { halvedTowards } from './halve.ts';
import { type MarkBox, markBoxes } from './mark-boxes.ts';
import { CROP_PX, CROP_SIZE, cropWindow, windowAround } from './mark-crops.ts';

/** Names of the package's graphs. */
export const LOGO_GRAPHS = { detect: 'detect', embed: 'embed' } as const;

/** The file with the brands. */
export const BRANDS_FILE = 'brands.json';

/** Keeps odds finite. */
const TINY = 1e-6;

const share = z.number().min(0).max(1);

/** The settings of a logos package. */
const logosSettings = z.object({
  /** px of the square that the detector sees */
  side: z.int().min(32).max(2048),
  boxes: z.object({ atLeast: share, most: z.int().min(1).max(50), overlap: share }),
  /** a box with a shorter longest side is not looked at, px */
  leastPx: z.int().min(0).default(0),
  /** the file with the background, where names are compared with one */
  background: z.string().min(1).optional(),
  /** logistic regression over the detector's log odds, the cosine, its lead over the next brand's, and over the background's */
  confidence: z.object({ score: z.number(), cosine: z.number(), lead: z.number(), clear: z.number().default(0), bias: z.number() }),
  /** least confidence of a brand that is told */
  atLeast: share,
});

type Settings = z.output<typeof logosSettings>;

/** What a name is judged by: `clear` is how much nearer the brand is than the background. */
type Evidence = Pick<Nearest, 'cosine' | 'lead'> & { score: number; clear: number };

/** The probability that box and name are right. */
export const confidenceOf = ({ score, cosine, lead, clear }: Evidence, rule: Settings['confidence']): number => {
  const odds = Math.log((score + TINY) / (1 - score + TINY));
  return 1 / (1 + Math.exp(-(rule.score * odds + rule.cosine * cosine + rule.lead * lead + rule.clear * clear + rule.bias)));
};

const PLAIN: Pick<ImageSpec, 'mean' | 'std'> = { mean: [0, 0, 0], std: [1, 1, 1] };

const longestSide = ({ left, top, right, bottom }: MarkBox, { width, height }: AnalysisPixels): number =>
  Math.max((right - left) * width, (bottom - top) * height);

const detect = async (run: Run, pixels: AnalysisPixels, { side, boxes: rules, leastPx }: Settings): Promise<MarkBox[]> => {
  const { data } = pillowFit(halvedTowards(pixels, side), { width: side, height: side, fit: 'fill' }, 'bilinear');
  const image = toPlanes(data, { width: side, height: side, ...PLAIN });
  const { boxes, scores } = await run({ image: { data: image, dims: [1, 3, side, side] } });
  return markBoxes(boxes, scores, rules).filter((box) => longestSide(box, pixels) >= leastPx);
};

/** The embedder's answer for crops, float32 [n, 3, 64, 64] in 0..255: one unit vector each. @throws TypeError when it gives no float32 */
export const embedCrops = async (run: Run, crops: readonly Float32Array[]): Promise<Float32Array[]> => {
  const data = new Float32Array(crops.length * CROP_SIZE);
  crops.forEach((crop, i) => {
    data.set(crop, i * CROP_SIZE);
  });
  const { points } = await run({ crops: { data, dims: [crops.length, 3, CROP_PX, CROP_PX] } });
  const all = floatsOf(points, 'points');
  const length = all.length / crops.length;
  return crops.map((_, i) => all.subarray(i * length, (i + 1) * length));
};

const cropOf = (pixels: AnalysisPixels, { left, top, right, bottom }: MarkBox): Float32Array => {
  const { width, height } = pixels;
  return cropWindow(pixels, windowAround({ left: left * width, top: top * height, right: right * width, bottom: bottom * height }));
};

const backgroundOf = (pkg: StagePackage, { background: path }: Settings): Float32Array[] =>
  path === undefined ? [] : backgroundPoints(parseFile({ where: pkg.by }, path, pkg.file(path), backgroundSchema));

/**
 * The stage of a package of kind `logos`.
 * @throws PackageRefused when settings, graphs, list of brands or background are not what the stage needs
 */
export const logosStage = (pkg: StagePackage): AnalysisStage => {
  const settings = stageSettings(pkg, logosSettings);
  const [detector, embedder] = [pkg.run(LOGO_GRAPHS.detect), pkg.run(LOGO_GRAPHS.embed)];
  const list = parseFile({ where: pkg.by }, BRANDS_FILE, pkg.file(BRANDS_FILE), brandListSchema);
  const brands = list.brands.map(({ name, point }) => ({ name, point: textPoint(point) }));

  const background = backgroundOf(pkg, settings);

  const logoOf = ({ score, left, top, right, bottom }: MarkBox, point: Float32Array | undefined): FoundLogo[] => {
    const nearest = point === undefined ? undefined : nearestBrand(point, brands);
    if (point === undefined || nearest === undefined) return [];
    const clear = background.length === 0 ? 0 : nearest.cosine - nearestBackground(point, background);
    const confidence = confidenceOf({ ...nearest, score, clear }, settings.confidence);
    return confidence < settings.atLeast ? [] : [{ brand: nearest.brand, confidence, box: [left, top, right - left, bottom - top] }];
  };

  return {
    stage: 'logos',
    by: pkg.by,
    async run({ pixels }) {
      const boxes = await detect(detector, pixels, settings);
      if (boxes.length === 0) return { logos: [] };
      const points = await embedCrops(
        embedder,
        boxes.map((box) => cropOf(pixels, box)),
      );
      const logos = boxes.flatMap((box, i) => logoOf(box, points[i]));
      return { logos: logos.toSorted((a, b) => b.confidence - a.confidence) };
    },
  };
};
