// The life of a record: pure decisions about one event, one lease, one result. Whoever decides writes by `changeRecord`.
import { isReason, REASONS, type Reason } from '../errors.ts';
import { lasting } from './lasting.ts';
import type { ObjectEvent } from './object-event.ts';
import { putAllAutomatic } from './put-text.ts';
import { type CaptionRecord, type Lease, type MachineResult, PIPELINE, type PictureFacts } from './record.ts';
import { compareSequencers } from './sequencer.ts';

/** What a claim comes to; a `record` has to be written, the others are left as they are. */
export type Claim =
  | { outcome: 'claimed'; record: CaptionRecord }
  | { outcome: 'done'; before: CaptionRecord }
  | { outcome: 'stale' }
  | { outcome: 'busy'; until: number; record?: CaptionRecord };

/** What a write under a lease comes to; 'lost' when the lease is another's by now, or the record is about something else. */
export type Fenced = { outcome: 'written'; record: CaptionRecord } | { outcome: 'lost' };

/** What a removal comes to. */
export type Removal = { outcome: 'removed'; record: CaptionRecord } | { outcome: 'done' } | { outcome: 'stale' } | { outcome: 'ignored' };

/**
 * What work on a picture has found. `etag` and `versionId` are those of the bytes that were read, `product` is of the object's metadata: what
 * people have said of it wins.
 */
export type Result = Pick<CaptionRecord, 'texts' | 'facts' | 'product' | 'etag' | 'versionId'> & {
  picture: PictureFacts;
  machine: MachineResult;
  refine?: 'queued' | 'done';
};

const S_PER_DAY = 86_400;
const MS_PER_S = 1000;

/** A lease that ends later than so many of the asker's own was taken by a clock that runs ahead, or ours has been set back. */
const FARTHEST_LEASES = 4;

/** The next revision of a record. `changedAt` always grows, so that nobody who follows the changes misses one. */
export const revised = (before: CaptionRecord, changes: Partial<CaptionRecord>, now: number): CaptionRecord => ({
  ...before,
  ...changes,
  changedAt: Math.max(now, before.changedAt + 1),
  revision: before.revision + 1,
});

/** The next revision of a record of which readers see no change, so that it keeps its place in the change feed. */
export const revisedUnseen = (before: CaptionRecord, changes: Partial<CaptionRecord>): CaptionRecord => ({
  ...before,
  ...changes,
  revision: before.revision + 1,
});

/**
 * To come back later, when someone else than the owner of `lease` is at work; undefined when nobody is. A lease that ends too far ahead
 * would hold for ever: it is cut to the length of `lease` from now, which its owner has in any case.
 */
export const busyWithOther = (before: CaptionRecord, lease: Lease | undefined, now: number): Claim | undefined => {
  const held = before.lease;
  if (held === undefined || held.owner === lease?.owner || held.until <= now) return undefined;
  const until = Math.max(now, lease?.until ?? now);
  if (until === now || held.until - now <= FARTHEST_LEASES * (until - now)) return { outcome: 'busy', until: held.until };
  return { outcome: 'busy', until, record: revisedUnseen(before, { lease: { owner: held.owner, until } }) };
};

/** Whether work on this record may be tried (again). */
export const isOpen = ({ state, reason }: CaptionRecord): boolean =>
  state === 'PENDING' || (state === 'FAILED' && isReason(reason) && REASONS[reason].retryable);

/** Whether two tags name different contents; unknown ones may be the same. */
export const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;

const without = <K extends keyof CaptionRecord>(record: CaptionRecord, ...fields: K[]): CaptionRecord => {
  const rest: CaptionRecord = { ...record };
  for (const field of fields) delete (rest as Partial<CaptionRecord>)[field];
  return rest;
};

type Claiming = { event: ObjectEvent; id: string; lease: Lease | undefined; now: number };

const newVersion = (before: CaptionRecord | undefined, { event, id, lease, now }: Claiming, sequencer: string): Claim => {
  const { bucket, key, versionId, etag, at } = event;
  const record: CaptionRecord = {
    id,
    bucket,
    key,
    state: 'PENDING',
    sequencer,
    ...(versionId !== undefined && { versionId }),
    ...(etag !== undefined && { etag }),
    objectAt: at,
    ...(before === undefined ? { texts: {} } : lasting(before)),
    ...(lease !== undefined && { lease }),
    pipeline: PIPELINE,
    createdAt: before?.createdAt ?? now,
    changedAt: before === undefined ? now : Math.max(now, before.changedAt + 1),
    revision: (before?.revision ?? 0) + 1,
  };
  return { outcome: 'claimed', record };
};

/** Claims the version that the record is about already; `lease` undefined: for someone who takes a lease later. */
export const claimSame = (before: CaptionRecord, lease: Lease | undefined, now: number): Claim => {
  if (!isOpen(before)) return { outcome: 'done', before };
  const busy = busyWithOther(before, lease, now);
  if (busy !== undefined) return busy;
  const open = without(before, 'reason', 'message', 'lease');
  return { outcome: 'claimed', record: revised(open, { state: 'PENDING', ...(lease !== undefined && { lease }) }, now) };
};

const claimObserved = (before: CaptionRecord, claiming: Claiming): Claim => {
  const { event, lease, now } = claiming;
  if (before.state === 'DELETED') {
    return event.at > before.objectAt ? newVersion(before, claiming, before.sequencer) : { outcome: 'stale' };
  }
  if (!differ(before.etag, event.etag)) return claimSame(before, lease, now);
  return event.at >= before.objectAt ? newVersion(before, claiming, before.sequencer) : { outcome: 'stale' };
};

/**
 * Whether, and as what, an object that is there (`created` or `observed`) is to be worked on.
 * A record that was found by listing has no sequencer: then the times tell which is newer.
 */
export const claim = (before: CaptionRecord | undefined, event: ObjectEvent, id: string, lease: Lease | undefined, now: number): Claim => {
  const claiming = { event, id, lease, now };
  if (before === undefined) return newVersion(before, claiming, event.sequencer);
  if (event.kind === 'observed') return claimObserved(before, claiming);
  const order = compareSequencers(event.sequencer, before.sequencer);
  if (order < 0) return { outcome: 'stale' };
  if (order === 0) return differ(before.etag, event.etag) ? { outcome: 'stale' } : claimSame(before, lease, now);
  if (before.sequencer === '' && before.state !== 'DELETED' && differ(before.etag, event.etag) && event.at < before.objectAt) {
    return { outcome: 'stale' };
  }
  return newVersion(before, claiming, event.sequencer);
};

const holds = (before: CaptionRecord | undefined, owner: string): before is CaptionRecord => before?.lease?.owner === owner;

/** READY with what was found, for the owner of the lease. */
export const complete = (before: CaptionRecord | undefined, owner: string, result: Result, now: number): Fenced => {
  if (!holds(before, owner) || before.state !== 'PENDING') return { outcome: 'lost' };
  const { texts, product, ...found } = result;
  const described = before.product?.from === 'api' || product === undefined ? {} : { product };
  const said = putAllAutomatic({ ...without(before, 'lease'), picture: found.picture }, texts, now);
  return { outcome: 'written', record: revised(said, { ...found, ...described, state: 'READY', pipeline: PIPELINE }, now) };
};

/** FAILED for a reason, for the owner of the lease. */
export const fail = (
  before: CaptionRecord | undefined,
  owner: string,
  failure: { reason: Reason; message: string },
  now: number,
): Fenced => {
  if (!holds(before, owner) || before.state !== 'PENDING') return { outcome: 'lost' };
  return { outcome: 'written', record: revised(without(before, 'lease'), { state: 'FAILED', ...failure }, now) };
};

/** Gives the lease back, so that the next one need not wait for its end. */
export const release = (before: CaptionRecord | undefined, owner: string): Fenced =>
  holds(before, owner) ? { outcome: 'written', record: revisedUnseen(without(before, 'lease'), {}) } : { outcome: 'lost' };

/** The lease of `owner` until later. */
export const extend = (before: CaptionRecord | undefined, lease: Lease): Fenced =>
  holds(before, lease.owner) ? { outcome: 'written', record: revisedUnseen(before, { lease }) } : { outcome: 'lost' };

/** What stays of a removed object: nothing of its content, only that older events are to be refused until `expiresAt`. */
export const tombstone = (
  before: CaptionRecord,
  gone: { sequencer: string; at: number },
  now: number,
  tombstoneDays: number,
): CaptionRecord => {
  const { id, bucket, key, createdAt } = before;
  const expiresAt = Math.ceil(now / MS_PER_S) + tombstoneDays * S_PER_DAY;
  const { changedAt, revision } = revised(before, {}, now);
  const { sequencer, at } = gone;
  return {
    id,
    bucket,
    key,
    state: 'DELETED',
    sequencer,
    objectAt: at,
    texts: {},
    pipeline: PIPELINE,
    createdAt,
    changedAt,
    revision,
    expiresAt,
  };
};

const firstTombstone = ({ bucket, key, sequencer, at }: ObjectEvent, id: string, now: number, tombstoneDays: number): CaptionRecord => {
  const nothing = { id, bucket, key, state: 'DELETED', sequencer, objectAt: at, texts: {}, pipeline: PIPELINE, createdAt: now } as const;
  return tombstone({ ...nothing, changedAt: now - 1, revision: 0 }, { sequencer, at }, now, tombstoneDays);
};

/**
 * What a `removed` event comes to. Where only a version went, the tombstone keeps the sequencer of that version: others may be newer than
 * it and older than its removal.
 */
export const remove = (before: CaptionRecord | undefined, event: ObjectEvent, id: string, now: number, tombstoneDays: number): Removal => {
  const { sequencer, at, versionOnly, versionId } = event;
  if (versionOnly === true) {
    if (before?.versionId === undefined || before.versionId !== versionId) return { outcome: 'ignored' };
    return { outcome: 'removed', record: tombstone(before, { sequencer: before.sequencer, at }, now, tombstoneDays) };
  }
  if (before === undefined) return { outcome: 'removed', record: firstTombstone(event, id, now, tombstoneDays) };
  const order = compareSequencers(sequencer, before.sequencer);
  if (order < 0) return { outcome: 'stale' };
  if (before.state === 'DELETED') {
    return order === 0 ? { outcome: 'done' } : { outcome: 'removed', record: tombstone(before, { sequencer, at }, now, tombstoneDays) };
  }
  const observedSince = (order === 0 || before.sequencer === '') && at < before.objectAt;
  return observedSince ? { outcome: 'stale' } : { outcome: 'removed', record: tombstone(before, { sequencer, at }, now, tombstoneDays) };
};
