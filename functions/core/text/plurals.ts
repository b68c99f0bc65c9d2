// English plurals and counts of things that were found.
import { withArticle } from './articles.ts';
import { isMass } from './mass-nouns.ts';
import { numberWord } from './merge-people.ts';

const IRREGULAR: Readonly<Record<string, string>> = {
  person: 'people',
  child: 'children',
  man: 'men',
  woman: 'women',
  foot: 'feet',
  tooth: 'teeth',
  goose: 'geese',
  mouse: 'mice',
  knife: 'knives',
  leaf: 'leaves',
  shelf: 'shelves',
  loaf: 'loaves',
  scarf: 'scarves',
  wolf: 'wolves',
  sheep: 'sheep',
  fish: 'fish',
  deer: 'deer',
};

/** Things of two like parts, which are counted in pairs. */
const PAIRS = new Set(
  'scissors skis glasses sunglasses eyeglasses goggles jeans shorts pants trousers tights pliers tweezers binoculars headphones pyjamas pajamas'.split(
    ' ',
  ),
);

const isPair = (noun: string): boolean => PAIRS.has(/\S+$/.exec(noun)?.[0] ?? '');

/** The plural of a lower-case noun, or of the last word of several. */
export const pluralOf = (noun: string): string => {
  const [, before = '', last = noun] = /^(.*[\s-])?(\S+)$/.exec(noun) ?? [];
  if (isPair(noun)) return noun;
  if (Object.hasOwn(IRREGULAR, last)) return `${before}${IRREGULAR[last]}`;
  if (/[^aeiou]y$/.test(last)) return `${before}${last.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(last) ? `${before}${last}es` : `${before}${last}s`;
};

/** "a dog", "two dogs", "a pair of skis", "two pairs of skis"; "broccoli", of which nobody counts the pieces. */
export const counted = (noun: string, count: number): string => {
  if (isMass(noun)) return noun;
  if (isPair(noun)) return count === 1 ? `a pair of ${noun}` : `${numberWord(count)} pairs of ${noun}`;
  return count === 1 ? withArticle(noun) : `${numberWord(count)} ${pluralOf(noun)}`;
};
