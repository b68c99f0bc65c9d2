// What use cases need from outside; adapters and test fakes provide it.
import type { ObjectRef } from './record/object-event.ts';
import type { CaptionRecord, State } from './record/record.ts';
import type { Judgement } from './rules/verdict.ts';

/** A picture that can be read; `name` is how the user knows it. */
export type PictureFile = {
  readonly name: string;
  /** @throws PictureError SOURCE_GONE, EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT */
  read(): Promise<Uint8Array>;
};

/** Finds pictures. */
export type PictureFiles = {
  /** files as given; of a folder, every file in it (and below) whose content is a picture or a refused kind of picture */
  expand(paths: readonly string[]): Promise<PictureFile[]>;
  /** one path a line, below `root` */
  listed(listFile: string, root: string): Promise<PictureFile[]>;
};

/** A page of records in the order of their keys' UTF-8 bytes; `next` is the last key seen when there may be more. */
export type KeyPage = { records: CaptionRecord[]; next?: string };

/** A page of the queue of reviews; `next` is the last place seen when there may be more. */
export type RiskPage = { records: CaptionRecord[]; next?: string };

/** Place in the change feed: after the record `id` that changed at `changedAt`. */
export type ChangePosition = { changedAt: number; id: string };

/** A page of the change feed, oldest first. */
export type ChangePage = { records: CaptionRecord[]; next: ChangePosition };

/** Stores records. Reads by id are strongly consistent; the other reads may be a moment late. */
export type RecordStore = {
  get(id: string): Promise<CaptionRecord | undefined>;
  /** at most 100 ids; each record stands at its id's place */
  getMany(ids: readonly string[]): Promise<(CaptionRecord | undefined)[]>;
  /**
   * One conditional write: only when the stored revision is `seen` (undefined: when nothing is stored).
   * @returns false when someone else has written first; true also when an own earlier try was committed but not confirmed
   */
  put(record: CaptionRecord, seen: number | undefined): Promise<boolean>;
  /** a READY record of the same bytes, if one is known */
  bySha256(sha256: string): Promise<CaptionRecord | undefined>;
  listByKey(query: { bucket: string; prefix: string; state?: State; after?: string; limit: number }): Promise<KeyPage>;
  /** keys alone, in the same order, of records that are not deleted: as many as one request tells; a page may be empty and have a `next` */
  keys(query: { bucket: string; prefix: string; after?: string }): Promise<{ keys: string[]; next?: string }>;
  /**
   * Records that need a review, riskiest first, whose keys begin with one of `prefixes`; `after` and `next` are places of that order. A page may
   * be short, or empty, and still have a `next`.
   */
  listByRisk(query: { bucket: string; prefixes: readonly string[]; after?: string; limit: number }): Promise<RiskPage>;
  /** changes after `after`, up to and including `until` (ms since 1970) */
  changes(query: { after?: ChangePosition; until: number; limit: number }): Promise<ChangePage>;
};

/** An object's bytes, and the version that they are of; `metadata` (names in lower case, without x-amz-meta-) only where it has any. */
export type FetchedObject = { bytes: Uint8Array; etag: string; versionId?: string; metadata?: Record<string, string> };

/** An object as listing shows it. */
export type ListedObject = { key: string; etag: string; size: number; at: number };

/** Reads, signs, writes and removes objects. */
export type ObjectStore = {
  /**
   * Exactly the version that `ref` names.
   * @throws PictureError SOURCE_GONE, SOURCE_CHANGED (another one is there by now), EMPTY, TOO_MANY_BYTES, INTERNAL
   */
  fetch(ref: ObjectRef, maxBytes: number): Promise<FetchedObject>;
  /** the first bytes of that version, at most `bytes` of them. @throws PictureError SOURCE_GONE, SOURCE_CHANGED, INTERNAL */
  start(ref: ObjectRef, bytes: number): Promise<Uint8Array>;
  /** the current version, or undefined; `metadata` only where it has any */
  head(bucket: string, key: string): Promise<(ListedObject & { versionId?: string; metadata?: Record<string, string> }) | undefined>;
  /** objects in the order of their keys, after `after` */
  list(bucket: string, prefix: string, after?: string): AsyncIterable<ListedObject>;
  /** a URL that takes one PUT of exactly this size and type until it expires */
  presignPut(upload: UploadTerms): Promise<PresignedPut>;
  /** a URL that shows the object in a browser as this type, whatever was stored with it, until it expires */
  presignGet(read: { bucket: string; key: string; versionId?: string; contentType: string; expiresS: number }): Promise<string>;
  /**
   * Replaces what is there; names and values of `metadata` in printable ASCII, 2 kB in all, names in lower case.
   * @throws PictureError SOURCE_CHANGED when `over` does not hold
   */
  put(object: StoredObject): Promise<{ etag: string; versionId?: string }>;
  remove(bucket: string, key: string): Promise<void>;
};

/** An object to be written; `contentType` is kept with it. `over`: only when this etag is there, or with null when nothing is. */
export type StoredObject = {
  bucket: string;
  key: string;
  bytes: Uint8Array;
  contentType: string;
  metadata?: Record<string, string>;
  over?: string | null;
};

/** What an upload has to be like; `metadata` (names without x-amz-meta-, ASCII) is sent with it. */
export type UploadTerms = {
  bucket: string;
  key: string;
  bytes: number;
  contentType: string;
  expiresS: number;
  metadata?: Readonly<Record<string, string>>;
};

/** Where and with which headers to PUT a picture. */
export type PresignedPut = { url: string; headers: Record<string, string> };

/** A queue that work is put on. */
export type Outbox<T> = { send(messages: readonly T[]): Promise<void> };

/** A job taken from a queue; until it is settled it stays hidden from others for a while. */
export type TakenJob = {
  body: string;
  /** deliveries so far, this one included */
  receives: number;
  /** done: never deliver it again */
  done(): Promise<void>;
  /** keep it hidden for `seconds` from now; 0 gives it back at once */
  hide(seconds: number): Promise<void>;
};

/** A queue that jobs are taken from. */
export type Inbox = {
  /** waits up to `waitS` seconds for 1 to `max` jobs; ends early and empty when `signal` aborts */
  take(max: number, waitS: number, signal: AbortSignal): Promise<TakenJob[]>;
};

/** Told to consumers when a record has reached a final state, and when its picture breaks rules: then with the verdicts that failed. */
export type CaptionEvent =
  | { type: 'caption.ready' | 'caption.failed'; record: CaptionRecord }
  | { type: 'image.rules.failed'; record: CaptionRecord; failed: readonly Judgement[] };

/** Where consumers are told. */
export type EventBus = { publish(events: readonly CaptionEvent[]): Promise<void> };

/** Ms since 1970. */
export type Clock = () => number;

/** A new token that nobody else has. */
export type NewToken = () => string;

/** Counts and one-line logs. Keys, captions and personal data never go in. */
export type Telemetry = {
  count(metric: string, value: number, unit?: 'Count' | 'Milliseconds' | 'Bytes'): void;
  info(message: string, fields: Record<string, string | number | boolean>): void;
  error(message: string, fields: Record<string, string | number | boolean>, cause?: unknown): void;
  /** writes out what was counted */
  flush(): void;
};
