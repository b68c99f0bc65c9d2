// The attributes stage: what kind of product is shown and what it is like, read from the captioner's grid features and the picture's colours.
// A photo that is no product photo gets no attributes; a sport is told of any photo. Probabilities are calibrated by the package.
import * as z from 'zod';
import { ATTRIBUTES, type Attribute, type Facts, type Judged } from '../../../core/facts/facts.ts';
import { type Feeds, floatsOf, type Output, type Run } from '../../graphs.ts';
import type { AnalysisStage, StageInput } from '../stage.ts';
import { type StagePackage, stageSettings } from '../stage-package.ts';
import { meanColours } from './mean-colours.ts';

const CHANNELS = 3;

/** Name of the package's graph. */
const ATTRIBUTES_GRAPH = 'attributes';

/** Most parts of a picture's side whose colours a graph may want. */
const MAX_PARTS = 64;

const probability = z.number().min(0).max(1);

/** What a head of the graph can say: the values in the order of its output, from which probability on, and values that are never said. */
const head = z
  .object({
    output: z.string().min(1),
    values: z.array(z.string().min(1)).min(2),
    atLeast: probability,
    never: z.array(z.string()).default([]),
    /** near-synonyms, each with the word for all of them, for when only that is sure */
    kinds: z.record(z.string().min(1), z.array(z.string().min(1)).min(2)).default({}),
  })
  .check(({ value, issues }) => {
    const unknown = [...value.never, ...Object.values(value.kinds).flat()].find((name) => !value.values.includes(name));
    if (unknown !== undefined) issues.push({ code: 'custom', message: `names ${unknown}, which is none of the values`, input: value });
  });

/** Attributes that were learnt of some types only, as nobody asks whom a battery is for: said where these together are so probable. */
const onlyFor = z.object({
  attributes: z.array(z.enum(ATTRIBUTES)).min(1),
  types: z.array(z.string().min(1)).min(1),
  atLeast: probability,
});

/** The settings of an attributes package. */
const attributesSettings = z.object({
  /** name of the grid features that the graph was trained on */
  features: z.string().min(1),
  input: z.string().min(1),
  /** the input that takes the mean colours of `parts` x `parts` parts of the picture */
  colours: z.object({ input: z.string().min(1), parts: z.int().min(1).max(MAX_PARTS) }),
  /** the output that says how probable it is that this is a product photo */
  product: z.object({ output: z.string().min(1), atLeast: probability }),
  attributes: z.partialRecord(z.enum(ATTRIBUTES), head),
  onlyFor: onlyFor.optional(),
  scene: head.optional(),
});

type Settings = z.output<typeof attributesSettings>;

type Head = z.output<typeof head>;

type Heard = Record<string, Output>;

const probabilitiesOf = (heard: Heard, output: string, count: number): Float32Array => {
  const found = floatsOf(heard[output], output);
  if (found.length !== count) throw new RangeError(`Expected ${count} probabilities for output ${output} but received ${found.length}`);
  return found;
};

const likeliest = (candidates: readonly Judged[]): Judged | undefined =>
  candidates.reduce<Judged | undefined>((best, one) => (best === undefined || one.confidence > best.confidence ? one : best), undefined);

/** Near-synonyms together, under the word for all of them. */
const kindsOf = (judged: readonly Judged[], kinds: Head['kinds']): Judged[] =>
  Object.entries(kinds).map(([value, members]) => ({
    value,
    confidence: Math.min(
      1,
      judged.reduce((sum, one) => sum + (members.includes(one.value) ? one.confidence : 0), 0),
    ),
  }));

/** The likeliest value when it is sure enough, else the word for its kind when that is, else nothing. */
const judge = (heard: Heard, { output, values, atLeast, never, kinds }: Head): Judged | undefined => {
  const probabilities = probabilitiesOf(heard, output, values.length);
  const judged = values.map((value, i) => ({ value, confidence: probabilities[i] ?? 0 }));
  const best = likeliest(judged);
  if (best === undefined || never.includes(best.value)) return undefined;
  if (best.confidence >= atLeast) return best;
  const kind = likeliest(kindsOf(judged, kinds));
  return kind !== undefined && kind.confidence >= atLeast ? kind : undefined;
};

/** The attributes that are not asked of what is shown. */
const unasked = (heard: Heard, { attributes: { type }, onlyFor }: Settings): readonly Attribute[] => {
  if (type === undefined || onlyFor === undefined) return [];
  const probabilities = probabilitiesOf(heard, type.output, type.values.length);
  const together = probabilities.reduce((sum, one, i) => (onlyFor.types.includes(type.values[i] ?? '') ? sum + one : sum), 0);
  return together >= onlyFor.atLeast ? [] : onlyFor.attributes;
};

const attributesOf = (heard: Heard, settings: Settings): NonNullable<Facts['attributes']> => {
  const without = unasked(heard, settings);
  const entries = ATTRIBUTES.flatMap((attribute): [Attribute, Judged][] => {
    const rule = without.includes(attribute) ? undefined : settings.attributes[attribute];
    const found = rule === undefined ? undefined : judge(heard, rule);
    return found === undefined ? [] : [[attribute, found]];
  });
  return Object.fromEntries(entries);
};

const factsOf = (heard: Heard, settings: Settings): Partial<Facts> => {
  const { product, scene } = settings;
  const [isProduct = 0] = probabilitiesOf(heard, product.output, 1);
  const seen = scene === undefined ? undefined : judge(heard, scene);
  return {
    attributes: isProduct >= product.atLeast ? attributesOf(heard, settings) : {},
    ...(scene === undefined ? {} : { scene: seen === undefined ? [] : [seen] }),
  };
};

const feedsOf = ({ input, features: wanted, colours }: Settings, { features, pixels }: StageInput): Feeds => {
  if (features?.name !== wanted)
    throw new RangeError(`Expected the features ${wanted} of the captioner but received ${features?.name ?? 'none'}`);
  return {
    [input]: { data: features.data, dims: [1, features.cells, features.channels] },
    [colours.input]: { data: meanColours(pixels, colours.parts), dims: [1, colours.parts ** 2, CHANNELS] },
  };
};

const runStage = async (run: Run, settings: Settings, input: StageInput): Promise<Partial<Facts>> =>
  factsOf(await run(feedsOf(settings, input)), settings);

/**
 * The stage of a package of kind `attributes`. It throws for pictures whose captioner gives other features than the package was trained on.
 * @throws PackageRefused when the package's settings or graph are not what the stage needs
 */
export const attributesStage = (pkg: StagePackage): AnalysisStage => {
  const settings = stageSettings(pkg, attributesSettings);
  const run = pkg.run(ATTRIBUTES_GRAPH);
  return { stage: 'attributes', by: pkg.by, run: (input) => runStage(run, settings, input) };
};
