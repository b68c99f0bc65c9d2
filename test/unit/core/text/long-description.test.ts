// The parts of a long description: in their order, each only where it is known.
import { describe, expect, it } from 'vitest';
import type { Box, Facts } from '../../../../functions/core/facts/facts.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { LONG_PARTS, type LongPart, longDescription, longParts } from '../../../../functions/core/text/long-description.ts';
import { placeOf } from '../../../../functions/core/text/places.ts';
import { counted, pluralOf } from '../../../../functions/core/text/plurals.ts';
import { describedRecord, machineText, personText, STREET_FACTS } from '../../../support/described.ts';

const RULES = { genderNeutral: true };
const CAPTION = 'A man and a woman with a dog on a street.';

const parts = async (caption: string, changes: Partial<CaptionRecord> = {}): Promise<Partial<Record<LongPart['part'], string>>> =>
  Object.fromEntries(longParts(await describedRecord(caption, changes), RULES).map(({ part, text }) => [part, text]));

const peopleOf = async (facts: Facts): Promise<string | undefined> => (await parts('A street.', { facts })).people;
const person = (left: number) => ({ label: 'person', box: [left, 0.3, 0.1, 0.4] as const });

describe('a long description', () => {
  it('has its parts in their order', async () => {
    const unsure = machineText(CAPTION, { confidence: 0.7 });
    const record = await describedRecord(CAPTION, { facts: STREET_FACTS, texts: { alt: unsure, caption: unsure } });
    expect(longParts(record, RULES)).toEqual([
      { part: 'summary', text: 'Probably: two people with a dog on a street.' },
      { part: 'text', text: 'Text in the picture, perhaps misread: “STOP”; in German: “Ausverkauf”.' },
      { part: 'people', text: 'At least two people: one at the left and one at the right.' },
      { part: 'objects', text: 'At the top left: two cars. At the top: probably an umbrella. At the bottom: probably a dog.' },
      { part: 'colours', text: 'Mostly blue, with white and grey.' },
      { part: 'uncertain', text: 'May be wrong: the first sentence, the text “STOP” and the objects.' },
    ]);
    const told = longParts(record, RULES).map(({ part }) => part);
    expect(told).toEqual(LONG_PARTS.filter((part) => told.includes(part)));
    expect(longDescription(record, RULES)).toBe(
      longParts(record, RULES)
        .map(({ text }) => text)
        .join(' '),
    );
  });

  it('is the summary alone when nothing else is known, and nothing without one', async () => {
    expect(longDescription(await describedRecord('A dog.'), RULES)).toBe('A dog.');
    expect(longDescription(await describedRecord('', { texts: {} }), RULES)).toBeUndefined();
    expect(longDescription(await describedRecord('', { texts: { alt: personText('') } }), RULES)).toBeUndefined();
  });

  it('sums up in a person’s words where there are some, and says nothing of a text that was rejected', async () => {
    const texts = { alt: personText('My dog Bella'), caption: machineText('A cat.') };
    expect(await parts('', { texts, facts: STREET_FACTS })).toMatchObject({ summary: 'My dog Bella.' });
    expect(await parts('A cat.', { withheld: { alt: { by: 'Ann', at: 1, reason: 'a dog' } } })).toEqual({});
  });

  it('has words of its own in English only', async () => {
    const texts = { alt: personText('Ein Hund', { lang: 'de' }) };
    expect(await parts('', { texts, facts: STREET_FACTS })).toEqual({ summary: 'Ein Hund.', text: '“STOP”, “Ausverkauf”.' });
  });

  it('never says what the shop does not want said', async () => {
    const product = { keywords: [], negativeKeywords: ['dog', 'stop', 'grey', 'street'], from: 'api', at: 1 } as const;
    const all = JSON.stringify(
      await parts(CAPTION, { facts: STREET_FACTS, product: { ...product, keywords: [], negativeKeywords: [...product.negativeKeywords] } }),
    );
    expect(all).not.toMatch(/dog|stop|grey|street/i);
    expect(all).toContain('Two people.');
  });
});

describe('what is uncertain', () => {
  it('is said first where it is said, and not of a summary that stands alone', async () => {
    const unsure = machineText('A red shoe.', { confidence: 0.6 });
    const texts = { alt: unsure, caption: unsure };
    const product = { name: 'Runner', keywords: [], negativeKeywords: [], from: 'api', at: 1 } as const;
    const shop = { texts, product: { ...product, keywords: [], negativeKeywords: [] } };
    expect(await parts('', { texts })).toEqual({ summary: 'A red shoe.' });
    expect((await parts('', { ...shop, facts: { people: { count: 1, confidence: 0.9 } } })).summary).toBe(
      'Probably: a red shoe. Product: Runner.',
    );
    const box = [0.9, 0.9, 0.1, 0.1] as const;
    const objects = [
      { label: 'Skis', confidence: 0.6, box },
      { label: 'bus', confidence: 0.55, box },
      { label: 'jeans', confidence: 0.9, box },
    ];
    expect((await parts('A street.', { facts: { objects } })).objects).toBe(
      'At the bottom right: a pair of jeans, probably a pair of skis and a bus.',
    );
  });

  it('is named where its probability is low, and told together where none is known', async () => {
    const box = [0, 0, 0.1, 0.1] as const;
    const objects = [
      { label: 'Dog', confidence: 0.6, box },
      { label: 'cat', confidence: 0.9, box },
      { label: 'dog', confidence: 0.7, box },
    ];
    expect((await parts('A street.', { facts: { objects } })).uncertain).toBe('May be wrong: the dog.');
    expect((await parts('A street.', { facts: { objects: [{ label: 'cat', box }], people: { count: 0 } } })).uncertain).toBe(
      'May be wrong: the objects.',
    );
    expect((await parts('A street.', { facts: { text: [{ text: 'Zoo' }], people: { count: 2 } } })).uncertain).toBe(
      'May be wrong: the text in the picture and the number of people.',
    );
    expect((await parts('A street.', { facts: { people: { count: 2, confidence: 0.9 } } })).uncertain).toBeUndefined();
  });
});

describe('the people', () => {
  it.each<[string, Facts, string | undefined]>([
    ['nobody looked', {}, undefined],
    ['nobody is there', { people: { count: 0 } }, undefined],
    ['one', { people: { count: 1 } }, 'Probably one person.'],
    ['one, with a place', { objects: [person(0.45)] }, 'Probably one person in the middle.'],
    ['all at one place', { objects: [person(0), person(0.1)] }, 'Probably two people at the left.'],
    [
      'three at two places',
      { people: { count: 3 }, objects: [person(0), person(0.1), person(0.8)] },
      'Probably three people: two at the left and one at the right.',
    ],
    ['more than were found', { people: { count: 20 }, objects: [person(0)] }, 'Probably 20 people.'],
    ['the most that is counted', { people: { count: 13, confidence: 0.7, orMore: true } }, 'Probably 13 or more people.'],
    ['a count that is sure', { people: { count: 3, confidence: 0.9 } }, 'Three people.'],
    ['a count that is a guess', { people: { count: 3, confidence: 0.3 } }, undefined],
    [
      'a guess, and one who is there',
      { people: { count: 3, confidence: 0.3 }, objects: [{ ...person(0), confidence: 0.9 }] },
      'At least one person at the left.',
    ],
    [
      'a guess, and three who are there',
      { people: { count: 9, confidence: 0.3 }, objects: [person(0), person(0.3), person(0.8)].map((one) => ({ ...one, confidence: 0.9 })) },
      'At least three people: one at the left, one in the middle and one at the right.',
    ],
    [
      'as many as are surely there, and perhaps more',
      { people: { count: 1, confidence: 0.78 }, objects: [{ ...person(0.45), confidence: 0.9 }] },
      'At least one person in the middle.',
    ],
    [
      'more than are surely there',
      { people: { count: 2, confidence: 0.7 }, objects: [0.9, 0.6].map((confidence) => ({ ...person(0.45), confidence })) },
      'Probably two people in the middle.',
    ],
  ])('%s', async (_, facts, said) => {
    expect(await peopleOf(facts)).toBe(said);
  });
});

describe('the objects', () => {
  it('are told without gender, the surest twelve, and not when they have no name', async () => {
    const box = [0, 0, 1, 1] as const;
    const many = Array.from({ length: 13 }, (_, i) => ({ label: `thing${i}`, confidence: 0.99 - i / 100, box }));
    expect((await parts('A street.', { facts: { objects: many } })).objects).not.toContain('thing12');
    const some = [
      { label: 'policeman', box },
      { label: ' ', box },
    ];
    expect((await parts('A street.', { facts: { objects: some } })).objects).toBe('Across the picture: probably a police officer.');
  });

  it.each<[Box, string]>([
    [[0, 0, 0.1, 0.1], 'at the top left'],
    [[0.45, 0, 0.1, 0.1], 'at the top'],
    [[0.9, 0, 0.1, 0.1], 'at the top right'],
    [[0.45, 0.45, 0.1, 0.1], 'in the middle'],
    [[0.9, 0.9, 0.1, 0.1], 'at the bottom right'],
    [[1, 1, 0.4, 0.4], 'at the bottom right'],
    [[0.1, 0.1, 0.8, 0.8], 'across the picture'],
  ])('are %j %s', (box, place) => {
    expect(placeOf(box)).toBe(place);
  });

  it('are counted', () => {
    expect([
      counted('apple', 1),
      counted('wine glass', 2),
      counted('baby', 3),
      counted('knife', 2),
      counted('bus', 20),
      counted('boy', 2),
      counted('skis', 2),
      counted('ski goggles', 1),
    ]).toEqual([
      'an apple',
      'two wine glasses',
      'three babies',
      'two knives',
      '20 buses',
      'two boys',
      'two pairs of skis',
      'a pair of ski goggles',
    ]);
    expect(pluralOf('sheep')).toBe('sheep');
  });
});

describe('the colours', () => {
  it.each<[NonNullable<Facts['colours']>, string | undefined]>([
    [[], undefined],
    [[{ name: 'red', share: 0.02 }], undefined],
    [[{ name: 'red', share: 1 }], 'Colours: red.'],
    [
      [
        { name: 'red', share: 0.4 },
        { name: 'blue', share: 0.3 },
      ],
      'Colours: red and blue.',
    ],
  ])('of %j are "%s"', async (colours, said) => {
    expect((await parts('A street.', { facts: { colours } })).colours).toBe(said);
  });
});

describe('the text', () => {
  it('is quoted with its language, quotation marks inside it become single ones', async () => {
    const lines = [{ text: 'Räum  “auf”', lang: 'de' }, { text: 'OPEN' }, { text: '???' }, { text: 'x', lang: 'not a tag' }];
    expect((await parts('A door.', { facts: { text: lines } })).text).toBe(
      'Text in the picture, perhaps misread: “OPEN”, “x”; in German: “Räum ‘auf’”.',
    );
  });
});
