// What a captioner says about a picture, and the ports through which it is asked.
import type { Facts, Stage } from './facts/facts.ts';
import type { MediaFormat } from './picture/video-format.ts';

/** One word of the winning hypothesis with its natural log probability. */
export type ScoredWord = { word: string; logProb: number };

/** A hypothesis of the beam: the raw lower-case words and the length-normalised log probability. */
export type Alternative = { plain: string; score: number };

/** A noun that was unsure and was replaced by a more general term; `probability` is that of the term. */
export type Generalised = { from: string; to: string; probability: number };

/** Milliseconds by stage. `encode` and `steps` are a batch's time divided by its pictures. */
export type StageMs = {
  decode: number;
  encode: number;
  steps: number;
  /** of the analysis, by stage; `pixels` is decoding for it */
  facts?: Partial<Record<Stage | 'pixels', number>>;
};

/** A thing that was found; the box is [left, top, width, height] in fractions, 0..1, of the upright picture. */
export type Region = { label: string; box: readonly [number, number, number, number] };

type Said = {
  /** the model's sentence before anything was generalised or withheld */
  plain: string;
  /** probability, 0..1, that the caption is right; calibrated unless `calibrated` is false */
  confidence: number;
  /** false: the package knows no calibrated probability, so `confidence` compares only with others of that model */
  calibrated?: false;
  /** the named numbers that the confidence was computed from */
  features: Record<string, number>;
  nBest: Alternative[];
  words: ScoredWord[];
  /** of styles that tell where things are */
  regions?: Region[];
  model: string;
  style: string;
  ms: StageMs;
};

/** Why a captioner says nothing although it could read the picture. */
export type AbstainReason = 'LOW_CONFIDENCE' | 'NO_WORDS';

/** A caption, or a reasoned silence with the facts that are sure. */
export type Caption =
  | (Said & { status: 'captioned'; text: string; generalised: Generalised[] })
  | (Said & { status: 'abstained'; reason: AbstainReason; sure: string[] });

/** Choices of one request; what is left out comes from the model package. */
export type CaptionChoices = { style?: string; beamSize?: number; nBest?: number };

/** A picture in memory: the encoded bytes as they were uploaded; `analyse` is false where its facts are known. */
export type EncodedPicture = { bytes: Uint8Array; analyse?: false };

/** A text found in the picture's own metadata; `lang` is BCP 47, 'x-default' when the file does not say. */
export type EmbeddedText = { text: string; lang: string };

/** IPTC texts in the file's XMP: Iptc4xmpCore:AltTextAccessibility and ExtDescrAccessibility. */
export type EmbeddedTexts = { alt?: EmbeddedText; long?: EmbeddedText };

/** What decoding tells besides the pixels: the upright size in px, and the 64-bit difference hash as 16 hexadecimal digits. */
export type PictureInfo = { width: number; height: number; format: MediaFormat; dhash: string; embedded: EmbeddedTexts };

/** What is said about a picture, and the picture's own facts; `facts` where its content was analysed. */
export type Captioned = Caption & { picture: PictureInfo; facts?: Facts };

/** Captions pictures. Each outcome stands at its picture's place; one bad picture never fails the others. */
export type Captioner = {
  /** name@version of the model package */
  readonly model: string;
  /** name@version of what each stage of the analysis runs; absent without an analysis */
  readonly analysis?: Readonly<Partial<Record<Stage, string>>>;
  /** styles that `CaptionChoices.style` may name */
  readonly styles: readonly string[];
  /** batches that can be worked on at the same time */
  readonly lanes: number;
  /** copies of the model that share the machine: what a picture's time costs is divided by them */
  readonly models: number;
  /** one line: provider, lanes and threads */
  readonly runsOn: string;
  caption(pictures: readonly EncodedPicture[], choices: CaptionChoices): Promise<(Captioned | Error)[]>;
  close(): Promise<void>;
};
