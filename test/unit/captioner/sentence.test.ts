import { describe, expect, it } from 'vitest';
import { sentenceOf } from '../../../functions/captioner/sentence.ts';
import { articleFor } from '../../../functions/core/text/articles.ts';

const sentence = (text: string): string => sentenceOf(text.split(' ').filter((word) => word !== ''));

describe('a sentence for people', () => {
  it.each([
    ['a dog runs', 'A dog runs.'],
    ['two men , a dog and a cat', 'Two men, a dog and a cat.'],
    ["a man 's hat .", "A man's hat."],
    ['a umbrella and an dog', 'An umbrella and a dog.'],
    ['a picture of a dog', 'A dog.'],
    ['a black and white photo of an old man', 'An old man.'],
    ['photos of people', 'Photos of people.'],
    ['a dog \u{1f436} ** runs !', 'A dog runs.'],
    ['a close up of a flower', 'A close up of a flower.'],
    ['a garlic on a white plate', 'Garlic on a white plate.'],
    ['a bowl of a white rice .', 'A bowl of white rice.'],
    ['', ''],
    ['. .', ''],
  ])('writes "%s" as "%s"', (words, text) => {
    expect(sentence(words)).toBe(text);
  });

  it.each([
    ['an', ['apple', 'umbrella', 'orange', 'hour', 'honest', 'old', 'suv', 'unusual', 'undershirt', 'x-ray', 'uncle', 'unidentified']],
    ['a', ['dog', 'unicorn', 'uniform', 'university', 'european', 'one', 'used', 'urinal', 'house', 'united', 'utensil', 'ukulele', 'uk']],
  ])('says "%s" by the sound of the next word', (article, words) => {
    expect(words.map((word) => [articleFor(word), word])).toEqual(words.map((word) => [article, word]));
  });
});
