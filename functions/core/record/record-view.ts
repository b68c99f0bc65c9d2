// A record as clients of the metadata API see it: no lease, no model's raw words, no internal messages; times are ISO 8601.
import type { AbstainReason } from '../caption.ts';
import type { Reason } from '../errors.ts';
import type { PictureFormat } from '../picture/picture-format.ts';
import type { CaptionRecord, MachineResult, Origin, PictureFacts, Route, State, Text, TextKind } from './record.ts';
import { TEXT_KINDS } from './record.ts';

/** A text as clients see it; `outdated`: the picture was replaced since it was written. */
export type TextView = {
  text: string;
  lang: string;
  origin: Origin;
  by?: string;
  at: string;
  model?: string;
  confidence?: number;
  /** false: `confidence` is no calibrated probability */
  calibrated?: false;
  locked?: boolean;
  outdated: boolean;
};

/** What the machine said last, as clients see it. */
export type MachineView = {
  model: string;
  style: string;
  route: Route;
  confidence: number;
  calibrated?: false;
  abstained?: AbstainReason;
  sure: string[];
  ms: number;
  costUsd: number;
};

/** Facts of the picture as clients see them. */
export type PictureView = { sha256: string; bytes: number; width: number; height: number; format: PictureFormat; dhash: string };

/** A record as clients see it. */
export type RecordView = {
  id: string;
  bucket: string;
  key: string;
  state: State;
  reason?: Reason;
  message?: string;
  versionId?: string;
  etag?: string;
  picture?: PictureView;
  texts: Partial<Record<TextKind, TextView>>;
  machine?: MachineView;
  refine?: 'queued' | 'done' | 'failed';
  /** name@version of the larger model that was asked last */
  refinedBy?: string;
  createdAt: string;
  changedAt: string;
  revision: number;
};

/** The alternative text alone; null: there is none, and `state`, `reason` and `abstained` say why. */
export type AltView = {
  id: string;
  state: State;
  alt: string | null;
  lang?: string;
  origin?: Origin;
  model?: string;
  confidence?: number;
  calibrated?: false;
  locked?: boolean;
  outdated: boolean;
  reason?: Reason;
  abstained?: AbstainReason;
  /** nouns that are sure although there is no sentence */
  sure: string[];
};

/** Messages of these reasons may come from libraries, so clients get these lines instead. */
const PUBLIC_MESSAGES: Partial<Record<Reason, string>> = {
  INTERNAL: 'something went wrong here; it will be tried again',
  INFERENCE_UNAVAILABLE: 'the model could not be asked; it will be tried again',
  INFERENCE_TIMEOUT: 'the model took too long; it will be tried again',
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whether the picture was replaced since the text was written. */
const isOutdated = (text: Text, picture: PictureFacts | undefined): boolean =>
  text.sha256 !== undefined && picture !== undefined && text.sha256 !== picture.sha256;

const textView = (text: Text, picture: PictureFacts | undefined): TextView => ({
  text: text.text,
  lang: text.lang,
  origin: text.origin,
  ...(text.by !== undefined && { by: text.by }),
  at: iso(text.at),
  ...(text.model !== undefined && { model: text.model }),
  ...(text.confidence !== undefined && { confidence: text.confidence }),
  ...(text.calibrated !== undefined && { calibrated: text.calibrated }),
  ...(text.locked !== undefined && { locked: text.locked }),
  outdated: isOutdated(text, picture),
});

const textsView = (record: CaptionRecord): RecordView['texts'] => {
  const texts: RecordView['texts'] = {};
  for (const kind of TEXT_KINDS) {
    const text = record.texts[kind];
    if (text !== undefined) texts[kind] = textView(text, record.picture);
  }
  return texts;
};

const machineView = ({ model, style, route, confidence, calibrated, abstained, sure, ms, costUsd }: MachineResult): MachineView => ({
  model,
  style,
  route,
  confidence,
  ...(calibrated !== undefined && { calibrated }),
  ...(abstained !== undefined && { abstained }),
  sure,
  ms,
  costUsd,
});

const pictureView = ({ sha256, bytes, width, height, format, dhash }: PictureFacts): PictureView => ({
  sha256,
  bytes,
  width,
  height,
  format,
  dhash,
});

/** Why there is no caption, in words for clients. */
const messageOf = ({ reason, message }: CaptionRecord): string | undefined =>
  (reason === undefined ? undefined : PUBLIC_MESSAGES[reason]) ?? message;

/** What clients see of a record. */
export const recordView = (record: CaptionRecord): RecordView => {
  const message = messageOf(record);
  return {
    id: record.id,
    bucket: record.bucket,
    key: record.key,
    state: record.state,
    ...(record.reason !== undefined && { reason: record.reason }),
    ...(message !== undefined && { message }),
    ...(record.versionId !== undefined && { versionId: record.versionId }),
    ...(record.etag !== undefined && { etag: record.etag }),
    ...(record.picture !== undefined && { picture: pictureView(record.picture) }),
    texts: textsView(record),
    ...(record.machine !== undefined && { machine: machineView(record.machine) }),
    ...(record.refine !== undefined && { refine: record.refine }),
    ...(record.refinedBy !== undefined && { refinedBy: record.refinedBy }),
    createdAt: iso(record.createdAt),
    changedAt: iso(record.changedAt),
    revision: record.revision,
  };
};

/** The alternative text of a record, or why it has none. */
export const altView = (record: CaptionRecord): AltView => {
  const alt = record.texts.alt;
  return {
    id: record.id,
    state: record.state,
    alt: alt?.text ?? null,
    ...(alt !== undefined && { lang: alt.lang, origin: alt.origin }),
    ...(alt?.model !== undefined && { model: alt.model }),
    ...(alt?.confidence !== undefined && { confidence: alt.confidence }),
    ...(alt?.calibrated !== undefined && { calibrated: alt.calibrated }),
    ...(alt?.locked !== undefined && { locked: alt.locked }),
    outdated: alt !== undefined && isOutdated(alt, record.picture),
    ...(record.reason !== undefined && { reason: record.reason }),
    ...(record.machine?.abstained !== undefined && { abstained: record.machine.abstained }),
    sure: record.machine?.sure ?? [],
  };
};
