// Titles, keywords and file names.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Product } from '../../../../functions/core/record/record.ts';
import { fileNameOf } from '../../../../functions/core/text/file-name.ts';
import { keywordsOf } from '../../../../functions/core/text/keywords.ts';
import { titleOf } from '../../../../functions/core/text/title.ts';
import { describedRecord, machineText, personText, STREET_FACTS } from '../../../support/described.ts';

const RULES = { genderNeutral: true };
const SHOE: Product = {
  name: 'Trail Runner',
  brand: 'Acme',
  colour: 'red',
  keywords: ['sport', 'Outdoor'],
  negativeKeywords: [],
  from: 'api',
  at: 1,
};

const title = async (caption: string, changes: Partial<CaptionRecord> = {}) => titleOf(await describedRecord(caption, changes), RULES);
const name = async (caption: string, changes: Partial<CaptionRecord> = {}) => fileNameOf(await describedRecord(caption, changes), RULES);
const keywords = async (caption: string, changes: Partial<CaptionRecord> = {}) =>
  keywordsOf(await describedRecord(caption, changes), RULES);

describe('a title', () => {
  it('is the one that a person wrote, also where it is long', async () => {
    expect(await title('A dog.', { texts: { alt: machineText('A dog.'), title: personText('Our dog. And more…') } })).toBe(
      'Our dog. And more…',
    );
  });

  it('is a machine’s in neutral words where a machine wrote one', async () => {
    expect(await title('A dog.', { texts: { alt: machineText('A dog.'), title: machineText('A man.') } })).toContain('A person');
  });

  it('is the product, the logo’s name, the text of an image of text, or the beginning of what is seen', async () => {
    expect(await title('A pair of shoes.', { product: SHOE })).toBe('Acme Trail Runner in red');
    expect(await title('A logo of a bird.', { product: SHOE })).toBe('Acme');
    expect(await title('A poster on a wall.', { facts: { text: [{ text: 'Open day' }] } })).toBe('Open day');
    expect(await title('A man with a large umbrella at a bus station in a city with a lot of rain.')).toBe(
      'A person with a large umbrella at a bus station in a city',
    );
    expect(await title('', { texts: { alt: personText('My dog Bella') }, product: SHOE })).toBe('My dog Bella');
  });

  it('is none where nothing may be said', async () => {
    expect(await title('', { texts: {} })).toBeUndefined();
    expect(await title('A cat.', { product: { ...SHOE, name: '', brand: '', colour: '', negativeKeywords: ['cat'] } })).toBeUndefined();
  });
});

describe('keywords', () => {
  it('are those of the shop, what was surely found, and the things of the caption, each once', async () => {
    expect(await keywords('A red shoe standing on a building with outdoor lighting.', { product: SHOE })).toEqual([
      'sport',
      'Outdoor',
      'Acme',
      'Trail Runner',
      'shoe',
      'building',
      'lighting',
    ]);
    expect(await keywords('A woman with 2 dogs.', { facts: STREET_FACTS })).toEqual(['car', 'person', 'umbrella', 'dog']);
  });

  it('are not those of the shop where the picture shows something else, nor what is not to be said', async () => {
    expect(await keywords('A dog on a couch.', { product: { ...SHOE, name: 'Boots' } })).toEqual(['dog', 'couch']);
    expect(await keywords('A shoe and a cat.', { product: { ...SHOE, negativeKeywords: ['cat', 'sport'] } })).toEqual([
      'Outdoor',
      'Acme',
      'Trail Runner',
      'shoe',
    ]);
  });

  it('are none of a picture that nobody has described', async () => {
    expect(await keywords('', { texts: {} })).toEqual([]);
    expect(await keywords('', { texts: {}, product: { ...SHOE, keywords: ['a'] } })).toEqual(['a', 'Acme', 'Trail Runner']);
    const { name: _, ...nameless } = SHOE;
    expect(await keywords('A shoe.', { product: { ...nameless, keywords: [] } })).toEqual(['Acme', 'shoe']);
  });
});

describe('a file name', () => {
  it.each([
    ['A man riding a wave on a surfboard.', 'person-riding-wave-surfboard.jpg'],
    ['A large brown bear sitting on a rock in a cold river.', 'large-brown-bear-sitting-rock-cold.jpg'],
  ])('of "%s" is %s', async (caption, expected) => {
    expect(await name(caption)).toBe(expected);
  });

  it('has the extension of the real format, none where that is not known', async () => {
    const picture = (await describedRecord('')).picture;
    if (picture === undefined) throw new Error('Expected a picture');
    expect(await name('A dog on a couch by night.', { picture: { ...picture, format: 'webp' } })).toBe('dog-couch-night.webp');
    const { picture: _, ...bare } = await describedRecord('A dog on a couch by night.');
    expect(fileNameOf(bare, RULES)).toBe('dog-couch-night');
  });

  it('is in letters that every file system has', async () => {
    expect(await name('', { texts: { alt: personText('Ein Fluß in Łódź, l’été') } })).toBe('ein-fluss-lodz-ete.jpg');
    expect(await name('', { texts: { alt: personText('犬がいる') }, key: 'a/b/Rome-in-spring.jpg' })).toBe('rome-spring.jpg');
  });

  it('takes what it lacks from the caption, the keywords and the key', async () => {
    expect(await name('A shoe on grass.', { product: SHOE })).toBe('acme-trail-runner-red.jpg');
    expect(await name('A train.', { facts: STREET_FACTS })).toMatch(/^train-car-person\.jpg$/);
    expect(await name('A train.', { key: 'holiday/monday morning.jpeg' })).toBe('train-monday-morning.jpg');
  });

  it('is the same for the same object of which nothing is known', async () => {
    const [one, two] = [await name('', { texts: {} }), await name('', { texts: {} })];
    expect(one).toMatch(/^picture-[a-z0-9]{1,8}\.jpg$/);
    expect(two).toBe(one);
  });

  it('has at most 80 characters before the extension, in whole words where they fit', async () => {
    expect((await name(`A ${'very'.repeat(30)} long word.`)).length).toBeLessThanOrEqual(84);
    expect(await name(`A ${'b'.repeat(70)} ${'c'.repeat(70)} dog.`)).toBe(`${'b'.repeat(70)}-dog.jpg`);
  });
});
