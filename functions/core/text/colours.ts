// Names of colours and the families that they belong to, so that what a shop says can be compared with what is seen.
import { wordsOf } from './words.ts';

/** A family and its members; a name may be of two. */
const FAMILIES: Readonly<Record<string, string>> = {
  red: 'red crimson scarlet maroon burgundy ruby cherry bordeaux wine',
  orange: 'orange apricot peach coral rust terracotta copper',
  yellow: 'yellow gold golden mustard lemon amber',
  green: 'green olive lime mint emerald sage teal turquoise moss',
  blue: 'blue navy azure cobalt indigo cyan teal turquoise aqua sapphire denim',
  purple: 'purple violet lilac lavender plum mauve aubergine magenta',
  pink: 'pink rose fuchsia magenta salmon coral',
  brown: 'brown tan chocolate camel khaki beige bronze cognac taupe chestnut copper rust',
  white: 'white ivory cream beige',
  grey: 'grey gray silver charcoal anthracite taupe slate',
  black: 'black ebony jet anthracite charcoal',
};

const FAMILY_OF = new Map<string, string[]>();
for (const [family, members] of Object.entries(FAMILIES)) {
  for (const name of members.split(' ')) FAMILY_OF.set(name, [...(FAMILY_OF.get(name) ?? []), family]);
}

/** The families of the colours that a text names, each once. */
export const colourFamilies = (text: string): string[] => [...new Set(wordsOf(text).flatMap((word) => FAMILY_OF.get(word) ?? []))];

/** Whether a word is the name of a colour. */
export const isColour = (word: string): boolean => FAMILY_OF.has(word);
