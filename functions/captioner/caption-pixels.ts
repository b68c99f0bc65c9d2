// One screen of what captioning is: pixels -> planes -> encoder -> beam search -> what is said.
import type { Caption, CaptionChoices } from '../core/caption.ts';
import { searchBatch } from './decode-batch.ts';
import { describe } from './describe.ts';
import { encodeBatch } from './encode-batch.ts';
import type { Graphs } from './graphs.ts';
import { featuresOutput, type GridFeatures, gridFeatures } from './grid-features.ts';
import type { PackageWords } from './package.ts';
import { toPlanes } from './preprocess.ts';

/** A clock in milliseconds, for the stage times only. */
export type Clock = () => number;

const DEFAULT_N_BEST = 1;

const captionSome = async (
  graphs: Graphs,
  words: PackageWords,
  pixels: readonly Uint8Array[],
  choices: CaptionChoices,
  now: Clock,
  extra: readonly string[],
): Promise<CaptionedBatch> => {
  const { manifest } = words;
  const style = choices.style ?? manifest.tokens.defaultStyle;
  const chosen = Object.hasOwn(manifest.tokens.styles, style) ? manifest.tokens.styles[style] : undefined;
  if (chosen === undefined)
    throw new RangeError(`Expected one of ${Object.keys(manifest.tokens.styles).join(', ')} for style but received ${style}`);
  const began = now();
  const planes = pixels.map((picture) => toPlanes(picture, manifest.image));
  const encoded = await encodeBatch(graphs, manifest, planes, chosen.prompt, [...manifest.decoder.memory, ...extra]);
  const memory = Object.fromEntries(
    manifest.decoder.memory.flatMap((name) => (encoded[name] === undefined ? [] : [[name, encoded[name]]])),
  );
  const searching = now();
  const found = await searchBatch(graphs, manifest, memory, pixels.length, {
    start: chosen.start,
    beamSize: choices.beamSize ?? manifest.search.beamSize,
  });
  const ms = { decode: 0, encode: (searching - began) / pixels.length, steps: (now() - searching) / pixels.length };
  return {
    captions: found.map((ranked) => describe(ranked, words, { style, output: chosen.output, nBest: choices.nBest ?? DEFAULT_N_BEST, ms })),
    features: extra.length === 0 ? [] : gridFeatures(manifest, encoded[extra[0] ?? '']),
  };
};

/** What one pass over a batch gives; `features` has one entry for each picture, or none where they were not asked for or the package has none. */
export type CaptionedBatch = { captions: Caption[]; features: GridFeatures[] };

/**
 * Captions for a batch of pictures, and the grid features that they were written from.
 * @param pixels uint8 [height, width, 3] for each picture, resized as the manifest says
 * @throws RangeError for a style that the package does not have
 */
export const captionWithFeatures = async (
  graphs: Graphs,
  words: PackageWords,
  pixels: readonly Uint8Array[],
  choices: CaptionChoices,
  now: Clock,
): Promise<CaptionedBatch> => await captionSome(graphs, words, pixels, choices, now, featuresOutput(words.manifest));

/**
 * Captions for a batch of pictures; each is the same whatever else is in the batch.
 * @param pixels uint8 [height, width, 3] for each picture, resized as the manifest says
 * @throws RangeError for a style that the package does not have
 */
export const captionPixels = async (
  graphs: Graphs,
  words: PackageWords,
  pixels: readonly Uint8Array[],
  choices: CaptionChoices,
  now: Clock,
): Promise<Caption[]> => (await captionSome(graphs, words, pixels, choices, now, [])).captions;
