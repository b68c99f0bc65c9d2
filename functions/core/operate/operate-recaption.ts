// Asks the worker again about pictures whose machine texts another model wrote: old records after a new model has come, within a budget.
import { CodedError } from '../errors.ts';
import type { InferenceJob } from '../record/object-event.ts';
import type { CaptionRecord, Text, TextKind } from '../record/record.ts';
import { askedModel, jobOf } from '../record/refine-rules.ts';
import { mayReplace } from '../record/text-rules.ts';
import type { Operations } from './operate-ports.ts';
import { boundedSender, SEND_BATCH } from './operate-send.ts';
import { readyPages } from './ready-pages.ts';

/** Records that are looked at to know what one picture costs. */
const COST_SAMPLE_RECORDS = 1000;

/**
 * What is to be done. `model`: only what this one (name@version) was asked about last; `not`: only what any other was, which is to be the
 * worker's own. `usdEach`: what a picture costs, instead of what records tell. `after`: go on after this key.
 */
export type RecaptionWishes = {
  prefix: string;
  model?: string;
  not?: string;
  limit: number;
  budgetUsd: number;
  usdEach?: number;
  dryRun: boolean;
  after?: string;
  /** the answers are to stand beside the texts, also beside a machine's */
  propose?: boolean;
};

/** What one picture costs, in US dollars, and of how many records that is the mean; 0: it was given. */
export type EachCost = { usd: number; measured: number };

/**
 * Records that were looked at, that were (or would be) queued, that the model was asked about before, and of which no text may change; what
 * that costs. `ended`: what stopped it before the last record.
 */
export type Recaptioned = { listed: number; sent: number; known: number; stronger: number; each?: EachCost; ended?: 'limit' | 'budget' };

const MACHINE_KINDS: readonly TextKind[] = ['alt', 'caption'];

/** Whether a machine's words could take the place of anything. */
const mayChange = ({ texts, objectAt }: CaptionRecord): boolean => {
  const said: Text = { text: '', lang: 'en', origin: 'machine', at: objectAt };
  return MACHINE_KINDS.some((kind) => mayReplace(texts[kind], said));
};

type Choice = 'send' | 'known' | 'stronger' | 'other';

/** What is to be done with a record. */
const choiceOf = (record: CaptionRecord, { model, not, propose }: Pick<RecaptionWishes, 'model' | 'not' | 'propose'>): Choice => {
  if (record.state !== 'READY') return 'other';
  const asked = askedModel(record);
  if (not !== undefined && asked === not) return 'known';
  if (model !== undefined && asked !== model) return 'other';
  return propose === true || mayChange(record) ? 'send' : 'stronger';
};

const kindOf = ({ propose }: Pick<RecaptionWishes, 'propose'>): InferenceJob['kind'] => (propose === true ? 'propose' : 'recaption');

/** From which to which model a recaption goes: its place is no place of one between others. */
export const modelsOf = ({ model, not, propose }: Pick<RecaptionWishes, 'model' | 'not' | 'propose'>): string =>
  `${model ?? 'any'} to ${not ?? 'any'}${propose === true ? ' as proposals' : ''}`;

const meanOf = (costs: readonly number[]): EachCost | undefined =>
  costs.length === 0 ? undefined : { usd: costs.reduce((sum, cost) => sum + cost, 0) / costs.length, measured: costs.length };

/** The mean of what the worker's pictures have cost: with the model that is to answer, where it has answered already, else with any. */
const eachCost = async (operations: Operations, { prefix, not, usdEach }: RecaptionWishes): Promise<EachCost | undefined> => {
  if (usdEach !== undefined) return { usd: usdEach, measured: 0 };
  const own: number[] = [];
  const any: number[] = [];
  let looked = 0;
  for await (const records of readyPages(operations, { prefix })) {
    const paid = records.flatMap(({ machine }) => (machine?.route === 'gpu' && machine.costUsd > 0 ? [machine] : []));
    any.push(...paid.map(({ costUsd }) => costUsd));
    own.push(...paid.filter(({ model }) => model === not).map(({ costUsd }) => costUsd));
    looked += records.length;
    if (looked >= COST_SAMPLE_RECORDS) break;
  }
  return meanOf(own) ?? meanOf(any);
};

/** As many as the budget pays for. @throws CodedError CONFIG when nobody knows what one costs */
const affordable = (budgetUsd: number, each: EachCost | undefined): number => {
  if (budgetUsd === Number.POSITIVE_INFINITY) return budgetUsd;
  if (each !== undefined) return each.usd === 0 ? Number.POSITIVE_INFINITY : Math.floor(budgetUsd / each.usd + Number.EPSILON);
  throw new CodedError(
    'CONFIG',
    'No record tells what a picture costs with the worker: try some without a budget first, such as --limit 100, or say it by --usd-each',
  );
};

/**
 * Queues what another model wrote, in the order of keys. Its place is saved after each batch; one that is sent twice is done once.
 * @throws CodedError CONFIG without a worker, or for a budget without a cost; UNAVAILABLE or INTERNAL: `--resume` goes on after it
 */
export const recaption = async (operations: Operations, wishes: RecaptionWishes): Promise<Recaptioned> => {
  const { bucket, inference, recaptionPlace: place } = operations;
  const { prefix, dryRun, after } = wishes;
  const kind = kindOf(wishes);
  if (inference === undefined) throw new CodedError('CONFIG', 'This service has no worker that could caption again: it runs with gpu=off');
  const each = await eachCost(operations, wishes);
  const most = Math.min(wishes.limit, affordable(wishes.budgetUsd, each));
  const send = boundedSender(operations, inference);
  const sum: Recaptioned = { listed: 0, sent: 0, known: 0, stronger: 0, ...(each !== undefined && { each }) };
  const reached = async (key: string | undefined): Promise<void> => {
    if (!dryRun && key !== undefined) await place.save({ bucket, prefix, after: key, models: modelsOf(wishes) });
  };
  for await (const records of readyPages(operations, { prefix, ...(after !== undefined && { after }) })) {
    const choices = records.map((record) => choiceOf(record, wishes));
    const chosen = records.filter((_, at) => choices[at] === 'send');
    const now = chosen.slice(0, most - sum.sent);
    sum.listed += records.length;
    sum.known += choices.filter((choice) => choice === 'known').length;
    sum.stronger += choices.filter((choice) => choice === 'stronger').length;
    for (let at = 0; at < now.length; at += SEND_BATCH) {
      const batch = now.slice(at, at + SEND_BATCH);
      if (!dryRun) await send(batch.map((record) => jobOf(record, kind)));
      sum.sent += batch.length;
      await reached(batch.at(-1)?.key);
    }
    if (now.length < chosen.length) return { ...sum, ended: most < wishes.limit ? 'budget' : 'limit' };
    await reached(records.at(-1)?.key);
  }
  if (!dryRun) await place.clear();
  return sum;
};
