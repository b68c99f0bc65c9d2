import { describe, expect, it } from 'vitest';
import { type Choice, generalise, nounsFrom, sureNouns } from '../../../functions/captioner/generalise.ts';

const VOCABULARY = ['a', 'dog', 'cat', 'cats', 'laptop', 'animal', 'on', 'table', 'dogs', 'phone', 'of', 'piece', 'chair', 'sofa'];
const NOUNS = nounsFrom({
  general: {
    dog: ['pet', 'animal'],
    cat: ['pet', 'animal'],
    laptop: ['computer', 'electronic device'],
    phone: ['electronic device'],
    chair: ['piece of furniture'],
    sofa: ['piece of furniture'],
  },
  plural: { dog: 'dogs', cat: 'cats', animal: 'animals', pet: 'pets' },
});
const MAY_REPEAT = new Set(['a', 'of', 'on']);
const THRESHOLDS = { below: 0.35, accept: 0.5, sureAbove: 0.8 };

/** A word that was chosen from candidates with these probabilities. */
const chosen = (word: string, candidates: Record<string, number> = { [word]: 1 }): Choice => ({
  word,
  logProb: Math.log(candidates[word] ?? 0),
  row: {
    tokens: Object.keys(candidates).map((candidate) => VOCABULARY.indexOf(candidate)),
    logProbs: Object.values(candidates).map(Math.log),
  },
});

const sentence = (...choices: Choice[]): string => generalise(choices, THRESHOLDS, NOUNS, VOCABULARY, MAY_REPEAT).words.join(' ');

const sure = (...choices: Choice[]): string[] => sureNouns(choices, THRESHOLDS, NOUNS, VOCABULARY, MAY_REPEAT);

describe('generalising', () => {
  it('replaces an unsure noun by the first term that its candidates are sure of', () => {
    expect(sentence(chosen('a'), chosen('dog', { dog: 0.3, cat: 0.25 }))).toBe('a pet');
    expect(sentence(chosen('a'), chosen('laptop', { laptop: 0.3, phone: 0.3 }))).toBe('a electronic device');
  });

  it('counts the term itself and plurals, and keeps the number of the word', () => {
    expect(sentence(chosen('cats', { cats: 0.2, dogs: 0.2, dog: 0.2 }))).toBe('pets');
    expect(sentence(chosen('dog', { dog: 0.3, animal: 0.3 }))).toBe('animal');
  });

  it('tells what it changed and how likely the term is', () => {
    const { changes } = generalise([chosen('dog', { dog: 0.3, cat: 0.25 })], THRESHOLDS, NOUNS, VOCABULARY, MAY_REPEAT);
    expect(changes).toEqual([{ from: 'dog', to: 'pet', probability: expect.closeTo(0.55, 9) }]);
  });

  it('leaves a word that is sure, unlisted, or not sure of any term', () => {
    expect(sentence(chosen('dog', { dog: 0.4, cat: 0.4 }))).toBe('dog');
    expect(sentence(chosen('table', { table: 0.1, dog: 0.8 }))).toBe('table');
    expect(sentence(chosen('dog', { dog: 0.2, cat: 0.2, table: 0.5 }))).toBe('dog');
  });

  it('never says the same thing twice', () => {
    const unsure = chosen('cat', { cat: 0.3, dog: 0.3 });
    expect(sentence(chosen('a'), chosen('animal'), chosen('on'), chosen('dog', { dog: 0.3, animal: 0.3 }))).toBe('a animal on dog');
    expect(sentence(unsure, chosen('on'), chosen('dog', { dog: 0.3, cat: 0.3 }))).toBe('pet on dog');
  });

  it('lets function words stand twice, but no other word of a term', () => {
    const unsure = chosen('chair', { chair: 0.3, sofa: 0.3 });
    expect(sentence(chosen('table'), chosen('of'), chosen('a'), unsure)).toBe('table of a piece of furniture');
    expect(sentence(chosen('piece'), chosen('of'), chosen('a'), unsure)).toBe('piece of a chair');
  });

  it('leaves a noun that only qualifies the listed noun after it', () => {
    const unsure = chosen('dog', { dog: 0.3, cat: 0.3 });
    expect(sentence(chosen('a'), unsure, chosen('phone'))).toBe('a dog phone');
    expect(sentence(chosen('a'), unsure, chosen('dogs', { dogs: 0.3, cats: 0.3 }))).toBe('a dog pets');
    expect(sentence(chosen('a'), unsure, chosen('table'))).toBe('a pet table');
  });

  it('does not use a term without a plural for several things', () => {
    const nouns = nounsFrom({ general: { dog: ['pet'], cat: ['pet'] }, plural: { dog: 'dogs' } });
    expect(generalise([chosen('dogs', { dogs: 0.3, cat: 0.3 })], THRESHOLDS, nouns, VOCABULARY, MAY_REPEAT).words).toEqual(['dogs']);
  });
});

describe('what is sure', () => {
  it('is a noun that is sure, or a term that is, once', () => {
    const choices = [
      chosen('dogs', { dogs: 0.9 }),
      chosen('on'),
      chosen('laptop', { laptop: 0.5, phone: 0.4 }),
      chosen('on'),
      chosen('phone', { phone: 0.4, laptop: 0.45 }),
    ];
    expect(sure(...choices)).toEqual(['dog', 'electronic device']);
  });

  it('is not a noun whose leading word is unsure', () => {
    expect(sure(chosen('a'), chosen('table', { table: 0.4 }), chosen('phone', { phone: 0.99 }))).toEqual([]);
    expect(sure(chosen('a'), chosen('table', { table: 0.95 }), chosen('phone', { phone: 0.95 }))).toEqual(['phone']);
  });

  it('is not a noun that only qualifies the next', () => {
    expect(sure(chosen('a'), chosen('dog'), chosen('chair', { chair: 0.99 }))).toEqual(['chair']);
  });

  it('is nothing when nothing is', () => {
    expect(sure(chosen('table'), chosen('dog', { dog: 0.4 }))).toEqual([]);
  });
});
