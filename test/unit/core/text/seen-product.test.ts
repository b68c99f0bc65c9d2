// What is seen of a product stands in its texts where it adds something, and never against what the shop says.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import type { CaptionRecord, Product } from '../../../../functions/core/record/record.ts';
import { altFor } from '../../../../functions/core/text/alt-for.ts';
import { longParts } from '../../../../functions/core/text/long-description.ts';
import { seenProduct } from '../../../../functions/core/text/seen-product.ts';
import { sureFacts } from '../../../../functions/core/text/sure-facts.ts';
import { describedRecord, machineText, personText } from '../../../support/described.ts';

const RULES = { genderNeutral: true };
const BOX = [0.4, 0.4, 0.1, 0.1] as const;

const ATTRIBUTES: NonNullable<Facts['attributes']> = {
  type: { value: 't-shirt', confidence: 0.95 },
  colour: { value: 'navy blue', confidence: 0.9 },
  material: { value: 'cotton', confidence: 0.88 },
  pattern: { value: 'striped', confidence: 0.85 },
  fit: { value: 'slim', confidence: 0.6 },
  gender: { value: 'women', confidence: 0.99 },
  usage: { value: 'casual', confidence: 0.99 },
};
const LOGOS: NonNullable<Facts['logos']> = [
  { brand: 'Nike', confidence: 0.85, box: BOX },
  { brand: 'Nike', confidence: 0.97, box: BOX },
  { brand: 'Puma', confidence: 0.6, box: BOX },
  { brand: 'Acme', confidence: 0.3, box: BOX },
];

const product = (changes: Partial<Product> = {}): Product => ({ keywords: [], negativeKeywords: [], from: 'api', at: 1, ...changes });
const shirt = (caption: string, changes: Partial<CaptionRecord> = {}, facts: Facts = { attributes: ATTRIBUTES }) =>
  describedRecord(caption, { facts, ...changes });
const alt = async (record: Promise<CaptionRecord>, context?: string): Promise<string | null> =>
  altFor(await record, { usage: 'product', ...(context !== undefined && { context }) }, RULES).alt;

describe('the alternative text of a product', () => {
  it('ends with what is surely seen and not said yet; never with whom it is for', async () => {
    expect(await alt(shirt('A shirt.'))).toBe('A shirt. Colour: navy blue. Material: cotton. Pattern: striped.');
    expect(await alt(shirt('A striped shirt of red cotton.'))).toBe('A striped shirt of red cotton.');
  });

  it('says nothing that stands beside it, or that says nothing', async () => {
    expect(await alt(shirt('A shirt.'), 'Navy, made of cotton')).toBe('A shirt. Pattern: striped.');
    const plain = { pattern: { value: 'solid', confidence: 0.99 } };
    expect(await alt(shirt('A shirt.', {}, { attributes: plain }))).toBe('A shirt.');
  });

  it.each([
    ['pattern', 'animal', 'Pattern: animal print.'],
    ['pattern', 'dotted', 'Pattern: dotted.'],
    ['material', 'knit', 'Material: knitted fabric.'],
    ['fit', 'fitted', 'Fit: close.'],
    ['fit', 'toString', 'Fit: toString.'],
  ])('words the %s %s', async (attribute, value, words) => {
    expect(await alt(shirt('A top.', {}, { attributes: { [attribute]: { value, confidence: 0.99 } } }))).toBe(`A top. ${words}`);
  });

  it.each([
    ['pattern', 'graphic', 'A top with a cartoon print.'],
    ['pattern', 'striped', 'A top with white stripes.'],
    ['pattern', 'dotted', 'A top with polka dots.'],
    ['material', 'knit', 'A knitted top.'],
    ['fit', 'loose', 'A loose top.'],
  ])('says no %s %s after “%s”, which says it', async (attribute, value, sentence) => {
    expect(await alt(shirt(sentence, {}, { attributes: { [attribute]: { value, confidence: 0.99 } } }))).toBe(sentence);
  });

  it('says none where the sentence is about something else, or where a person or another language speaks', async () => {
    expect(await alt(shirt('A bowl of soup.'))).toBe('A bowl of soup.');
    expect(await alt(shirt('', { texts: { alt: personText('My shirt.') } }))).toBe('My shirt.');
    expect(await alt(shirt('', { texts: { alt: machineText('Ein Hemd.', { lang: 'de' }) } }))).toBe('Ein Hemd.');
  });

  it('follows the shop’s words where they are other ones, and says why', async () => {
    const record = await shirt('A shirt.', { product: product({ name: 'Linus shirt', colour: 'blue', keywords: ['checked', 'wool'] }) });
    const answer = altFor(record, { usage: 'product' }, RULES);
    expect(answer.alt).toBe('Linus shirt in blue. A shirt.');
    expect(answer.because).toContain('what is seen of the product’s material, pattern is left out, as the shop says otherwise');
  });

  it.each([
    ['linen', 'Colour: navy blue. Pattern: striped.'],
    ['polka dot', 'Colour: navy blue. Material: cotton.'],
    ['cashmere', 'Colour: navy blue. Pattern: striped.'],
  ])('says nothing beside a shop’s other material or pattern: %s', async (keyword, seen) => {
    expect(await alt(shirt('A shirt.', { product: product({ keywords: [keyword] }) }))).toBe(`A shirt. ${seen}`);
  });

  it('says none of it where the shop sells another kind of thing', async () => {
    const record = await shirt('A person.', { product: product({ name: 'Leather boots' }) });
    expect(altFor(record, { usage: 'product' }, RULES).alt).toBe('Leather boots. A person.');
    expect(seenProduct(record).attributes).toEqual([]);
  });

  it('says what the shop does not say, and nothing that it does not want said', async () => {
    const record = shirt('A shirt.', { product: product({ name: 'Linus shirt', colour: 'blue', negativeKeywords: ['striped'] }) });
    expect(await alt(record)).toBe('Linus shirt in blue. A shirt. Material: cotton.');
  });

  it('names no mark by its looks: most that are found on real photos are something else', async () => {
    expect(await alt(shirt('A shirt.', {}, { logos: LOGOS }))).toBe('A shirt.');
  });

  it('keeps to the brand that the shop names', async () => {
    const ours = await shirt('A shirt.', { product: product({ brand: 'Nike Inc', keywords: ['shirt'] }) }, { logos: LOGOS.slice(0, 2) });
    expect(altFor(ours, {}, RULES)).toMatchObject({ alt: 'A shirt. Brand: Nike Inc.', because: expect.not.stringContaining('mark') });
    const other = await shirt('A shirt.', { product: product({ brand: 'Fjord', keywords: ['shirt'] }) }, { logos: LOGOS });
    expect(altFor(other, {}, RULES)).toMatchObject({
      alt: 'A shirt. Brand: Fjord.',
      because: expect.stringContaining('a mark that was found is left out, as the shop names another brand'),
    });
  });
});

describe('a picture of something else', () => {
  it('has neither in its alternative text', async () => {
    const record = await shirt('A person on a street.', {}, { attributes: ATTRIBUTES, logos: LOGOS });
    expect(altFor(record, {}, RULES).alt).toBe('A person on a street.');
  });

  it('that is a mark is the brand’s name, as far as that is sure and the writing or the shop says the same', async () => {
    const logo = (confidence: number) => [{ brand: 'Acme', confidence, box: [0.1, 0.1, 0.8, 0.8] as const }];
    const text = [{ text: 'ACME', confidence: 0.95 }];
    expect(altFor(await shirt('A sign.', {}, { logos: logo(0.95), text }), {}, RULES).alt).toBe('ACME');
    expect(altFor(await shirt('A sign.', {}, { logos: logo(0.95) }), {}, RULES).alt).toBe('A sign.');
    const ours = { product: product({ brand: 'Acme' }) };
    expect(altFor(await shirt('A sign.', ours, { logos: logo(0.95) }), {}, RULES).alt).toBe('Acme');
    expect(altFor(await shirt('A sign.', ours, { logos: logo(0.7) }), {}, RULES).alt).not.toBe('Acme');
  });
});

describe('what is sure without a sentence', () => {
  it('has the product’s type', async () => {
    expect(sureFacts(await shirt('', { texts: {} }), RULES)).toEqual(['t-shirt']);
    const unsure = { type: { value: 't-shirt', confidence: 0.7 } };
    expect(sureFacts(await shirt('', { texts: {} }, { attributes: unsure }), RULES)).toEqual([]);
  });
});

describe('parts of a long description from the analysis', () => {
  const parts = async (facts: Facts, changes: Partial<CaptionRecord> = {}) =>
    Object.fromEntries(longParts(await shirt('A shirt.', changes, facts), RULES).map(({ part, text }) => [part, text]));

  it('say the product’s attributes, those in doubt last and by name', async () => {
    expect(await parts({ attributes: ATTRIBUTES })).toEqual({
      summary: 'A shirt.',
      product: 'Product: a navy blue cotton t-shirt, striped; probably slim fit.',
      uncertain: 'May be wrong: the product’s fit.',
    });
    const { colour, fit } = ATTRIBUTES;
    expect(await parts({ attributes: { ...(colour && { colour }) } })).toMatchObject({ product: 'Product: navy blue.' });
    const type = { value: 'umbrella', confidence: 0.7 };
    expect(await parts({ attributes: { type, ...(colour && { colour }) } })).toMatchObject({
      product: 'Product: navy blue; probably an umbrella.',
    });
    const typed = async (value: string, confidence = 0.95) =>
      (await parts({ attributes: { type: { value, confidence }, ...(colour && { colour }) } })).product;
    expect(await typed('sports shoes')).toBe('Product: navy blue sports shoes.');
    expect(await typed('jeans', 0.7)).toBe('Product: navy blue; probably jeans.');
    expect(await typed('dress')).toBe('Product: a navy blue dress.');
    expect([await typed('garlic'), await typed('nail polish')]).toEqual(['Product: navy blue garlic.', 'Product: navy blue nail polish.']);
    expect(await parts({ attributes: { ...(fit && { fit }) } })).toMatchObject({ product: 'Product: probably slim fit.' });
  });

  it.each([
    ['pattern', 'animal', 'with an animal print'],
    ['pattern', 'graphic', 'with a graphic print'],
    ['pattern', 'striped', 'striped'],
    ['fit', 'fitted', 'fitted'],
    ['fit', 'loose', 'loose fit'],
  ])('word the %s %s behind the product', async (attribute, value, words) => {
    const type = { value: 'top', confidence: 0.95 };
    const surely = { attributes: { type, [attribute]: { value, confidence: 0.95 } } };
    expect(await parts(surely)).toMatchObject({ product: `Product: a top, ${words}.` });
  });

  it('word what is probable as one thing, too', async () => {
    const probable = (value: string) => ({ value, confidence: 0.7 });
    const attributes = { type: probable('sneakers'), colour: probable('black'), pattern: probable('graphic') };
    expect(await parts({ attributes })).toMatchObject({ product: 'Product: probably black sneakers, with a graphic print.' });
    const chair = { type: probable('chair'), colour: probable('black') };
    expect(await parts({ attributes: chair })).toMatchObject({ product: 'Product: probably a black chair.' });
  });

  it('name brands by their looks', async () => {
    const text = [{ text: 'nike and Puma', confidence: 0.9 }];
    expect(await parts({ logos: LOGOS, text })).toMatchObject({ logos: 'What looks like the logos of Nike and Puma.' });
    expect(await parts({ logos: LOGOS })).not.toHaveProperty('logos');
    expect(await parts({ logos: LOGOS }, { product: product({ brand: 'Nike' }) })).toMatchObject({
      logos: 'What looks like the logo of Nike.',
    });
  });

  it('tell sentences about parts with their places, in neutral words and without what the shop does not want said', async () => {
    const dense = [
      { text: 'A man with a racket.', confidence: 0.9, box: [0, 0.4, 0.2, 0.2] as const },
      { text: 'A spoon on a saucer.', confidence: 0.9, calibrated: false as const, box: [0.8, 0.4, 0.2, 0.2] as const },
      { text: 'A ghost.', confidence: 0.2, box: BOX },
      { text: 'A cheap cup.', confidence: 0.9, box: BOX },
    ];
    expect(await parts({ dense }, { product: product({ negativeKeywords: ['cheap'] }) })).toMatchObject({
      details: 'At the left: a person with a racket. At the right, probably: a spoon on a saucer.',
    });
  });

  it('tell a video’s shots with their times, those without a sentence left out; one alone is the summary', async () => {
    const shots = [
      { startMs: 0, endMs: 6_200, text: 'A dog runs on grass.', confidence: 0.9 },
      { startMs: 6_200, endMs: 61_000, text: 'Two men sit.', confidence: 0.4 },
      { startMs: 61_000, endMs: 120_000 },
      { startMs: 120_000, endMs: 130_000, text: 'A cat.', confidence: 0.9 },
      { startMs: 131_000, endMs: 140_000, text: 'A car.' },
    ];
    expect(await parts({ shots })).toMatchObject({
      shots:
        'At the beginning: a dog runs on grass. After 6 seconds, probably: two people sit. After 2 minutes: a cat. After 2 minutes 11 seconds, probably: a car.',
    });
    expect(await parts({ shots: shots.slice(0, 1) })).toEqual({ summary: 'A shirt.' });
  });
});
