// The record of one object key: what is known about its picture, its texts and where they came from.

import type { AbstainReason } from '../caption.ts';
import type { Reason } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { MediaFormat } from '../picture/video-format.ts';

/** Life of a record. Terminal: all but PENDING. */
export const STATES = ['PENDING', 'READY', 'FAILED', 'DELETED'] as const;

/** A key of `STATES`. */
export type State = (typeof STATES)[number];

/** Who wrote a text, from the weakest to the strongest; a text is never replaced by a weaker one. */
export const ORIGINS = ['machine', 'embedded', 'reviewed', 'human'] as const;

/** An entry of `ORIGINS`. */
export type Origin = (typeof ORIGINS)[number];

/** The texts that a picture can have. */
export const TEXT_KINDS = ['alt', 'caption', 'long', 'title'] as const;

/** An entry of `TEXT_KINDS`. */
export type TextKind = (typeof TEXT_KINDS)[number];

/** One text and where it comes from. */
export type Text = {
  text: string;
  /** BCP 47 */
  lang: string;
  origin: Origin;
  /** person or program that wrote it */
  by?: string;
  /** ms since 1970 */
  at: number;
  /** why a person wrote it so, in that person's words */
  reason?: string;
  /** name@version of the package, of machine texts */
  model?: string;
  /** probability, 0..1, of machine texts; calibrated unless `calibrated` is false */
  confidence?: number;
  /** false: the model knows no calibrated probability, so `confidence` compares only with others of that model */
  calibrated?: false;
  /** a person has said that no machine may touch it */
  locked?: boolean;
  /** of the picture that it was written for; another one than the record's means that the picture was replaced since */
  sha256?: string;
  /** number of the entry of the history whose place it took */
  supersedes?: number;
};

/** Why a text is no longer the current one. */
export const PAST_REASONS = ['replaced', 'rejected', 'withdrawn', 'rolled back'] as const;

/**
 * A text that was current once, or a proposal that was rejected. `n` counts from 1 and is never given twice in a record; `until` in ms since
 * 1970; `note` is a person's reason; `translation`: it stood among the translations.
 */
export type PastText = Text & {
  n: number;
  kind: TextKind;
  translation?: true;
  until: number;
  why: (typeof PAST_REASONS)[number];
  endedBy?: string;
  note?: string;
};

/** What people can decide about a picture's texts. */
export const REVIEW_ACTIONS = ['accept', 'edit', 'decorative', 'reject'] as const;

/** The last decision of a person; `at` in ms since 1970. */
export type Review = { action: (typeof REVIEW_ACTIONS)[number]; by: string; at: number; reason?: string };

/** A person has rejected the machine's text: until the picture is another one, machines may only propose. */
export type Withheld = { by: string; at: number; reason: string };

/** What the shop knows about what is shown: from the object's metadata, or from the API, which wins. `negativeKeywords` are never said. */
export type Product = {
  name?: string;
  brand?: string;
  colour?: string;
  keywords: string[];
  negativeKeywords: string[];
  /** the page that shows the picture */
  pageUrl?: string;
  from: 'metadata' | 'api';
  by?: string;
  at: number;
};

/** Where a picture was captioned: by the ingest function, or by the inference container ('gpu', also where that runs on a CPU). */
export type Route = 'lambda' | 'gpu';

/** What the machine said last, also when it abstained. */
export type MachineResult = {
  model: string;
  style: string;
  route: Route;
  confidence: number;
  /** as in `Text` */
  calibrated?: false;
  /** the model's own words before anything was generalised or withheld; never shown as alt text */
  plain: string;
  /** probability of each word of `plain`, where the model tells it; rounded */
  wordConfidences?: number[];
  abstained?: AbstainReason;
  /** nouns that are sure although the sentence is not */
  sure: string[];
  /** milliseconds of work on this picture */
  ms: number;
  /** estimated cost in US dollars */
  costUsd: number;
};

/** Facts about the picture itself. EXIF is never among them. */
export type PictureFacts = { sha256: string; bytes: number; width: number; height: number; format: MediaFormat; dhash: string };

/** The right to work on a record until `until` (ms since 1970); writes of another owner are refused. */
export type Lease = { owner: string; until: number };

/** Everything that is stored about one object key. */
export type CaptionRecord = {
  /** opaque and URL-safe, derived from bucket and key: see image-id.ts */
  id: string;
  bucket: string;
  /** exactly as S3 has it */
  key: string;
  state: State;
  /** of FAILED */
  reason?: Reason;
  /** of FAILED: one line for people */
  message?: string;
  /** S3's order of events on this key; '' when the object was found by listing */
  sequencer: string;
  versionId?: string;
  etag?: string;
  /** when the object was written, ms since 1970 */
  objectAt: number;
  picture?: PictureFacts;
  texts: Partial<Record<TextKind, Text>>;
  /** machine texts beside a stronger or withheld one */
  proposals?: Partial<Record<TextKind, Text>>;
  /** texts of other languages than the main one, by BCP 47 tag */
  translations?: Partial<Record<string, Partial<Record<TextKind, Text>>>>;
  /** texts that were current once, oldest first; bounded */
  history?: PastText[];
  /** number of the newest entry that the history was ever given */
  lastPast?: number;
  withheld?: Partial<Record<TextKind, Withheld>>;
  review?: Review;
  product?: Product;
  facts?: Facts;
  machine?: MachineResult;
  /** whether the larger model was asked, and answered */
  refine?: 'queued' | 'done' | 'failed';
  /** name@version of the larger model that was asked last, also when it was silent and another one's words stay */
  refinedBy?: string;
  lease?: Lease;
  /** version of the rules that made this record: see PIPELINE */
  pipeline: number;
  createdAt: number;
  /** ms since 1970; orders the change feed */
  changedAt: number;
  /** counts writes, from 1; every write is conditional on the one it has seen */
  revision: number;
  /** of DELETED: seconds since 1970 after which the tombstone may go */
  expiresAt?: number;
};

/** Rises when records made before should be made anew. */
export const PIPELINE = 2;
