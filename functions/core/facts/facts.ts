// What is known about a picture's content, each part from one stage of the analysis. A part is absent when nobody has looked for it or the
// stage failed, and empty when there is nothing.
import type { Quality } from './quality.ts';

/** The stages of the analysis, in the order in which they run: later ones read what earlier ones found. */
export const STAGES = ['objects', 'attributes', 'colours', 'text', 'logos', 'quality', 'dense'] as const;

/** What runs unless a deployment chooses: without `dense`, whose every sentence costs as much as the caption. */
export const USUAL_STAGES: readonly Stage[] = STAGES.filter((stage) => stage !== 'dense');

/** What may read text: Tesseract on the same machine, or Amazon Rekognition. */
export const TEXT_READERS = ['tesseract', 'rekognition', 'off'] as const;

/** An entry of `STAGES`. */
export type Stage = (typeof STAGES)[number];

/** [left, top, width, height] in fractions, 0..1, of the upright picture. */
export type Box = readonly [number, number, number, number];

/** A thing and where it is; `confidence` and `named` (people who describe the picture name this kind of thing) are probabilities, 0..1. */
export type FoundObject = { label: string; confidence?: number; box: Box; named?: number };

/** A colour of the foreground with its share of it, 0..1; `lab` is CIELAB (D65), `hex` the same in sRGB. */
export type FoundColour = { name: string; share: number; hex?: string; lab?: readonly [number, number, number] };

/** A line of text in the picture, in reading order; never translated. `lang` is BCP 47. */
export type FoundText = { text: string; lang?: string; confidence?: number; box?: Box };

/** A brand's mark. */
export type FoundLogo = { brand: string; confidence: number; box: Box };

/** What a product can be asked for. */
export const ATTRIBUTES = ['type', 'colour', 'material', 'pattern', 'fit', 'gender', 'usage'] as const;

/** An entry of `ATTRIBUTES`. */
export type Attribute = (typeof ATTRIBUTES)[number];

/** A value with its calibrated probability, 0..1. */
export type Judged = { value: string; confidence: number };

/** A sentence about a part of the picture. */
export type DenseCaption = { text: string; confidence: number; calibrated?: false; box: Box };

/** A shot of a video: [`startMs`, `endMs`), and what its key frame shows; without a text the captioner was silent. */
export type Shot = { startMs: number; endMs: number; text?: string; confidence?: number; calibrated?: false };

/** What is known about the content. */
export type Facts = {
  objects?: FoundObject[];
  /** how many, and the probability that it is exactly so many; with `orMore`, that there are so many or more */
  people?: { count: number; confidence?: number; orMore?: true };
  /** the product's attributes; an attribute that the model is not sure of is left out */
  attributes?: Partial<Record<Attribute, Judged>>;
  /** what goes on in the picture: the sport, as far as one is seen */
  scene?: Judged[];
  /** largest share first */
  colours?: FoundColour[];
  text?: FoundText[];
  logos?: FoundLogo[];
  quality?: Quality;
  dense?: DenseCaption[];
  /** of videos, in order */
  shots?: Shot[];
  /** name@version of what each stage ran */
  by?: Partial<Record<Stage, string>>;
  /** stages that were asked and failed, with one line why */
  failed?: Partial<Record<Stage, string>>;
};
