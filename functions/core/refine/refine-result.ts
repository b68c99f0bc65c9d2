// What the larger model said, written down under the lease and told to consumers.
import type { Captioned, Captioner } from '../caption.ts';
import { asPictureError } from '../errors.ts';
import { isAnalysed, type StagesBy } from '../facts/known-facts.ts';
import { captionedResult, machineTexts, reusedResult, type Work } from '../ingest/ingest-result.ts';
import { sourceOf } from '../ingest/product-metadata.ts';
import { isVideo } from '../picture/video-format.ts';
import { changeRecord } from '../record/change-record.ts';
import type { CaptionRecord } from '../record/record.ts';
import { complete, type Fenced, type Result } from '../record/record-rules.ts';
import { completeRefine, type Refinement } from '../record/refine-rules.ts';
import { textsWhere } from '../record/text-rules.ts';
import { announce, type FetchedJob, LOST, type RefineContext, retryLater, settleFailure } from './refine-job.ts';
import type { Verdict } from './refine-verdict.ts';

/** The model that answers, what is analysed beside it, and how many copies of it share the machine. */
export type Answering = Pick<Captioner, 'model' | 'models' | 'analysis'>;

type Found = { refinement: Refinement; result: Result };

const write = async (context: RefineContext, { job, owner, ...object }: FetchedJob, found: Found): Promise<Fenced> => {
  const source = sourceOf(object, context.now());
  return await changeRecord(context.store, job.id, (before) =>
    job.kind === 'caption'
      ? complete(before, owner, { ...found.result, ...source, refine: 'done' }, context.now())
      : completeRefine(before, owner, found.refinement, context.now(), job.kind === 'propose' ? 'propose' : 'put'),
  );
};

const endOf = ({ texts, machine }: CaptionRecord, { refinement }: Found): Verdict['end'] => {
  const said = refinement.texts.alt;
  if (said === undefined) return machine?.abstained === undefined ? 'kept' : 'abstained';
  return texts.alt?.text === said.text && texts.alt.origin === 'machine' ? 'captioned' : 'kept';
};

const writeAndTell = async (context: RefineContext, fetched: FetchedJob, found: Found): Promise<Verdict> => {
  const written = await write(context, fetched, found);
  if (written.outcome === 'lost') return LOST;
  await announce(context, written.record);
  return { end: endOf(written.record, found), message: 'done' };
};

/** What the captioner said about a leased job's picture, or why not; it never throws. */
export const settleOutcome = async (
  context: RefineContext,
  { models }: Answering,
  fetched: FetchedJob,
  outcome: Captioned | Error,
): Promise<Verdict> => {
  if (outcome instanceof Error) return await settleFailure(context, fetched, asPictureError(outcome));
  try {
    const { bytes, sha256 } = fetched;
    const work: Work = { sha256, bytes: bytes.length, route: 'gpu', usdPerSecond: context.usdPerSecond, models, at: context.now() };
    const result = captionedResult(outcome, work);
    const refinement = { ...result, texts: machineTexts(outcome, work) };
    return await writeAndTell(context, fetched, { refinement, result });
  } catch (thrown) {
    return await retryLater(context, fetched, thrown);
  }
};

const isOfModel = ({ machine }: CaptionRecord, model: string): boolean => machine?.model === model && machine.route === 'gpu';

/**
 * What is known of the same bytes, as far as today's stages have found it (they look at no videos); undefined where they would find more than
 * is known. Facts of earlier stages never take the place of the record's own.
 */
const knownResult = (known: CaptionRecord, { sha256, record }: FetchedJob, analysis: StagesBy | undefined): Result | undefined => {
  const result = reusedResult(known, sha256);
  if (result === undefined || isVideo(known.picture?.format) || isAnalysed(known.facts, analysis)) return result;
  const { facts: _, ...others } = result;
  return isAnalysed(record.facts, analysis) ? others : undefined;
};

/**
 * Copies what this model has said about the same bytes under another key.
 * @returns undefined when nothing is known, or too little; it never throws: what cannot be looked up is captioned
 */
export const reuseForJob = async (
  context: RefineContext,
  { model, analysis }: Answering,
  fetched: FetchedJob,
): Promise<Verdict | undefined> => {
  const known = await context.store.bySha256(fetched.sha256).catch(() => undefined);
  if (known === undefined || known.id === fetched.job.id || !isOfModel(known, model)) return undefined;
  const result = knownResult(known, fetched, analysis);
  if (result === undefined) return undefined;
  const refinement = { ...result, texts: textsWhere(result.texts, ({ origin }) => origin === 'machine') };
  try {
    const verdict = await writeAndTell(context, fetched, { refinement, result });
    return verdict.end === 'lost' ? verdict : { ...verdict, end: 'reused' };
  } catch (thrown) {
    return await retryLater(context, fetched, thrown);
  }
};
