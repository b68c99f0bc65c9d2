// What a shop says is woven in only where the picture does not contradict it.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Product } from '../../../../functions/core/record/record.ts';
import { colourFamilies, isColour } from '../../../../functions/core/text/colours.ts';
import { isOtherThing } from '../../../../functions/core/text/product-types.ts';
import { productName, productWords } from '../../../../functions/core/text/product-words.ts';
import { hasPhrase, isSaidIn, singularOf } from '../../../../functions/core/text/words.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const product = (changes: Partial<Product>): Product => ({ keywords: [], negativeKeywords: [], from: 'api', at: 1, ...changes });
const record = (changes: Partial<Product>, others: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord('a.jpg', { product: product(changes), ...others });

describe('a product that the picture shows', () => {
  it.each([
    ['Oslo sofa', 'A couch.'],
    ['Leather boots', 'A person on a street.'],
    ['Leather boots', 'A box on a table.'],
    ['Desk lamp', 'A piece of furniture.'],
    ['Trail bike', 'A field.'],
    ['No. 5', 'A bottle.'],
    ['Camera', 'A device on a table.'],
    ['Runner shoes', 'Shoes.'],
  ])('%s: %s', (name, caption) => {
    expect(isOtherThing(name, caption)).toBe(false);
  });

  it.each([
    ['Oslo sofa', 'A person on a street.'],
    ['Leather boots', 'A dog on a couch.'],
    ['Desk lamp', 'A bowl of soup.'],
  ])('is not %s: %s', (name, caption) => {
    expect(isOtherThing(name, caption)).toBe(true);
  });
});

describe('the words of a shop', () => {
  it('are none without product data', async () => {
    expect(productWords(await sampleRecord('a.jpg'), 'A shoe.')).toEqual({ extras: [], left: [] });
    expect(productName(await sampleRecord('a.jpg'))).toBeUndefined();
    expect(productName(await record({ brand: 'Acme' }))).toBeUndefined();
  });

  it('lose stray spaces, a full stop, and what the shop does not want said', async () => {
    expect(productWords(await record({ name: ' Trail  Runner. ', brand: 'Cheapo', negativeKeywords: ['cheapo'] }), 'A shoe.').label).toBe(
      'Trail Runner',
    );
    expect(productName(await record({ name: 'Runner', brand: 'Acme' }))).toBe('Acme Runner');
    expect(productName(await record({ name: 'Runner', negativeKeywords: ['runner'] }))).toBeUndefined();
  });

  it('are compared with what is surely seen when there is no caption', async () => {
    const machine = { model: 'm', style: 's', route: 'lambda', confidence: 0, plain: '', sure: ['dog'], ms: 1, costUsd: 0 } as const;
    const seen = await record({ name: 'Boots' }, { machine: { ...machine, sure: ['dog'] } });
    expect(productWords(seen, '')).toMatchObject({ extras: [], left: [expect.stringContaining('something else')] });
    const found = await record(
      { name: 'Boots' },
      {
        facts: {
          objects: [
            { label: 'boot', confidence: 0.4, box: [0, 0, 1, 1] },
            { label: 'dog', box: [0, 0, 1, 1] },
          ],
        },
      },
    );
    expect(productWords(found, '')).toMatchObject({ extras: [] });
  });

  it('are judged by their keywords when there is no name', async () => {
    const some = { brand: 'Acme', keywords: ['boots'] };
    expect(productWords(await record(some), 'A dog.').extras).toEqual([]);
    expect(productWords(await record(some), 'A boot.').extras).toEqual(['Brand: Acme.']);
    expect(productWords(await record(some), 'A boot.', 'Acme boots').extras).toEqual([]);
  });

  it('say a colour only when it is measured or seen, and never one of what is behind', async () => {
    const red = await record({ name: 'Runner', colour: 'red' });
    expect(productWords(red, 'A shoe on a white wall.').label).toBe('Runner in red');
    expect(productWords(red, 'A blue shoe on a red floor.').label).toBe('Runner');
    const little = await record({ name: 'Runner', colour: 'red' }, { facts: { colours: [{ name: 'red', share: 0.01 }] } });
    expect(productWords(little, 'A shoe.').label).toBe('Runner in red');
  });
});

describe('words', () => {
  it('have families of colours', () => {
    expect(colourFamilies('Navy and coral')).toEqual(['blue', 'orange', 'pink']);
    expect([isColour('navy'), isColour('dog')]).toEqual([true, false]);
  });

  it('have a singular', () => {
    expect(['people', 'berries', 'ties', 'boxes', 'dogs', 'grass', 'bus', 'gas', 'glasses'].map(singularOf)).toEqual([
      'person',
      'berry',
      'tie',
      'box',
      'dog',
      'grass',
      'bus',
      'gas',
      'glasses',
    ]);
  });

  it('are found one after the other, also where a script has no spaces', () => {
    expect([hasPhrase('Two red dogs run', 'red dog'), hasPhrase('A red hot dog', 'red dog'), hasPhrase('A dog', ' ')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([hasPhrase('犬がソファの上', 'ソファ'), hasPhrase('犬がソファの上', '猫')]).toEqual([true, false]);
  });

  it('are said in a context only when they mean something', () => {
    expect([isSaidIn('The dog’s bed', 'A bed of my dog'), isSaidIn('And of the', 'and of the')]).toEqual([true, false]);
  });
});
