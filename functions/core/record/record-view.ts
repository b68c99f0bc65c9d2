// A record as clients of the metadata API see it: no lease, no model's raw words, no internal messages; times are ISO 8601.
import type { AbstainReason } from '../caption.ts';
import type { Reason } from '../errors.ts';
import type { MediaFormat } from '../picture/video-format.ts';
import type { Tag } from '../tags/tag.ts';
import { tagsOf } from '../tags/tags-of.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import type { CaptionRecord, MachineResult, Origin, PictureFacts, Route, State } from './record.ts';
import { type BesidesView, besidesView, isOutdated, iso, type TextsView, textsView } from './text-view.ts';

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
export type PictureView = { sha256: string; bytes: number; width: number; height: number; format: MediaFormat; dhash: string };

/** A record as clients see it. */
export type RecordView = BesidesView & {
  id: string;
  bucket: string;
  key: string;
  state: State;
  reason?: Reason;
  message?: string;
  versionId?: string;
  etag?: string;
  picture?: PictureView;
  texts: TextsView;
  machine?: MachineView;
  /** the surest first; of single records only */
  tags?: Tag[];
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
    texts: textsView(record.texts, record.picture),
    ...besidesView(record),
    ...(record.machine !== undefined && { machine: machineView(record.machine) }),
    ...(record.refine !== undefined && { refine: record.refine }),
    ...(record.refinedBy !== undefined && { refinedBy: record.refinedBy }),
    createdAt: iso(record.createdAt),
    changedAt: iso(record.changedAt),
    revision: record.revision,
  };
};

/** The same with its tags, as answers about single records have it. */
export const taggedView = (record: CaptionRecord, rules: WordingRules): RecordView => ({
  ...recordView(record),
  tags: tagsOf(record, rules),
});

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
