import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { tagsOf } from '../../../../functions/core/tags/tags-of.ts';
import { SHIPPED_VOCABULARY, vocabularyFrom } from '../../../../functions/core/tags/vocabulary.ts';
import { keywordsOf } from '../../../../functions/core/text/keywords.ts';
import type { WordingRules } from '../../../../functions/core/text/wording-rules.ts';
import { describedRecord, personText } from '../../../support/described.ts';

const RULES: WordingRules = { genderNeutral: true };

const PRODUCT: Facts = {
  objects: [{ label: 'handbag', confidence: 0.6, box: [0, 0, 1, 1] }],
  attributes: {
    type: { value: 'handbag', confidence: 0.9 },
    colour: { value: 'orange', confidence: 0.7 },
    fit: { value: 'slim', confidence: 0.6 },
    gender: { value: 'women', confidence: 0.8 },
    usage: { value: 'casual', confidence: 0.4 },
  },
  scene: [{ value: 'polo', confidence: 0.55 }],
  colours: [
    { name: 'orange', share: 0.6 },
    { name: 'lime', share: 0.1 },
    { name: 'grue', share: 1 },
  ],
};

const said = (plain: string, wordConfidences?: number[], more: Partial<CaptionRecord['machine']> = {}): Partial<CaptionRecord> => ({
  machine: {
    model: 'm2@1.0.0',
    style: 'alt',
    route: 'lambda',
    confidence: 0.7,
    plain,
    sure: [],
    ms: 1,
    costUsd: 0,
    ...(wordConfidences !== undefined && { wordConfidences }),
    ...more,
  },
});

const named = async (changes: Partial<CaptionRecord>, rules = RULES): Promise<Record<string, number>> =>
  Object.fromEntries(
    tagsOf(await describedRecord('', changes), rules).map(({ name, confidence }) => [name, Math.round(confidence * 100) / 100]),
  );

const own = (changes: object = {}) =>
  vocabularyFrom(
    {
      schemaVersion: 1,
      atLeast: 0.3,
      most: 2,
      unknown: 'drop',
      terms: [
        { name: 'bag', kind: 'product', synonyms: ['handbag', 'Tote Bags'], taxonomy: 'Shop > Bags' },
        { name: 'polo', kind: 'activity' },
        { name: 'casual', kind: 'property' },
      ],
      ...changes,
    },
    'own.json',
  );

describe('tags', () => {
  it('are all that was found, each once, with its sources and the highest probability', async () => {
    expect(tagsOf(await describedRecord('', { facts: PRODUCT }), RULES)).toEqual([
      { name: 'handbag', confidence: 0.9, sources: ['product', 'object'], kind: 'product', taxonomy: expect.stringContaining('Handbags') },
      { name: "women's", confidence: 0.8, sources: ['product'], kind: 'property' },
      { name: 'orange', confidence: 0.8, sources: ['colour'], kind: 'colour' },
      { name: 'slim fit', confidence: 0.6, sources: ['product'], kind: 'property' },
      { name: 'polo', confidence: 0.55, sources: ['scene'], kind: 'activity' },
      { name: 'lime', confidence: 0.55, sources: ['colour'], kind: 'colour' },
    ]);
  });

  it('of a caption have the probability of their words together, and the longest term counts', async () => {
    const words = said('a red traffic light on a street', [1, 0.9, 0.8, 0.9, 1, 1, 0.6]);
    expect(await named(words)).toEqual({ red: 0.9, 'traffic light': 0.72, street: 0.6 });
    expect(await named(said('a red traffic light on a street'))).toEqual({ red: 0.7, 'traffic light': 0.7, street: 0.7 });
    expect(await named(said('two dogs', [1]))).toEqual({ dog: 0.7 });
  });

  it('tell a colour from the thing of the same name', async () => {
    const kinds = async (plain: string) => tagsOf(await describedRecord('', said(plain)), RULES).map(({ name, kind }) => `${name} ${kind}`);
    expect(await kinds('an orange shirt')).toEqual(['orange colour', 'shirt product']);
    expect(await kinds('an orange on a plate')).toEqual(['orange food', 'plate product']);
  });

  it('of a silent machine are the nouns that it is sure of, and words with a probability of their own', async () => {
    const silent = { abstained: 'LOW_CONFIDENCE', sure: ['dog'] } as const;
    expect(await named(said('a dog on a sofa', undefined, { ...silent, sure: ['dog'] }))).toEqual({ dog: 0.8 });
    expect(await named(said('a dog on a sofa', [1, 0.6, 1, 1, 0.7], { ...silent, sure: [] }))).toEqual({ dog: 0.6, couch: 0.7 });
  });

  it('of things are as probable as people are to name them, where that is known', async () => {
    const box = [0, 0, 1, 1] as const;
    const objects = [
      { label: 'cup', confidence: 0.9, named: 0.55, box },
      { label: 'kite', confidence: 0.6, box },
      { label: 'zebra', box },
    ];
    expect(await named({ facts: { objects } })).toEqual({ zebra: 0.8, kite: 0.6, cup: 0.55 });
  });

  it('are those of people’s words where people have written some, and none of a rejected text', async () => {
    const texts = { alt: personText('My cats') };
    expect(await named({ ...said('a dog'), texts })).toEqual({ cat: 1 });
    expect(await named({ ...said('a dog'), texts: { alt: { ...personText('Meine Katze, a cat'), lang: 'de' } } })).toEqual({});
    expect(await named({ ...said('a dog'), texts: {}, withheld: { alt: { by: 'me', at: 1, reason: 'wrong' } } })).toEqual({});
    const { machine: _, ...record } = await describedRecord('');
    expect(tagsOf({ ...record, texts: {} }, RULES)).toEqual([]);
  });

  it('do not guess at gender where that is set, and leave out what the shop does not want said', async () => {
    expect(await named(said('a woman with a dog'))).toEqual({ person: 0.7, dog: 0.7 });
    expect(await named(said('a woman with a dog'), { genderNeutral: false })).toEqual({ woman: 0.7, dog: 0.7 });
    const product = { keywords: [], negativeKeywords: ['dog'], from: 'api' as const, at: 1 };
    expect(await named({ ...said('a woman with a dog'), product })).toEqual({ person: 0.7 });
  });

  it('keep to a shop’s own vocabulary, its threshold, number and names', async () => {
    const rules = { ...RULES, vocabulary: own() };
    expect(tagsOf(await describedRecord('', { facts: PRODUCT }), rules)).toEqual([
      { name: 'bag', confidence: 0.9, sources: ['product', 'object'], kind: 'product', taxonomy: 'Shop > Bags' },
      { name: 'polo', confidence: 0.55, sources: ['scene'], kind: 'activity' },
    ]);
    expect(await named(said('two tote bags'), rules)).toEqual({ bag: 0.7 });
    expect(await named({ facts: PRODUCT }, { ...RULES, vocabulary: own({ unknown: 'other', most: 9 }) })).toMatchObject({
      bag: 0.9,
      other: 1,
    });
  });

  it('are the keywords of what is surely seen; with an own vocabulary no other words of the caption become any', async () => {
    const record = await describedRecord('A handbag on grass.', { facts: PRODUCT, ...said('a handbag on grass', [1, 0.9, 1, 0.9]) });
    expect(keywordsOf(record, RULES)).toEqual(['handbag', 'grass']);
    expect(keywordsOf(record, { ...RULES, vocabulary: own() })).toEqual(['bag']);
  });
});

describe('a vocabulary', () => {
  it('is refused with what is wrong', () => {
    expect(() => own({ atLeast: 2, most: 0 })).toThrow(/^own\.json: expected a vocabulary of tags but atLeast .*; most /);
    expect(() => vocabularyFrom(7, 'own.json')).toThrow('(whole) ');
    const twice = [
      { name: 'bag', kind: 'product', synonyms: ['sack'] },
      { name: 'sack', kind: 'thing' },
    ];
    expect(() => own({ terms: twice })).toThrow('"sack" stands for bag and for sack');
  });

  it('may have a colour beside a thing of the same name', () => {
    const terms = [
      { name: 'plum', kind: 'food' },
      { name: 'plum', kind: 'colour' },
    ];
    expect(own({ terms }).forms.get('plum')).toHaveLength(2);
  });

  it('that is shipped has every product type, colour and object once', () => {
    const kinds = new Set([...SHIPPED_VOCABULARY.forms.values()].flat().map(({ kind }) => kind));
    expect(kinds.size).toBe(12);
    for (const word of ['t-shirt', 'Trainers', 'cell phone', 'navy blue', 'polo shirts', 'air hockey']) {
      expect(SHIPPED_VOCABULARY.forms.has(word.toLowerCase().replace(/s$/, ''))).toBe(true);
    }
  });

  it('that is shipped names sports in plain English, and says nothing about people that nobody can see', async () => {
    const scene = async (value: string) => named({ facts: { scene: [{ value, confidence: 0.9 }] } });
    expect(await scene('figure skating men')).toEqual({ 'figure skating': 0.9 });
    expect(await scene('canoe slamon')).toEqual({ 'canoe slalom': 0.9 });
    const names = new Set([...SHIPPED_VOCABULARY.forms.values()].flat().map(({ name }) => name));
    expect([...names].filter((name) => !/^[a-z0-9'& -]+$/.test(name))).toEqual([]);
    for (const word of ['refugee', 'immigrant', 'slave', 'citizen', 'photo', 'image']) expect(names.has(word)).toBe(false);
  });
});
