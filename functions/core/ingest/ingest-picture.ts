// One object that is there: claim its record, read exactly its version, caption it or reuse what is known, and complete the record.

import type { Captioned } from '../caption.ts';
import { asPictureError, type PictureError } from '../errors.ts';
import { failures, isAnalysed, mergedFacts } from '../facts/known-facts.ts';
import { changeRecord } from '../record/change-record.ts';
import { imageId } from '../record/image-id.ts';
import type { ObjectEvent } from '../record/object-event.ts';
import { wantsRefine } from '../record/policy.ts';
import type { CaptionRecord } from '../record/record.ts';
import { claim, complete, fail, type Result, release } from '../record/record-rules.ts';
import { jobOf } from '../record/refine-rules.ts';
import { rulesEvents } from '../rules/rules-event.ts';
import { sha256Hex } from '../sha256.ts';
import type { Place } from './ingest-captions.ts';
import { fetchPicture } from './ingest-fetch.ts';
import type { Delivery, IngestEnd, IngestPorts, IngestSettings } from './ingest-ports.ts';
import { captionedResult, reusedResult } from './ingest-result.ts';
import { sourceOf } from './product-metadata.ts';

/** What one delivery of a batch is worked on with. */
export type IngestContext = { ports: IngestPorts; settings: IngestSettings; captioning: Place };

type Task = Delivery & { id: string; owner: string };
type Claimed = Task & { record: CaptionRecord };
type Found = { result: Result; end: 'captioned' | 'abstained' | 'reused' };

/** Reasons are ours, but stages have names that are no names of fields here: telemetry withholds a field `text`. */
const tellFailures = ({ telemetry }: IngestPorts, { facts }: Captioned): void => {
  const why = Object.entries(facts?.failed ?? {}).map(([stage, reason]) => `${stage}: ${reason}`);
  telemetry.count('StagesFailed', why.length);
  telemetry.info('stages failed', { why: why.join('; ') });
};

/** What is known of the same bytes, unless another model said it: its words are made anew, but for those of the larger one. */
const knownResult = async ({ store, captioner }: IngestPorts, sha256: string): Promise<Result | undefined> => {
  const known = await store.bySha256(sha256);
  const isKept = known?.machine?.route === 'gpu' || known?.machine?.model === captioner.model;
  return known && isKept ? reusedResult(known, sha256) : undefined;
};

/** What was found in place of what other stages had found, beside the words of the larger model. */
const withFound = (known: Result, found: Result): Result => ({
  ...known,
  ...(found.facts !== undefined && { facts: mergedFacts(known.facts, found.facts) }),
});

const find = async (
  { ports, settings, captioning }: IngestContext,
  { bucket, key, versionId, etag }: ObjectEvent,
): Promise<Found | 'video'> => {
  const ref = { bucket, key, ...(versionId !== undefined && { versionId }), ...(etag !== undefined && { etag }) };
  const object = await fetchPicture(ports, settings, ref);
  if (object === 'video') return object;
  const source = sourceOf(object, ports.now());
  const sha256 = await sha256Hex(object.bytes);
  const known = await knownResult(ports, sha256);
  const { models, analysis } = ports.captioner;
  if (known !== undefined && isAnalysed(known.facts, analysis)) return { end: 'reused', result: { ...known, ...source } };
  const captioned = await captioning.caption(sha256, object.bytes);
  if (failures(captioned.facts) > 0) tellFailures(ports, captioned);
  const work = {
    sha256,
    bytes: object.bytes.length,
    route: 'lambda',
    usdPerSecond: settings.usdPerSecond,
    models,
    at: ports.now(),
  } as const;
  const found = captionedResult(captioned, work);
  if (known?.machine.route === 'gpu') return { end: 'reused', result: { ...withFound(known, found), ...source } };
  return { end: captioned.status, result: { ...found, ...source } };
};

/** Tells consumers of a final record, and the container when the larger model is wanted. */
const announce = async ({ ports, settings }: IngestContext, record: CaptionRecord): Promise<void> => {
  if (record.state !== 'READY' && record.state !== 'FAILED') return;
  const type = record.state === 'READY' ? 'caption.ready' : 'caption.failed';
  await ports.bus.publish([{ type, record }, ...rulesEvents(record, settings.rulePacks)]);
  if (record.refine === 'queued') await ports.inference?.send([jobOf(record, 'refine')]);
};

/** Someone else has taken the record over: nothing is left to do unless that was for the same version and is not finished. */
const afterLoss = async (context: IngestContext, { id, event }: Task): Promise<IngestEnd> => {
  const { store, now } = context.ports;
  const found = claim(await store.get(id), event, id, undefined, now());
  if (found.outcome === 'done') await announce(context, found.before);
  return found.outcome === 'stale' || found.outcome === 'done' ? found.outcome : 'busy';
};

/** A failure that another attempt may help gives the lease back; any other, and that of the last delivery, is recorded. */
const giveUp = async (context: IngestContext, task: Claimed, error: PictureError): Promise<IngestEnd> => {
  const { store, now, telemetry } = context.ports;
  const { code: reason, message, retryable } = error;
  telemetry.info('picture failed', { reason, receives: task.receives });
  if (retryable && task.receives < context.settings.maxReceives) {
    await changeRecord(store, task.id, (before) => release(before, task.owner), task.record);
    return 'retry';
  }
  const failed = await changeRecord(store, task.id, (before) => fail(before, task.owner, { reason, message }, now()), task.record);
  if (failed.outcome === 'lost') return afterLoss(context, task);
  await announce(context, failed.record);
  return retryable ? 'gave up' : 'failed';
};

const withRefine = ({ ports, settings }: IngestContext, { result }: Found): Result =>
  ports.inference !== undefined && result.refine === undefined && wantsRefine(settings.refine, result.machine, result.texts)
    ? { ...result, refine: 'queued' }
    : result;

type Completed = { end: Found['end']; record: CaptionRecord };

/** @throws what stops the work before its record is complete */
const work = async (context: IngestContext, task: Claimed): Promise<Completed | 'lost' | 'video'> => {
  const found = await find(context, task.event);
  if (found === 'video') return found;
  const result = withRefine(context, found);
  const { store, now } = context.ports;
  const completed = await changeRecord(store, task.id, (before) => complete(before, task.owner, result, now()), task.record);
  return completed.outcome === 'lost' ? 'lost' : { end: found.end, record: completed.record };
};

/** Work of the container, which takes the lease itself. */
const queue = async ({ ports: { inference } }: IngestContext, record: CaptionRecord): Promise<IngestEnd> => {
  await inference?.send([jobOf(record, 'caption')]);
  return 'queued';
};

/** The lease is given back first: the container would find the record busy. */
const handOver = async (context: IngestContext, task: Claimed): Promise<IngestEnd> => {
  const released = await changeRecord(context.ports.store, task.id, (before) => release(before, task.owner), task.record);
  return released.outcome === 'lost' ? afterLoss(context, task) : queue(context, released.record);
};

const workAndTell = async (context: IngestContext, task: Claimed): Promise<IngestEnd> => {
  const done = await work(context, task).catch(asPictureError);
  if (done === 'video') return handOver(context, task);
  if (done === 'lost') return afterLoss(context, task);
  if (done instanceof Error) return giveUp(context, task, done);
  const { telemetry, now } = context.ports;
  if (task.event.kind === 'created') telemetry.count('UploadToReady', Math.max(0, now() - task.event.at), 'Milliseconds');
  await announce(context, done.record);
  return done.end;
};

/**
 * What becomes of a `created` or `observed` delivery. Failures of the picture are recorded.
 * @throws what the store, the bus or the queue throws; then the delivery has to come again
 */
export const ingestPicture = async (context: IngestContext, delivery: Delivery): Promise<IngestEnd> => {
  const { ports, settings } = context;
  const { event, receives } = delivery;
  const task: Task = { ...delivery, id: await imageId(event.bucket, event.key), owner: ports.newToken() };
  const isForContainer = event.kind === 'observed' && ports.inference !== undefined;
  const lease = isForContainer ? undefined : { owner: task.owner, until: ports.now() + settings.leaseMs };
  const claimed = await changeRecord(ports.store, task.id, (before) => claim(before, event, task.id, lease, ports.now()));
  if (claimed.outcome === 'claimed') {
    return isForContainer ? queue(context, claimed.record) : workAndTell(context, { ...task, record: claimed.record });
  }
  // the one who made it final may have died before telling
  if (claimed.outcome === 'done' && receives > 1) await announce(context, claimed.before);
  return claimed.outcome;
};
