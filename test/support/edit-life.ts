// One record, changed by everything that can change it, at the store: events, workers, reuse, translators, operators and people.
import { AsyncLocalStorage } from 'node:async_hooks';
import { changeText } from '../../functions/core/edit/change-text.ts';
import { describeProduct } from '../../functions/core/edit/describe-product.ts';
import { reviewImage } from '../../functions/core/edit/review-image.ts';
import { PictureError } from '../../functions/core/errors.ts';
import { RequestError } from '../../functions/core/lookup/request-error.ts';
import { changeRecord } from '../../functions/core/record/change-record.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import { promoteTexts, rollBackTexts } from '../../functions/core/record/model-texts.ts';
import type { ObjectEvent } from '../../functions/core/record/object-event.ts';
import { type CaptionRecord, type MachineResult, TEXT_KINDS, type Text, type TextKind } from '../../functions/core/record/record.ts';
import { claim, complete, fail, type Result, remove, revised } from '../../functions/core/record/record-rules.ts';
import { claimJob, completeRefine, jobOf } from '../../functions/core/record/refine-rules.ts';
import { putTranslation } from '../../functions/core/record/translations.ts';
import { type Actor, type Watch, watch } from './edit-invariants.ts';
import { type FakeStore, fakeStore, type PutFault } from './fake-store.ts';

const BUCKET = 'photos';
const KEY = 'shop/a.jpg';
const DAYS = 30;
const LEASE_MS = 1_000;

/** What a machine or a file says: words by kind, and how. */
export type Saying = { model: string; words: Partial<Record<TextKind, string>>; embedded?: Partial<Record<TextKind, string>> };

/** One thing that happens to the record. */
export type Step =
  | { do: 'upload'; version: number; saying: Saying; broken: boolean; left: boolean }
  | { do: 'recaption'; saying: Saying; propose: boolean; stale: boolean }
  | { do: 'translate'; kind: TextKind; lang: string; words: string }
  | { do: 'promote'; model: string }
  | { do: 'roll back'; model: string }
  | { do: 'write'; kind: TextKind; text: string | null; lang?: string; locked?: boolean }
  | { do: 'review'; action: 'accept' | 'edit' | 'decorative' | 'reject'; kind?: TextKind; of?: 'current' | 'proposal'; text: string }
  | { do: 'product'; name: string }
  | { do: 'remove' };

/** What a store in memory throws when it is told to. */
const isFault = (thrown: unknown): boolean => thrown instanceof Error && ['ThrottlingException', 'TimeoutError'].includes(thrown.message);

const hexOf = (version: number): string => version.toString(16).toUpperCase().padStart(4, '0');

const pictureOf = (version: number) =>
  ({ sha256: `sha of ${Math.floor(version / 2)}`, bytes: 1, width: 2, height: 3, format: 'jpeg', dhash: 'd' }) as const;

const machineOf = ({ model, words }: Saying): MachineResult => ({
  model,
  style: 'alt',
  route: 'gpu',
  confidence: 0.9,
  plain: words.alt ?? 'something',
  sure: [],
  ms: 1,
  costUsd: 0,
  ...(Object.keys(words).length === 0 && { abstained: 'LOW_CONFIDENCE' as const }),
});

type Said = { words: Partial<Record<TextKind, string>>; origin: 'machine' | 'embedded'; model?: string };

const textsOf = ({ words, origin, model }: Said, sha256: string, at: number): Partial<Record<TextKind, Text>> =>
  Object.fromEntries(
    Object.entries(words).map(([kind, text]) => [kind, { text, lang: 'en', origin, at, ...(model && { model, confidence: 0.9 }), sha256 }]),
  );

const said = ({ model, words, embedded = {} }: Saying, sha256: string, at: number): Partial<Record<TextKind, Text>> => ({
  ...textsOf({ words, origin: 'machine', model }, sha256, at),
  ...textsOf({ words: embedded, origin: 'embedded' }, sha256, at),
});

/** A number of another record's history, which texts have that were copied from there. */
const ELSEWHERE = 1_000_000;

const copied = (texts: Partial<Record<TextKind, Text>>): Partial<Record<TextKind, Text>> =>
  Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, { ...text, supersedes: ELSEWHERE }]));

/** What a faulty program makes of a record. */
export type Careless = (record: CaptionRecord) => Partial<CaptionRecord>;

/** The record at its store, watched. Steps that happen together may each be in the other's way. */
export type Life = {
  store: FakeStore;
  watched: Watch;
  together(steps: readonly Step[]): Promise<void>;
  careless(change: Careless): Promise<void>;
};

type Of<D extends Step['do']> = Extract<Step, { do: D }>;

const actors = new AsyncLocalStorage<Actor>();

const MACHINE: Actor = { who: 'machine' };

/** Tells every write that is committed, and who made it. */
const watchWrites = (store: FakeStore, watched: Watch): void => {
  const { records } = store;
  const set = records.set.bind(records);
  records.set = (id, record) => {
    const before = records.get(id);
    set(id, record);
    watched.wrote(before, record, actors.getStore() ?? MACHINE);
    return records;
  };
};

/** Begins the life of a record. */
export const beginLife = async (putFault: () => PutFault | undefined): Promise<Life> => {
  const store = fakeStore({ putFault, pause: () => Promise.resolve() });
  const watched = watch();
  watchWrites(store, watched);
  const id = await imageId(BUCKET, KEY);
  let now = 1_700_000_000_000;
  const desk = { store, clock: () => now, settings: { bucket: BUCKET, genderNeutral: true } };
  const principal = { id: 'jwt:ann', scopes: [] };
  const asPerson = <T>(places: readonly string[], work: () => Promise<T>): Promise<T> => actors.run({ who: 'person', places }, work);

  const eventOf = (version: number, kind: ObjectEvent['kind']): ObjectEvent => ({
    kind,
    bucket: BUCKET,
    key: KEY,
    sequencer: hexOf(version),
    ...(kind === 'created' && { etag: `e${version}` }),
    at: 1_700_000_000_000 + version,
  });

  const upload = async ({ version, saying, broken, left }: Of<'upload'>): Promise<void> => {
    const lease = { owner: `owner ${now}`, until: now + LEASE_MS };
    const claimed = await changeRecord(store, id, (before) => claim(before, eventOf(version, 'created'), id, lease, now));
    if (claimed.outcome !== 'claimed' || left) return;
    const picture = pictureOf(version);
    const result: Result = { picture, machine: machineOf(saying), texts: copied(said(saying, picture.sha256, now)) };
    await changeRecord(store, id, (before) =>
      broken ? fail(before, lease.owner, { reason: 'INTERNAL', message: 'm' }, now) : complete(before, lease.owner, result, now),
    );
  };

  const recaption = async ({ saying, propose, stale }: Of<'recaption'>): Promise<void> => {
    const found = store.records.get(id);
    if (found === undefined) return;
    const job = { ...jobOf(found, propose ? 'propose' : 'recaption'), ...(stale && { sequencer: '0000' }) };
    const lease = { owner: `worker ${now}`, until: now + LEASE_MS };
    const claimed = await changeRecord(store, id, (before) => claimJob(before, { job, lease, model: saying.model }, now));
    const sha256 = claimed.outcome === 'claimed' ? claimed.record.picture?.sha256 : undefined;
    if (sha256 === undefined) return;
    const refinement = { machine: machineOf(saying), texts: said({ ...saying, embedded: {} }, sha256, now) };
    await changeRecord(store, id, (before) => completeRefine(before, lease.owner, refinement, now, propose ? 'propose' : 'put'));
  };

  const byMachine = async (change: (record: CaptionRecord) => CaptionRecord): Promise<void> => {
    await changeRecord(store, id, (before) => {
      const after = before === undefined || before.state === 'DELETED' ? before : change(before);
      return after === undefined || after === before ? { outcome: 'same' } : { outcome: 'changed', record: revised(after, {}, now) };
    });
  };

  const works: { [D in Step['do']]: (step: Of<D>) => Promise<unknown> } = {
    upload,
    recaption,
    translate: ({ kind, lang, words }) =>
      byMachine((record) => putTranslation(record, kind, { text: words, lang, origin: 'machine', at: now, model: 'translator' }, now)),
    promote: ({ model }) => byMachine((record) => promoteTexts(record, model, now)),
    'roll back': ({ model }) => byMachine((record) => rollBackTexts(record, model, now)),
    write({ kind, text, lang, locked }) {
      const change = { field: kind, text, ...(lang !== undefined && { lang }), ...(locked !== undefined && { locked }) };
      return asPerson([`main ${kind}`, `${lang} ${kind}`], () => changeText(desk, principal, id, change, '*'));
    },
    review({ action, kind, of, text }) {
      const decision = { action, ...(kind && { field: kind }), ...(of && { of }), text, reason: 'because' };
      const usual: readonly TextKind[] = action === 'accept' || action === 'reject' ? TEXT_KINDS : ['alt'];
      return asPerson(
        (kind === undefined ? usual : [kind]).map((one) => `main ${one}`),
        () => reviewImage(desk, principal, id, decision, '*'),
      );
    },
    product: ({ name }) => asPerson([], () => describeProduct(desk, principal, id, { name }, '*')),
    remove: () =>
      actors.run({ who: 'removal' }, () => {
        const version = Number.parseInt(store.records.get(id)?.sequencer ?? '0', 16);
        return changeRecord(store, id, (before) => remove(before, eventOf(version + 1, 'removed'), id, now, DAYS));
      }),
  };

  const run = async (step: Step): Promise<void> => {
    try {
      await works[step.do](step as never);
    } catch (thrown) {
      // refused, or the store was away: the rest of the history goes on
      if (!(thrown instanceof RequestError) && !(thrown instanceof PictureError) && !isFault(thrown)) throw thrown;
    }
  };

  return {
    store,
    watched,
    async together(steps) {
      now += LEASE_MS / 4;
      await Promise.all(steps.map(run));
    },
    async careless(change) {
      now += LEASE_MS / 4;
      await byMachine((record) => ({ ...record, ...change(record) }));
    },
  };
};
