// Texts as clients see them, current or past, and what people have decided about them; times are ISO 8601.
import type { Facts } from '../facts/facts.ts';
import { publicFacts } from '../facts/known-facts.ts';
import type { CaptionRecord, Origin, PastText, PictureFacts, Product, Review, Text, TextKind, Withheld } from './record.ts';
import { TEXT_KINDS } from './record.ts';

/** A text as clients see it; `outdated`: the picture was replaced since it was written. */
export type TextView = {
  text: string;
  lang: string;
  origin: Origin;
  by?: string;
  at: string;
  /** why a person wrote it so */
  reason?: string;
  model?: string;
  confidence?: number;
  /** false: `confidence` is no calibrated probability */
  calibrated?: false;
  locked?: boolean;
  /** number of the entry of the history whose place it took */
  supersedes?: number;
  outdated: boolean;
};

/** Texts by their kinds, as clients see them. */
export type TextsView = Partial<Record<TextKind, TextView>>;

/** An entry of the history as clients see it. */
export type PastTextView = TextView & {
  n: number;
  field: TextKind;
  translation?: true;
  until: string;
  why: PastText['why'];
  endedBy?: string;
  note?: string;
};

/** A time as clients see it; `ms` since 1970. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** Whether the picture was replaced since the text was written. */
export const isOutdated = (text: Pick<Text, 'sha256'>, picture: PictureFacts | undefined): boolean =>
  text.sha256 !== undefined && picture !== undefined && text.sha256 !== picture.sha256;

/** A text as clients see it. */
export const textView = (text: Text, picture: PictureFacts | undefined): TextView => ({
  text: text.text,
  lang: text.lang,
  origin: text.origin,
  ...(text.by !== undefined && { by: text.by }),
  at: iso(text.at),
  ...(text.reason !== undefined && { reason: text.reason }),
  ...(text.model !== undefined && { model: text.model }),
  ...(text.confidence !== undefined && { confidence: text.confidence }),
  ...(text.calibrated !== undefined && { calibrated: text.calibrated }),
  ...(text.locked !== undefined && { locked: text.locked }),
  ...(text.supersedes !== undefined && { supersedes: text.supersedes }),
  outdated: isOutdated(text, picture),
});

/** Texts as clients see them. */
export const textsView = (texts: CaptionRecord['texts'], picture: PictureFacts | undefined): TextsView => {
  const view: TextsView = {};
  for (const kind of TEXT_KINDS) {
    const text = texts[kind];
    if (text !== undefined) view[kind] = textView(text, picture);
  }
  return view;
};

/** The last decision of a person, as clients see it. */
export type ReviewView = Omit<Review, 'at'> & { at: string };

/** A rejection that still holds, as clients see it. */
export type WithheldView = Omit<Withheld, 'at'> & { at: string };

/** Product data as clients see it. */
export type ProductView = Omit<Product, 'at'> & { at: string };

/** What people and machines have added to a record beside its current texts, as clients see it. */
export type BesidesView = {
  proposals?: TextsView;
  /** by BCP 47 tag */
  translations?: Record<string, TextsView>;
  withheld?: Partial<Record<TextKind, WithheldView>>;
  review?: ReviewView;
  product?: ProductView;
  facts?: Facts;
};

const dated = <T extends { at: number }>(value: T): Omit<T, 'at'> & { at: string } => ({ ...value, at: iso(value.at) });

const mapped = <K extends string, A, B>(entries: Partial<Record<K, A>>, view: (value: A) => B): Record<K, B> =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, view(value as A)])) as Record<K, B>;

/** What stands beside the current texts. */
export const besidesView = ({ proposals, translations, withheld, review, product, facts, picture }: CaptionRecord): BesidesView => ({
  ...(proposals !== undefined && { proposals: textsView(proposals, picture) }),
  ...(translations !== undefined && { translations: mapped(translations, (texts) => textsView(texts ?? {}, picture)) }),
  ...(withheld !== undefined && { withheld: mapped(withheld, (one) => dated(one)) }),
  ...(review !== undefined && { review: dated(review) }),
  ...(product !== undefined && { product: dated(product) }),
  ...(facts !== undefined && { facts: publicFacts(facts) }),
});

/** How many entries the history of a record has lost to its bounds. */
export const droppedPast = ({ history = [], lastPast = 0 }: CaptionRecord): number => lastPast - history.length;

/** The history of a record, newest first. */
export const historyView = ({ history = [], picture }: CaptionRecord): PastTextView[] =>
  history.toReversed().map((past) => ({
    ...textView(past, picture),
    n: past.n,
    field: past.kind,
    ...(past.translation && { translation: past.translation }),
    until: iso(past.until),
    why: past.why,
    ...(past.endedBy !== undefined && { endedBy: past.endedBy }),
    ...(past.note !== undefined && { note: past.note }),
  }));
