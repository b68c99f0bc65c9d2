// Comparing two models' words, promoting what was proposed, and going back: only among machines' texts.
import { describe, expect, it } from 'vitest';
import { type DiffWishes, diffModels } from '../../../../functions/core/operate/operate-diff.ts';
import { changeModel, type ModelChange } from '../../../../functions/core/operate/operate-models.ts';
import type { CaptionRecord, MachineResult, PastText, Text, TextKind } from '../../../../functions/core/record/record.ts';
import { operateWorld } from '../../../support/operate-world.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const OLD = 'm@1';
const NEW = 'm@2';
const SHA = 'ab'.repeat(32);
const PICTURE = { sha256: SHA, bytes: 1, width: 2, height: 3, format: 'jpeg', dhash: '0'.repeat(16) } as const;
const MACHINE: MachineResult = {
  model: OLD,
  style: 'alt',
  route: 'gpu',
  confidence: 0.4,
  calibrated: false,
  plain: 'a dog',
  abstained: 'LOW_CONFIDENCE',
  sure: ['dog'],
  ms: 1,
  costUsd: 0.1,
};

const said = (text: string, model: string, changes: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'machine',
  at: 1,
  model,
  confidence: 0.9,
  sha256: SHA,
  ...changes,
});
const past = (text: Text, n: number, changes: Partial<PastText> = {}): PastText => ({
  ...text,
  n,
  kind: 'alt',
  until: 2,
  why: 'replaced',
  ...changes,
});
const ready = (key: string, changes: Partial<CaptionRecord>): Promise<CaptionRecord> =>
  sampleRecord(key, { state: 'READY', picture: PICTURE, machine: MACHINE, ...changes });
const human: Text = { text: 'My dog.', lang: 'en', origin: 'human', by: 'jwt:ann', at: 3, sha256: SHA };

const worldOf = async (records: Promise<CaptionRecord>[]) => {
  const world = operateWorld({ records: await Promise.all(records) });
  const recordOf = (key: string) => [...world.store.records.values()].find((record) => record.key === key);
  return { ...world, recordOf };
};

describe('diff', () => {
  const WISHES: DiffWishes = { from: OLD, to: NEW, prefix: '', sample: 100 };

  it('compares what both models have said of a picture, wherever it stands, and nothing else', async () => {
    const { operations } = await worldOf([
      ready('a-proposed', { texts: { alt: said('A dog.', OLD) }, proposals: { alt: said('A brown dog.', NEW) } }),
      ready('b-replaced', { texts: { alt: said('A cat.', NEW) }, history: [past(said('A cat.', OLD), 1)], lastPast: 1 }),
      ready('c-beside-a-person', {
        texts: { alt: human },
        history: [past(said('image of A DOG', OLD), 1)],
        proposals: { alt: said('Dogs.', NEW) },
      }),
      ready('d-old-only', { texts: { alt: said('A dog.', OLD) } }),
      ready('e-another-picture', {
        texts: { alt: said('A dog.', NEW) },
        history: [past(said('A cow.', OLD, { sha256: 'other' }), 1), past(said('Ein Hund', OLD), 2, { translation: true })],
      }),
      ready('f-caption-repeats', {
        texts: { alt: said('One.', OLD), caption: said('One.', OLD) },
        proposals: { alt: said('Two.', NEW), caption: said('Two.', NEW) },
      }),
    ]);
    const { changed, ...sums } = await diffModels(operations, WISHES);
    expect(changed.map(({ key, field, from, to }) => [key, field, from.text, to.text])).toEqual([
      ['a-proposed', 'alt', 'A dog.', 'A brown dog.'],
      ['c-beside-a-person', 'alt', 'image of A DOG', 'Dogs.'],
      ['f-caption-repeats', 'alt', 'One.', 'Two.'],
    ]);
    expect(sums).toMatchObject({ listed: 6, pictures: 4, same: 1 });
    expect([sums.from.characters, sums.to.characters]).toEqual([30, 27]);
    expect(changed[1]?.from.warnings).toBeGreaterThan(changed[1]?.to.warnings ?? 0);
  });

  it('stops at the sample', async () => {
    const both = { texts: { alt: said('A dog.', OLD) }, proposals: { alt: said('A brown dog.', NEW) } };
    const { operations } = await worldOf(['a', 'b', 'c'].map((key) => ready(key, both)));
    expect(await diffModels(operations, { ...WISHES, sample: 2 })).toMatchObject({ pictures: 2, listed: 2 });
    expect(await diffModels(operations, { ...WISHES, prefix: 'c' })).toMatchObject({ pictures: 1 });
  });
});

const PROMOTE: ModelChange = { way: 'promote', model: NEW, prefix: '', limit: Number.POSITIVE_INFINITY, dryRun: false };
const BACK: ModelChange = { ...PROMOTE, way: 'roll back', model: OLD };

describe('promote', () => {
  const proposals: Partial<Record<TextKind, Text>> = { alt: said('A brown dog.', NEW, { calibrated: false }) };

  it('puts a proposal in the place of a machine text, which goes to the history, and where there is none', async () => {
    const { operations, recordOf } = await worldOf([
      ready('a', { texts: { alt: said('A dog.', OLD) }, proposals }),
      ready('b', { proposals: { ...proposals, title: said('T', NEW) } }),
    ]);
    expect(await changeModel(operations, PROMOTE)).toEqual({ listed: 2, changed: 2, stayed: 0 });
    const after = recordOf('a');
    expect(after?.texts.alt).toMatchObject({ text: 'A brown dog.', model: NEW, supersedes: 1 });
    expect(after?.history).toMatchObject([{ n: 1, text: 'A dog.', why: 'replaced', endedBy: NEW }]);
    expect(after).not.toHaveProperty('proposals');
    expect(after?.machine).toEqual({
      model: NEW,
      style: 'alt',
      route: 'gpu',
      confidence: 0.9,
      calibrated: false,
      plain: 'A brown dog.',
      sure: [],
      ms: 1,
      costUsd: 0.1,
    });
    expect(Object.keys(recordOf('b')?.texts ?? {})).toEqual(['alt', 'title']);
    expect(await changeModel(operations, PROMOTE)).toEqual({ listed: 2, changed: 0, stayed: 0 });
  });

  it('never touches what people wrote, locked or rejected, nor what another model proposes', async () => {
    const records = await Promise.all([
      ready('a', { texts: { alt: human }, proposals }),
      ready('b', { texts: { alt: said('A dog.', OLD, { locked: true }) }, proposals }),
      ready('c', { withheld: { alt: { by: 'jwt:ann', at: 1, reason: 'no' } }, proposals }),
      ready('d', { texts: { alt: said('A dog.', OLD, { origin: 'embedded' }) }, proposals }),
      ready('e', { texts: { alt: said('A dog.', OLD) }, proposals: { alt: said('Dogs', 'other@1') } }),
      ready('f', { texts: { alt: said('A dog.', OLD) }, proposals: { alt: said('Dogs', NEW, { origin: 'embedded' }) } }),
    ]);
    const { operations, store } = await worldOf(records.map((record) => Promise.resolve(record)));
    expect(await changeModel(operations, PROMOTE)).toEqual({ listed: 6, changed: 0, stayed: 5 });
    expect([...store.records.values()]).toEqual(records);
  });

  it('only counts in a dry run, and stops at the limit', async () => {
    const one = { texts: { alt: said('A dog.', OLD) }, proposals };
    const { operations, recordOf } = await worldOf(['a', 'b', 'c'].map((key) => ready(key, one)));
    expect(await changeModel(operations, { ...PROMOTE, dryRun: true })).toMatchObject({ changed: 3 });
    expect(recordOf('a')?.texts.alt?.model).toBe(OLD);
    expect(await changeModel(operations, { ...PROMOTE, limit: 2 })).toMatchObject({ changed: 2 });
    expect([recordOf('b')?.texts.alt?.model, recordOf('c')?.texts.alt?.model]).toEqual([NEW, OLD]);
  });

  it('leaves alone what a person has written a moment before', async () => {
    const world = await worldOf([ready('a', { texts: { alt: said('A dog.', OLD) }, proposals })]);
    const { store } = world;
    const listing = store.listByKey.bind(store);
    store.listByKey = async (query) => {
      const page = await listing(query);
      for (const [id, record] of store.records) store.records.set(id, { ...record, texts: { alt: human }, revision: record.revision + 1 });
      return page;
    };
    expect(await changeModel(world.operations, PROMOTE)).toMatchObject({ changed: 0 });
    store.listByKey = async (query) => {
      const page = await listing(query);
      for (const [id, record] of store.records) store.records.set(id, { ...record, state: 'PENDING', revision: record.revision + 1 });
      return page;
    };
    for (const [id, record] of store.records) store.records.set(id, { ...record, texts: { alt: said('A dog.', OLD) } });
    expect(await changeModel(world.operations, PROMOTE)).toMatchObject({ changed: 0 });
  });
});

describe('rollback', () => {
  const history = [past(said('A dog.', OLD), 1)];

  it('brings back what the model said of the same picture', async () => {
    const { operations, recordOf } = await worldOf([
      ready('a', { texts: { alt: said('A brown dog.', NEW) }, history, lastPast: 1 }),
      ready('b', { texts: { alt: said('A dog.', OLD) } }),
      ready('c', { texts: { alt: said('A brown dog.', NEW) } }),
      ready('d', { texts: { alt: human }, history }),
      ready('e', { texts: { alt: said('A brown dog.', NEW) }, history, withheld: { alt: { by: 'jwt:ann', at: 1, reason: 'no' } } }),
    ]);
    expect(await changeModel(operations, BACK)).toEqual({ listed: 5, changed: 1, stayed: 2 });
    expect(recordOf('a')?.texts.alt).toMatchObject({ text: 'A dog.', model: OLD, supersedes: 2 });
    expect(recordOf('a')?.history?.[1]).toMatchObject({ n: 2, text: 'A brown dog.', why: 'rolled back', endedBy: OLD });
    expect(recordOf('a')?.machine?.plain).toBe('A dog.');
    expect(recordOf('d')?.texts.alt).toEqual(human);
  });
});
