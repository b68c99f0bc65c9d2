// What the shop says about a product, as far as the picture does not contradict it.
import type { CaptionRecord, Product } from '../record/record.ts';
import { TOLD_FROM } from './certainty.ts';
import { colourFamilies } from './colours.ts';
import { isUnwanted } from './machine-words.ts';
import { isOtherThing } from './product-types.ts';
import { hasPhrase } from './words.ts';

/** Share of the picture, 0..1, from which a measured colour counts as being there. */
const COLOUR_SHARE = 0.03;

/** The shop's words: `label` leads the text, `extras` end it; `left` says in one line each what was left out, and why. */
export type ProductWords = { label?: string; extras: string[]; left: string[] };

const NOTHING: ProductWords = { extras: [], left: [] };

/** What is surely seen besides the caption: nouns of a silent machine, and found objects. */
const seenBesides = ({ machine, facts }: CaptionRecord): string =>
  [
    ...(machine?.sure ?? []),
    ...(facts?.objects ?? []).filter(({ confidence = 1 }) => confidence >= TOLD_FROM).map(({ label }) => label),
  ].join(' ');

/** "on a white background": not what the product is like. */
const BEHIND = /[\p{L}-]+ (?:background|backdrop|wall|floor|surface|table|sky|grass)/giu;

/** Families of the colours in the picture: as measured, or else as the caption names them. */
const seenColours = ({ facts }: CaptionRecord, caption: string): string[] => {
  const measured = (facts?.colours ?? []).filter(({ share }) => share >= COLOUR_SHARE).map(({ name }) => name);
  return colourFamilies(measured.length > 0 ? measured.join(' ') : caption.replace(BEHIND, ''));
};

/** A colour that the picture does not have; one that cannot be checked contradicts nothing. */
const isOtherColour = (words: string, seen: readonly string[]): boolean => {
  const said = colourFamilies(words);
  return said.length > 0 && seen.length > 0 && !said.some((family) => seen.includes(family));
};

type Known = { name?: string; brand?: string; colour?: string };

const kept = (value: string | undefined, product: Product): string | undefined => {
  const words = value
    ?.replace(/\s+/g, ' ')
    .trim()
    .replace(/[.,;:\s]+$/, '');
  return words === undefined || words === '' || isUnwanted(words, product) ? undefined : words;
};

const without = (known: Known, field: keyof Known): Known => ({ ...known, [field]: undefined });

/** What may be said, and what the colours of the picture forbid. */
const checkedColours = (known: Known, seen: readonly string[]): { known: Known; left: string[] } => {
  const { name, colour } = known;
  const left: string[] = [];
  let told = known;
  if (name !== undefined && isOtherColour(name, seen)) {
    told = without(told, 'name');
    left.push('the product’s name is left out, as it says a colour that is not seen in the picture');
  }
  if (colour !== undefined && isOtherColour(colour, seen)) {
    told = without(told, 'colour');
    left.push('the product’s colour is left out, as it is not seen in the picture');
  }
  return { known: told, left };
};

const labelOf = (name: string, { brand, colour }: Known): string => {
  const branded = brand === undefined || hasPhrase(name, brand) ? name : `${brand} ${name}`;
  return colour === undefined || hasPhrase(name, colour) ? branded : `${branded} in ${colour}`;
};

const wordsOfKnown = (known: Known, left: string[], context: string): ProductWords => {
  const { name, brand, colour } = known;
  if (name !== undefined) return hasPhrase(context, name) ? { extras: [], left } : { label: labelOf(name, known), extras: [], left };
  const extras = [
    ...(brand === undefined || hasPhrase(context, brand) ? [] : [`Brand: ${brand}.`]),
    ...(colour === undefined ? [] : [`Colour: ${colour}.`]),
  ];
  return { extras, left };
};

/**
 * The words of the shop for a picture.
 * @param caption what the machine sees, before anything was cut; '' when it is silent
 * @param context real text beside the picture: a name that stands there is not said again
 */
export const productWords = (record: CaptionRecord, caption: string, context = ''): ProductWords => {
  const { product } = record;
  if (product === undefined) return NOTHING;
  const about = [product.name ?? '', product.name === undefined ? product.keywords.join(' ') : ''].join(' ');
  if (isOtherThing(about, `${caption} ${seenBesides(record)}`)) {
    return { extras: [], left: ['what the shop says of the product is left out, as the picture seems to show something else'] };
  }
  const [name, brand, colour] = [kept(product.name, product), kept(product.brand, product), kept(product.colour, product)];
  const said: Known = {
    ...(name !== undefined && { name }),
    ...(brand !== undefined && { brand }),
    ...(colour !== undefined && { colour }),
  };
  const { known, left } = checkedColours(said, seenColours(record, caption));
  return wordsOfKnown(known, left, context);
};

/** The product's brand and name, without a check against the picture: for links that lead to it. */
export const productName = ({ product }: CaptionRecord): string | undefined => {
  const name = product === undefined ? undefined : kept(product.name, product);
  if (product === undefined || name === undefined) return undefined;
  const brand = kept(product.brand, product);
  return labelOf(name, brand === undefined ? {} : { brand });
};
