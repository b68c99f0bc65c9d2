// Random histories of a record (ten thousand of them: test/reliability/edit-histories.ts): whatever machines, operators, translators and people do, in whatever order, at the same time and
// with a store that fails, people's words stay until a person changes them, and nothing that a person wrote is lost.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { liveHistories, SIGHTS } from '../../../reliability/edit-histories.ts';
import type { Careless, Step } from '../../../support/edit-life.ts';
import { lived } from '../../../support/edit-steps.ts';

const HISTORIES = 400;
const SEED = 6_003;
/** What is only seen in more histories. */
const RARE = ['dropped', 'rolled back'];
const TIME_LIMIT_MS = 120_000;

describe('for any history of a record', () => {
  it(
    'machines never change what a person has written, stood for or locked, and nothing of it is lost',
    async () => {
      const { seen, violations } = await liveHistories(HISTORIES, SEED);
      expect(violations).toEqual([]);
      expect(SIGHTS.filter((sight) => !seen.has(sight) && !RARE.includes(sight))).toEqual([]);
    },
    TIME_LIMIT_MS,
  );
});

const human: Step[] = [
  { do: 'upload', version: 1, saying: { model: 'm@1', words: { alt: 'A dog.', caption: 'A dog.' } }, broken: false, left: false },
  { do: 'write', kind: 'alt', text: 'My dog.' },
  { do: 'write', kind: 'alt', text: 'Hund', lang: 'de' },
  { do: 'recaption', saying: { model: 'm@2', words: { alt: 'A cat.' } }, propose: false, stale: false },
];

const text = (said: string) => ({ text: said, lang: 'en', origin: 'machine', at: 1 }) as const;

/** Faulty programs, and what is said of them. */
const CARELESS: readonly [string, Careless, RegExp][] = [
  [
    'puts a machine text in the place of a person’s',
    ({ texts }) => ({ texts: { ...texts, alt: text('A cat.') } }),
    /changed the human text/,
  ],
  ['moves a person’s text to the history by itself', ({ texts: { alt: _, ...texts } }) => ({ texts }), /changed the human text/],
  ['takes back a person’s translation', () => ({ translations: {} }), /changed the human text de alt/],
  ['empties the history', () => ({ history: [] }), /entries of the history went/],
  [
    'rewrites the history',
    ({ history = [] }) => ({ history: history.map((past) => ({ ...past, text: 'x' })) }),
    /was changed or came back/,
  ],
  ['names an entry that never was', ({ texts }) => ({ texts: { ...texts, title: { ...text('T'), supersedes: 99 } } }), /never was/],
  [
    'proposes what is current',
    ({ texts }) => ({ proposals: { alt: { ...text('My dog.'), lang: texts.alt?.lang ?? '' } } }),
    /is proposed although/,
  ],
  ['counts no revision', ({ revision }) => ({ revision: revision - 1 }), /revision/],
  ['stores more than an item holds', () => ({ message: 'x'.repeat(420_000) }), /an item of/],
];

describe('the watch over histories', () => {
  it.each(CARELESS)('notices a program that %s', async (_, careless, fault) => {
    const life = await lived(
      human.map((one) => [one]),
      [undefined],
    );
    expect(life.watched.faults).toEqual([]);
    await life.careless(careless);
    expect(life.watched.faults.join('\n')).toMatch(fault);
  });

  it('notices words of a person that are lost from record and history', async () => {
    const life = await lived(
      human.map((one) => [one]),
      [undefined],
    );
    const [id, record] = [...life.store.records][0] as [string, CaptionRecord];
    const { alt: _, ...texts } = record.texts;
    life.store.records.set(id, { ...record, texts, revision: record.revision + 1, changedAt: record.changedAt + 1 });
    expect(life.watched.faults.join('\n')).toMatch(/a person's words are lost/);
  });
});
