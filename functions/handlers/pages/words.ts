// What codes, numbers and origins are called on the pages: plain words, so that nobody has to know the API.
import type { AbstainReason } from '../../core/caption.ts';
import type { Reason } from '../../core/errors.ts';
import type { Origin, PastText, PictureFacts, Review, State, Text, TextKind } from '../../core/record/record.ts';

/** Names of the kinds of text. */
export const KIND_WORDS: Record<TextKind, string> = {
  alt: 'Alt text',
  caption: 'Caption',
  long: 'Long description',
  title: 'Title',
};

/** What each kind of text is for, in one sentence. */
export const KIND_PURPOSE: Record<TextKind, string> = {
  alt: 'Stands in for the picture: what a screen reader says, and what shows when the picture does not load.',
  caption: 'Stands beside the picture, for everybody.',
  long: 'Everything worth knowing that does not fit into the alt text.',
  title: 'A short name, for lists and for search.',
};

/** Where a record stands. */
export const STATE_WORDS: Record<State, string> = {
  PENDING: 'Being described',
  READY: 'Ready',
  FAILED: 'Could not be described',
  DELETED: 'Deleted',
};

/** Who wrote a text. */
export const ORIGIN_WORDS: Record<Origin, string> = {
  machine: 'Written by a machine',
  embedded: 'From the file itself',
  reviewed: 'Machine text, accepted by a person',
  human: 'Written by a person',
};

/** What fields of forms are called. */
export const FIELD_WORDS: Readonly<Record<string, string>> = {
  text: 'Text',
  lang: 'Language',
  note: 'Note',
  reason: 'Reason',
  name: 'Name',
  brand: 'Brand',
  colour: 'Colour',
  keywords: 'Keywords',
  negativeKeywords: 'Words that are never said',
  pageUrl: 'Address of the page',
};

/** Why a picture has no text, and what helps. */
export const REASON_WORDS: Record<Reason, string> = {
  UNSUPPORTED_FORMAT:
    'This kind of file is not supported. Save the picture as JPEG, PNG, WebP, GIF, AVIF or TIFF and upload it again. Videos (MP4, WebM) need the container: ask whoever runs this service.',
  CORRUPT: 'The file is damaged. Upload a copy that opens elsewhere.',
  TOO_MANY_BYTES: 'The file is too large. Upload a smaller one.',
  TOO_MANY_PIXELS: 'The picture or video has too many pixels. Upload a smaller one.',
  TOO_MANY_FRAMES: 'The file has too many frames. Upload a single picture, or a shorter video.',
  EMPTY: 'The file is empty. Upload it again.',
  DECODE_TIMEOUT: 'The file takes too long to read. Save it anew and upload it again.',
  DECODER_CRASHED: 'The file cannot be read. Save it anew and upload it again.',
  SOURCE_GONE: 'The picture was deleted before it could be read. Upload it again.',
  SOURCE_CHANGED: 'The picture was replaced while it was read. The new one is tried by itself.',
  INFERENCE_UNAVAILABLE: 'The model could not be asked. It is tried again by itself.',
  INFERENCE_TIMEOUT: 'The model took too long. It is tried again by itself.',
  INTERNAL: 'Something went wrong here. It is tried again by itself.',
};

/** Why the machine says nothing about a picture that it could read. */
export const ABSTAIN_WORDS: Record<AbstainReason, string> = {
  LOW_CONFIDENCE: 'The model is not sure enough, so it says nothing rather than something wrong.',
  NO_WORDS: 'The model found no words for this picture.',
};

/** How a text ended. */
export const PAST_WORDS: Record<PastText['why'], string> = {
  replaced: 'Replaced',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  'rolled back': 'Rolled back',
};

/** What a person has decided. */
export const REVIEW_WORDS: Record<Review['action'], string> = {
  accept: 'Accepted',
  edit: 'Saved',
  decorative: 'Marked as decorative',
  reject: 'Rejected',
};

const PERCENT = 100;

/** A share of 1 in percent. */
export const percent = (share: number): string => `${Math.round(share * PERCENT)} %`;

/** How sure the model is; undefined for texts that carry no probability. */
export const confidenceWords = ({ confidence, calibrated }: Pick<Text, 'confidence' | 'calibrated'>): string | undefined => {
  if (confidence === undefined) return undefined;
  const sure = `${percent(confidence)} sure`;
  return calibrated === false ? `${sure}, not calibrated: compare it only with other texts of this model` : sure;
};

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** A language's English name and its tag, or the tag alone. */
export const languageWords = (tag: string): string => {
  if (tag === 'x-default') return 'language not named';
  try {
    const name = languages.of(tag);
    return name === undefined ? tag : `${name} (${tag})`;
  } catch {
    return tag;
  }
};

const BYTES_PER_KB = 1_000;
const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** A size in decimal units. */
export const sizeWords = (bytes: number): string => {
  let amount = bytes;
  let unit = 0;
  while (amount >= BYTES_PER_KB && unit < UNITS.length - 1) {
    amount /= BYTES_PER_KB;
    unit += 1;
  }
  return `${unit === 0 ? amount : Number(amount.toPrecision(3))} ${UNITS[unit]}`;
};

/** Pixels, format and size of a picture. */
export const pictureWords = ({ width, height, format, bytes }: PictureFacts): string =>
  `${width} × ${height} pixels, ${format.toUpperCase()}, ${sizeWords(bytes)}`;

/** How long something takes to hear, from seconds. */
export const secondsWords = (seconds: number): string => {
  const rounded = Math.max(1, Math.round(seconds));
  return rounded === 1 ? '1 second' : `${rounded} seconds`;
};

/** The last segment of a key: how people know the picture. */
export const nameOf = (key: string): string => {
  const segments = key.split('/').filter((segment) => segment.trim() !== '');
  return segments.at(-1) ?? key;
};

/** `1 picture`, `2 pictures`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Reasons as one sentence, whatever case they begin in. */
export const sentence = (parts: readonly string[]): string => {
  const words = parts.join('; ');
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};
