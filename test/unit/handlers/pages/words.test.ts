// What the pages call things: confidence, languages, sizes, names, and what a screen reader says.
import { describe, expect, it } from 'vitest';
import { screenReaderSays } from '../../../../functions/handlers/pages/screen-reader.ts';
import {
  confidenceWords,
  counted,
  languageWords,
  nameOf,
  pictureWords,
  secondsWords,
  sentence,
  sizeWords,
} from '../../../../functions/handlers/pages/words.ts';

describe('words', () => {
  it.each([
    [{ confidence: 0.874 }, '87 % sure'],
    [{ confidence: 0.66, calibrated: false as const }, '66 % sure, not calibrated: compare it only with other texts of this model'],
    [{}, undefined],
  ])('of the confidence %j are %s', (text, words) => {
    expect(confidenceWords(text)).toBe(words);
  });

  it.each([
    ['en', 'English (en)'],
    ['pt-BR', 'Brazilian Portuguese (pt-BR)'],
    ['x-default', 'language not named'],
    ['qqq-1', 'qqq-1'],
    ['not a tag', 'not a tag'],
  ])('of the language %s are %s', (tag, words) => {
    expect(languageWords(tag)).toBe(words);
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [26_214_400, '26.2 MB'],
    [5e12, '5000 GB'],
  ])('of %d bytes are %s', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });

  it.each([
    ['shop/mugs/a.jpg', 'a.jpg'],
    ['a.jpg', 'a.jpg'],
    ['folder/', 'folder'],
    ['///', '///'],
  ])('of the key %s are %s', (key, name) => {
    expect(nameOf(key)).toBe(name);
  });

  it('count, round and begin with a capital', () => {
    expect([counted(1, 'picture'), counted(1_200, 'picture')]).toEqual(['1 picture', '1,200 pictures']);
    expect([secondsWords(0.2), secondsWords(2.6)]).toEqual(['1 second', '3 seconds']);
    expect([sentence(['it is low', 'it is old']), sentence([])]).toEqual(['It is low; it is old.', '']);
    expect(pictureWords({ sha256: '', bytes: 1_500, width: 4, height: 3, format: 'jpeg', dhash: '' })).toBe('4 × 3 pixels, JPEG, 1.5 kB');
  });
});

describe('a screen reader says', () => {
  it.each([
    ['informative', 'A red bicycle leaning on a wall.', 'image, A red bicycle leaning on a wall.'],
    ['link', 'Mugs', 'link, image, Mugs'],
    ['button', 'Search', 'button, Search'],
    ['informative', '', '(nothing: decorative)'],
    ['informative', null, 'image, IMG_1.jpg'],
    ['link', null, 'link, and then the address, letter by letter'],
    ['button', '', 'button, without a name'],
  ] as const)('of the use %s with the alt %j: %s', (usage, alt, said) => {
    expect(screenReaderSays({ usage, alt }, 'IMG_1.jpg')).toBe(said);
  });
});
