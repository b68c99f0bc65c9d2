// What an answer tells besides the text, and what holds for every record and every use.
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../../functions/core/errors.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { type AltAnswer, altFor } from '../../../../functions/core/text/alt-for.ts';
import { ALT_BRANCHES } from '../../../../functions/core/text/branches.ts';
import { doubted, isUnsure } from '../../../../functions/core/text/certainty.ts';
import { effectiveTexts } from '../../../../functions/core/text/texts-of.ts';
import { type AltUse, USAGES } from '../../../../functions/core/text/usages.ts';
import escapingCorpus from '../../../fixtures/escaping-corpus.json' with { type: 'json' };
import { describedRecord, machineText, personText, STREET_FACTS } from '../../../support/described.ts';
import { type Random, randomFrom, whole } from '../../../support/random.ts';

const RULES = { genderNeutral: true };
const SEED = 19;
const ROUNDS = 3_000;

const answer = async (changes: Partial<CaptionRecord>, use: AltUse = {}) => altFor(await describedRecord('', changes), use, RULES);

describe('an answer', () => {
  it('says where a machine’s text comes from', async () => {
    const alt = machineText('A dog.', { confidence: 0.6, calibrated: false });
    expect(await answer({ texts: { alt, caption: alt } })).toEqual({
      usage: 'informative',
      branch: 'informative',
      because: ALT_BRANCHES.informative,
      alt: 'A dog.',
      lang: 'en',
      origin: 'machine',
      model: 'm2@1.0.0',
      confidence: 0.6,
      calibrated: false,
      outdated: false,
      cut: false,
      hasLong: false,
      status: 'described',
      sure: [],
      next: 'Have a person check it: the model is not sure.',
    });
  });

  it('has no long description that says the same, with doubt in front or not', async () => {
    const alt = machineText('A dog.', { confidence: 0.6 });
    expect(await answer({ texts: { alt, caption: alt } }, { disclose: 'lead' })).toMatchObject({ alt: 'Probably: a dog.', hasLong: false });
  });

  it('says who wrote a person’s text, and that the picture was replaced since', async () => {
    const alt = personText('Bella', { locked: true, sha256: 'another' });
    expect(await answer({ texts: { alt } })).toMatchObject({
      by: 'Ann',
      locked: true,
      origin: 'human',
      outdated: true,
      hasLong: false,
      next: expect.stringContaining('replaced'),
    });
    const { picture: _, ...waiting } = await describedRecord('', { texts: { alt } });
    expect(altFor(waiting, {}, RULES)).toMatchObject({ outdated: false });
  });

  it('says who called a picture decorative, and when that was about another picture', async () => {
    const alt = personText('', { sha256: 'another' });
    expect(await answer({ texts: { alt } })).toMatchObject({ alt: '', status: 'decorative', by: 'Ann', origin: 'human', outdated: true });
    expect(await answer({ texts: { alt: personText('Bella') } }, { usage: 'decorative' })).not.toHaveProperty('by');
  });

  it('has no origin where the words are the caller’s', async () => {
    const found = await answer({ texts: { alt: machineText('A dog.') } }, { usage: 'link', context: 'Our dogs' });
    expect(found).toMatchObject({ alt: 'Our dogs', status: 'described' });
    expect(found).not.toHaveProperty('origin');
    expect(found).not.toHaveProperty('lang');
  });

  it('says when the text is in another language than was asked for', async () => {
    expect((await answer({ texts: { alt: machineText('A dog.') } }, { lang: 'fr' })).because).toContain('in en, as there is none in fr');
    expect((await answer({ texts: { alt: machineText('A dog.') } }, { lang: 'en-GB' })).because).toBe(ALT_BRANCHES.informative);
  });

  it('has more in the long description when it was cut, or when more is known', async () => {
    const alt = machineText('A dog on a couch.');
    expect(await answer({ texts: { alt } }, { max: 8 })).toMatchObject({ alt: 'A dog.', cut: true, hasLong: true });
    expect(await answer({ texts: { alt } })).toMatchObject({ cut: false, hasLong: false });
    expect(await answer({ texts: { alt }, facts: { people: { count: 1 } } })).toMatchObject({ hasLong: true });
  });

  it('tells what is sure when there is no text, in neutral words and nothing that is not to be said', async () => {
    const machine = {
      model: 'm',
      style: 'alt',
      route: 'lambda',
      confidence: 0.1,
      plain: '',
      abstained: 'LOW_CONFIDENCE',
      sure: ['man', 'cat'],
      ms: 1,
      costUsd: 0,
    } as const;
    const product = { keywords: [], negativeKeywords: ['cat'], from: 'api', at: 1 } as const;
    const silent = {
      texts: {},
      machine: { ...machine, sure: [...machine.sure] },
      product: { ...product, keywords: [], negativeKeywords: ['cat'] },
    };
    expect(await answer({ ...silent, facts: { objects: STREET_FACTS.objects ?? [] } })).toMatchObject({
      alt: null,
      sure: ['person', 'car'],
      reason: 'LOW_CONFIDENCE',
    });
  });

  it('tells the fix for every reason of a failure', async () => {
    for (const reason of Object.keys(REASONS) as (keyof typeof REASONS)[]) {
      const found = await answer({ state: 'FAILED', reason, texts: {} });
      expect(found).toMatchObject({ alt: null, status: 'failed', reason, next: expect.stringContaining('alt text yourself') });
    }
    expect(await answer({ state: 'FAILED', texts: {} })).toMatchObject({ status: 'failed' });
    expect(await answer({ state: 'DELETED', texts: {} })).toMatchObject({ status: 'failed', reason: 'DELETED' });
  });

  it('has a reason, too, where a model was never asked', async () => {
    const { machine: _, ...unasked } = await describedRecord('', { texts: {} });
    expect(altFor(unasked, {}, RULES)).toMatchObject({ alt: null, status: 'abstained', reason: 'NO_TEXT' });
  });
});

describe('text that is read in the picture', () => {
  const read = (confidence: number) => ({ texts: {}, facts: { text: [{ text: 'Open day', lang: 'en', confidence }] } });

  it('is doubted like other machine’s words, in quotation marks', async () => {
    expect((await answer(read(0.6), { disclose: 'lead' })).alt).toBe('Probably: “Open day”');
    expect((await answer(read(0.9), { disclose: 'lead' })).alt).toBe('Open day');
    expect((await answer({ texts: {}, facts: { text: [{ text: 'Open day' }] } }, { disclose: 'lead' })).alt).toBe('Open day');
    expect((await answer({ texts: {}, facts: { text: [{ text: 'Open day', confidence: 0.6 }] } }, { disclose: 'lead' })).alt).toBe(
      'Probably: “Open day”',
    );
  });

  it('is quoted without words around it in another language than English', async () => {
    const alt = machineText('Ein Bus.', { lang: 'de' });
    const text = [{ text: 'Zoo', box: [0, 0, 0.1, 0.1] as const }];
    expect((await answer({ texts: { alt }, facts: { text } })).alt).toBe('Ein Bus. “Zoo”.');
  });

  it('of a machine that nobody knows has no model', async () => {
    const { machine: _, ...unasked } = await describedRecord('', read(0.9));
    expect(altFor(unasked, {}, RULES)).not.toHaveProperty('model');
    const logo = await describedRecord('', { ...read(0.9), texts: { alt: machineText('A logo.') } });
    expect(altFor({ ...unasked, texts: logo.texts }, {}, RULES)).not.toHaveProperty('model');
  });
});

describe('doubt', () => {
  it('is said in the language of the text, or not at all', () => {
    expect([doubted('A dog.', 'en-GB'), doubted('UFO over a city.', 'en'), doubted('Un chien.', 'fr')]).toEqual([
      'Probably: a dog.',
      'Probably: UFO over a city.',
      'Probablement: Un chien.',
    ]);
    expect([doubted('Kelb.', 'mt'), doubted('x', 'constructor')]).toEqual(['Kelb.', 'x']);
    expect(['犬。', 'Koira.'].map((text, i) => doubted(text, ['ja', 'fi'][i] ?? ''))).toEqual([
      'おそらく: 犬。',
      'Todennäköisesti: Koira.',
    ]);
  });

  it('is not said twice where a translator was told of it', () => {
    expect(doubted('Probablement : un chien.', 'fr')).toBe('Probablement : un chien.');
    expect(doubted(doubted('A dog.', 'en'), 'en')).toBe('Probably: a dog.');
  });

  it('leaves names their capitals', () => {
    const names = ['Paris at night.', 'American flag on a pole.', 'U.S. flag.', 'TV on a stand.', 'In Paris.', 'Two people.'];
    expect(names.map((text) => doubted(text, 'en').slice('Probably: '.length))).toEqual([...names.slice(0, 4), 'in Paris.', 'two people.']);
  });

  it('is about machines only', () => {
    expect([
      isUnsure(machineText('', { confidence: 0.8 })),
      isUnsure(machineText('', { confidence: 0.79 })),
      isUnsure(personText('')),
    ]).toEqual([false, true, false]);
  });
});

const CAPTIONS = [
  ...escapingCorpus.map(({ text }) => text),
  'A man and a woman with 2 dogs.',
  'A logo of a bird.',
  '“',
  '.',
  ' ',
  'a photo of',
  '犬',
];
const pick = <T>(random: Random, items: readonly T[]): T => items[whole(random, items.length)] as T;
const maybe = <T>(random: Random, value: T): T | undefined => (whole(random, 2) === 0 ? undefined : value);

const textFrom = (random: Random): Text => {
  const words = pick(random, CAPTIONS);
  const lang = pick(random, ['en', 'de', 'und', 'x y', 'ja', 'constructor']);
  return whole(random, 3) === 0 ? personText(words, { lang }) : machineText(words, { lang, confidence: random() });
};

const recordFrom = async (random: Random): Promise<CaptionRecord> => {
  const facts = maybe(random, { ...STREET_FACTS, text: [{ text: pick(random, CAPTIONS), lang: pick(random, ['de', '', '??']) }] });
  const product = maybe(random, {
    name: pick(random, CAPTIONS),
    brand: pick(random, CAPTIONS),
    colour: 'red',
    keywords: [pick(random, CAPTIONS)],
    negativeKeywords: [pick(random, ['dog', '', '<', 'constructor'])],
    from: 'api' as const,
    at: 1,
  });
  const [alt, caption] = [maybe(random, textFrom(random)), maybe(random, textFrom(random))];
  return describedRecord('', {
    state: pick(random, ['READY', 'PENDING', 'FAILED']),
    texts: { ...(alt && { alt }), ...(caption && { caption }) },
    translations: { de: { alt: textFrom(random) } },
    ...(facts && { facts }),
    ...(product && { product }),
  });
};

const useFrom = (random: Random): AltUse => ({
  usage: pick(random, USAGES),
  disclose: pick(random, ['lead', 'none']),
  ...(whole(random, 2) === 0 && { href: pick(random, [...CAPTIONS, '/', '/about-us', 'x.png']) }),
  ...(whole(random, 3) === 0 && { context: pick(random, CAPTIONS) }),
  ...(whole(random, 3) === 0 && { lang: pick(random, ['de', 'en', 'x y', '']) }),
  ...(whole(random, 3) === 0 && { max: whole(random, 200) + 1 }),
});

/** A person's words come whole, or not at all. */
const checkPersons = (record: CaptionRecord, { origin, alt, cut }: AltAnswer, told: string): void => {
  if (origin !== 'human' || alt === '') return;
  const written = [...Object.values(record.texts), record.translations?.de?.alt].filter((text) => text?.origin === 'human');
  expect(
    written.map((text) => text?.text),
    told,
  ).toContain(alt);
  expect(cut, told).toBe(false);
};

const checkAnswer = (found: AltAnswer, told: string): void => {
  expect(Object.keys(ALT_BRANCHES), told).toContain(found.branch);
  expect(found.alt === null, told).toBe(['abstained', 'pending', 'failed'].includes(found.status));
  expect(found.alt === '', told).toBe(found.status === 'decorative');
  expect(found.alt !== null || found.next !== undefined, told).toBe(true);
  expect(!found.cut || found.hasLong, told).toBe(true);
};

describe('for any record and use', () => {
  it('people’s texts are whole, empty texts are meant, and every silence has a reason', async () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const [record, use] = [await recordFrom(random), useFrom(random)];
      const found = altFor(record, use, RULES);
      const told = `${JSON.stringify(found)} of ${JSON.stringify(record)} for ${JSON.stringify(use)}`;
      checkAnswer(found, told);
      checkPersons(record, found, told);
      const texts = Object.values(effectiveTexts(record, RULES, use.lang));
      expect(
        texts.every(({ text, origin }) => text !== '' || origin === 'human'),
        told,
      ).toBe(true);
    }
  });
});
