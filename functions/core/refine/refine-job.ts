// One job of the inference queue: take the record, read the picture, and write down what the larger model said.

import { asPictureError, type PictureError } from '../errors.ts';
import type { Clock, EventBus, FetchedObject, NewToken, ObjectStore, RecordStore } from '../ports.ts';
import { changeRecord } from '../record/change-record.ts';
import type { InferenceJob } from '../record/object-event.ts';
import type { CaptionRecord } from '../record/record.ts';
import { extend, type Fenced, fail, release } from '../record/record-rules.ts';
import { claimJob, failRefine } from '../record/refine-rules.ts';
import { sha256Hex } from '../sha256.ts';
import { backoffS, isAway, secondsUntil, type Verdict } from './refine-verdict.ts';

/** What a job needs. */
export type RefinePorts = { store: RecordStore; objects: ObjectStore; bus: EventBus; now: Clock; newToken: NewToken };

/** Bounds of a job: the lease in ms, deliveries before giving up, bytes of a picture, and the price of a second of work in US dollars. */
export type RefineBounds = { leaseMs: number; maxReceives: number; maxBytes: number; usdPerSecond: number };

/** Ports and bounds. */
export type RefineContext = RefinePorts & RefineBounds;

/** A job as it was delivered: `receives` times so far, to a worker with `model` (name@version). */
export type Delivered = { job: InferenceJob; receives: number; model: string };

/** A job whose record is leased to `owner`. */
export type ClaimedJob = { job: InferenceJob; owner: string; receives: number; record: CaptionRecord };

/** A leased job and the picture's bytes. */
export type FetchedJob = ClaimedJob & FetchedObject & { sha256: string };

/** Another worker has the record by now, and perhaps the same message: taking that away could lose the job. */
export const LOST: Verdict = { end: 'lost', message: 'leave' };

/** Tells consumers about the record as it is now. */
export const announce = async ({ bus }: RefinePorts, record: CaptionRecord): Promise<void> =>
  await bus.publish([{ type: record.state === 'FAILED' ? 'caption.failed' : 'caption.ready', record }]);

/** Gives the lease back; nobody minds when that fails: it ends by itself. */
export const releaseJob = async ({ store }: RefinePorts, { job, owner }: Pick<ClaimedJob, 'job' | 'owner'>): Promise<void> => {
  await changeRecord(store, job.id, (before) => release(before, owner)).catch(() => undefined);
};

type Leased = Pick<ClaimedJob, 'job' | 'owner' | 'receives'>;

/** The verdict when the record could not be told what happened: the job comes again. */
export const retryLater = async (context: RefineContext, leased: Leased, thrown: unknown): Promise<Verdict> => {
  await releaseJob(context, leased);
  const error = asPictureError(thrown);
  return { end: 'retry', message: { hideS: backoffS(leased.receives) }, reason: error.code, away: isAway(error), cause: thrown };
};

/** A record that was final before: the one who made it so may have been stopped before telling, so a redelivery tells again. */
const doneBefore = async (context: RefineContext, record: CaptionRecord, receives: number): Promise<Verdict> => {
  if (receives === 1) return { end: 'done before', message: 'done' };
  await announce(context, record);
  return { end: 'told again', message: 'done' };
};

/**
 * Takes the job's record for `leaseMs`.
 * @returns a verdict when there is nothing to do, or not now; it never throws
 */
export const claimForJob = async (context: RefineContext, { job, receives, model }: Delivered): Promise<ClaimedJob | Verdict> => {
  const { store, now, newToken, leaseMs } = context;
  const owner = newToken();
  try {
    const claim = await changeRecord(store, job.id, (before) =>
      claimJob(before, { job, lease: { owner, until: now() + leaseMs }, model }, now()),
    );
    if (claim.outcome === 'claimed') return { job, owner, receives, record: claim.record };
    if (claim.outcome === 'busy') return { end: 'busy', message: { hideS: secondsUntil(claim.until, now()) } };
    return claim.outcome === 'done' ? await doneBefore(context, claim.before, receives) : { end: 'stale', message: 'done' };
  } catch (thrown) {
    return await retryLater(context, { job, owner, receives }, thrown);
  }
};

/** What was done before by another model stays done when this one cannot do it. */
const failed = (before: CaptionRecord | undefined, { job, owner }: ClaimedJob, { code, message }: PictureError, now: number): Fenced => {
  if (job.kind === 'recaption' || job.kind === 'propose') return release(before, owner);
  return job.kind === 'refine' ? failRefine(before, owner, now) : fail(before, owner, { reason: code, message }, now);
};

/** A failure that no further attempt changes, or the last one: it is written down. */
const writeFailure = async (context: RefineContext, claimed: ClaimedJob, error: PictureError): Promise<Verdict> => {
  const { store, now } = context;
  const written = await changeRecord(store, claimed.job.id, (before) => failed(before, claimed, error, now()));
  if (written.outcome === 'lost') return LOST;
  if (claimed.job.kind === 'caption') await announce(context, written.record);
  // the queue moves what was tried too often to its dead letters; a redrive claims it again
  return error.retryable
    ? { end: 'gave up', message: { hideS: 0 }, reason: error.code, away: isAway(error), cause: error }
    : { end: 'failed', message: 'done', reason: error.code };
};

/** What a failure of a leased job comes to; it never throws. */
export const settleFailure = async (context: RefineContext, claimed: ClaimedJob, thrown: unknown): Promise<Verdict> => {
  const error = asPictureError(thrown);
  try {
    const final = !error.retryable || claimed.receives >= context.maxReceives;
    return final ? await writeFailure(context, claimed, error) : await retryLater(context, claimed, thrown);
  } catch (other) {
    return await retryLater(context, claimed, other);
  }
};

/** Reads exactly the version that the record is about. @returns a verdict when that fails; it never throws */
export const fetchForJob = async (context: RefineContext, claimed: ClaimedJob): Promise<FetchedJob | Verdict> => {
  const { bucket, key, etag, versionId } = claimed.record;
  const ref = { bucket, key, ...(etag !== undefined && { etag }), ...(versionId !== undefined && { versionId }) };
  try {
    const object = await context.objects.fetch(ref, context.maxBytes);
    return { ...claimed, ...object, sha256: await sha256Hex(object.bytes) };
  } catch (thrown) {
    return await settleFailure(context, claimed, thrown);
  }
};

/**
 * Makes sure that the lease lasts, for a job that waits or is worked on: one write when less than half of it is left, and none before.
 * @returns undefined when someone else has the record by now
 * @throws what the store throws
 */
export const prolong = async <J extends ClaimedJob>({ store, now, leaseMs }: RefineContext, claimed: J): Promise<J | undefined> => {
  const { job, owner, record } = claimed;
  if ((record.lease?.until ?? 0) - now() >= leaseMs / 2) return claimed;
  const extended = await changeRecord(store, job.id, (before) => extend(before, { owner, until: now() + leaseMs }));
  return extended.outcome === 'lost' ? undefined : { ...claimed, record: extended.record };
};

/** The same before work on a picture begins. @returns a verdict when the record is someone else's, or the store is away; it never throws */
export const keepLease = async (context: RefineContext, fetched: FetchedJob): Promise<FetchedJob | Verdict> => {
  try {
    return (await prolong(context, fetched)) ?? LOST;
  } catch (thrown) {
    return await retryLater(context, fetched, thrown);
  }
};
