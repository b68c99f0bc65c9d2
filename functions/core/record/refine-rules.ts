// What the inference container may do to a record: refine a READY one, which stays READY for readers meanwhile, or caption a PENDING one.

import type { Facts } from '../facts/facts.ts';
import { mergedFacts } from '../facts/known-facts.ts';
import type { InferenceJob } from './object-event.ts';
import { type Manner, putAllAutomatic } from './put-text.ts';
import type { CaptionRecord, Lease, MachineResult } from './record.ts';
import { busyWithOther, type Claim, claimSame, differ, type Fenced, revised, revisedUnseen } from './record-rules.ts';
import { compareSequencers } from './sequencer.ts';
import type { Texts } from './text-rules.ts';

/** The job that asks the inference container about a record's version. */
export const jobOf = ({ id, bucket, key, versionId, etag, sequencer }: CaptionRecord, kind: InferenceJob['kind']): InferenceJob => ({
  kind,
  id,
  bucket,
  key,
  sequencer,
  ...(versionId !== undefined && { versionId }),
  ...(etag !== undefined && { etag }),
});

const isAbout = (before: CaptionRecord | undefined, job: InferenceJob): before is CaptionRecord =>
  before !== undefined &&
  before.state !== 'DELETED' &&
  compareSequencers(job.sequencer, before.sequencer) === 0 &&
  !differ(before.etag, job.etag);

/** name@version of the model that was asked about the record last; undefined when none was. */
export const askedModel = ({ refinedBy, machine }: CaptionRecord): string | undefined => refinedBy ?? machine?.model;

type Asking = { job: InferenceJob; lease: Lease; model: string };

/** What is done is done; a `recaption` only when it was this very model. */
const isDone = (before: CaptionRecord, { job, model }: Asking): boolean =>
  before.refine === 'done' && (job.kind === 'refine' || askedModel(before) === model);

const claimReady = (before: CaptionRecord, asking: Asking, now: number): Claim => {
  const { lease } = asking;
  if (before.state !== 'READY') return { outcome: 'stale' };
  if (isDone(before, asking)) return { outcome: 'done', before };
  return busyWithOther(before, lease, now) ?? { outcome: 'claimed', record: revisedUnseen(before, { lease }) };
};

/** Whether a job of the inference queue is to be done by `model` (name@version). 'stale' when the object is another version by now. */
export const claimJob = (before: CaptionRecord | undefined, asking: Asking, now: number): Claim => {
  const { job, lease } = asking;
  if (!isAbout(before, job)) return { outcome: 'stale' };
  return job.kind === 'caption' ? claimSame(before, lease, now) : claimReady(before, asking, now);
};

/** What the larger model said; its machine texts are empty where it abstained. */
export type Refinement = { machine: MachineResult; texts: Texts; facts?: Facts };

const held = (before: CaptionRecord | undefined, owner: string): before is CaptionRecord =>
  before !== undefined && before.state === 'READY' && before.lease?.owner === owner;

const leaseless = ({ lease: _, ...record }: CaptionRecord): CaptionRecord => record;

/**
 * The larger model's answer, for the owner of the lease. Its silence does not take back what the model before was sure of (what was found in the picture is no sentence), and neither does
 * an answer that only proposes: a refinement that is queued is still to be done then.
 */
export const completeRefine = (
  before: CaptionRecord | undefined,
  owner: string,
  { machine, texts, facts }: Refinement,
  now: number,
  manner: Manner = 'put',
): Fenced => {
  if (!held(before, owner)) return { outcome: 'lost' };
  const silent = machine.abstained !== undefined && before.machine !== undefined && before.machine.abstained === undefined;
  const found = facts === undefined ? {} : { facts: mergedFacts(before.facts, facts) };
  const changes = manner === 'propose' ? {} : { ...(!silent && { machine }), ...found };
  const said = silent ? leaseless(before) : putAllAutomatic(leaseless(before), texts, now, manner);
  const refine = manner === 'propose' && before.refine === 'queued' ? 'queued' : 'done';
  return { outcome: 'written', record: revised(said, { ...changes, refine, refinedBy: machine.model }, now) };
};

/** Gives up on refining, for the owner of the lease; what the small model said stays. */
export const failRefine = (before: CaptionRecord | undefined, owner: string, now: number): Fenced =>
  held(before, owner) ? { outcome: 'written', record: revised(leaseless(before), { refine: 'failed' }, now) } : { outcome: 'lost' };
