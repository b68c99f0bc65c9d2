// What the analysis sees of a product: its attributes and the brands' marks on it, as far as they do not contradict what the shop says, since
// the shop knows its products better than any model.
import { ATTRIBUTES, type Attribute, type FoundLogo, type Judged } from '../facts/facts.ts';
import type { CaptionRecord, Product } from '../record/record.ts';
import { formOf, SHIPPED_VOCABULARY, type TermKind } from '../tags/vocabulary.ts';
import { isValueSaid, labelledValue } from './attribute-words.ts';
import { SURE_FROM, TOLD_FROM } from './certainty.ts';
import { colourFamilies } from './colours.ts';
import { listed } from './letters.ts';
import { isUnwanted } from './machine-words.ts';
import { isOtherThing } from './product-types.ts';
import { hasPhrase, wordsOf } from './words.ts';

/** An attribute as it is seen. */
export type SeenAttribute = Judged & { attribute: Attribute };

/** What is seen: `left` says in one line each what was left out, and why. */
export type SeenProduct = { attributes: SeenAttribute[]; logos: FoundLogo[]; left: string[] };

/** Texts tell what a thing looks like; whom it is made for and what it is used for are guesses of the catalogue's kind. */
const TOLD: ReadonlySet<Attribute> = new Set(['type', 'colour', 'material', 'pattern', 'fit']);

/** Values that say that there is nothing to tell. */
const NOTHING = new Set(['solid', 'unknown', 'regular']);

const KIND_OF: Partial<Record<Attribute, TermKind>> = { material: 'material', pattern: 'pattern' };

/** Words of the longest term that is looked for: "polka dot". */
const MOST_WORDS = 2;

/** The vocabulary's terms of a kind in a text: "leather". */
const termsIn = (text: string, kind: TermKind): Set<string> => {
  const said = wordsOf(text);
  const phrases = said.flatMap((_, at) => Array.from({ length: MOST_WORDS }, (__, more) => said.slice(at, at + more + 1).join(' ')));
  const terms = phrases.flatMap((phrase) => SHIPPED_VOCABULARY.forms.get(formOf(phrase)) ?? []);
  return new Set(terms.filter((term) => term.kind === kind).map(({ name }) => name));
};

const shopText = ({ name = '', colour = '', keywords }: Product): string => [name, colour, ...keywords].join(' ');

/** Whether the shop says another colour, material or pattern. */
const isOther = ({ attribute, value }: SeenAttribute, said: string): boolean => {
  if (attribute === 'colour') {
    const [told, seen] = [colourFamilies(said), colourFamilies(value)];
    return told.length > 0 && !seen.some((family) => told.includes(family));
  }
  const kind = KIND_OF[attribute];
  const told = kind === undefined ? new Set<string>() : termsIn(said, kind);
  return told.size > 0 && !told.has(value) && !hasPhrase(said, value);
};

const attributesOf = ({ facts, product }: CaptionRecord): SeenAttribute[] =>
  ATTRIBUTES.flatMap((attribute) => {
    const judged = facts?.attributes?.[attribute];
    if (judged === undefined || !TOLD.has(attribute) || NOTHING.has(judged.value)) return [];
    return judged.confidence < TOLD_FROM || isUnwanted(judged.value, product) ? [] : [{ attribute, ...judged }];
  });

const logosOf = ({ facts, product }: CaptionRecord): FoundLogo[] =>
  (facts?.logos ?? [])
    .filter(({ brand, confidence }) => confidence >= TOLD_FROM && !isUnwanted(brand, product))
    .toSorted((a, b) => b.confidence - a.confidence)
    .filter(({ brand }, at, all) => all.findIndex((other) => other.brand === brand) === at);

const isShopsBrand = (brand: string, told: string): boolean => hasPhrase(told, brand) || hasPhrase(brand, told);

/**
 * A mark that is found may be something else (docs/logos.md), so texts name one only where the shop does, or the writing in the picture.
 */
const isBacked = ({ brand }: FoundLogo, { facts, product }: CaptionRecord): boolean =>
  product?.brand === undefined ? (facts?.text ?? []).some(({ text }) => hasPhrase(text, brand)) : isShopsBrand(brand, product.brand);

/** What is seen of the product: each attribute in the order of ATTRIBUTES; of the marks those that are backed, each brand once, the surest first. */
export const seenProduct = (record: CaptionRecord): SeenProduct => {
  const { product } = record;
  const [attributes, found] = [attributesOf(record), logosOf(record)];
  const logos = found.filter((logo) => isBacked(logo, record));
  if (product === undefined) return { attributes, logos, left: [] };
  const said = shopText(product);
  const type = attributes.find(({ attribute }) => attribute === 'type')?.value ?? '';
  const isOtherType = isOtherThing(said, type);
  const agreeing = isOtherType ? [] : attributes.filter((one) => !isOther(one, said));
  const contradicted = attributes.filter((one) => !agreeing.includes(one)).map(({ attribute }) => attribute);
  return {
    attributes: agreeing,
    logos,
    left: [
      ...(contradicted.length === 0
        ? []
        : [`what is seen of the product’s ${contradicted.join(', ')} is left out, as the shop says otherwise`]),
      ...(product.brand === undefined || logos.length === found.length
        ? []
        : ['a mark that was found is left out, as the shop names another brand']),
    ],
  };
};

const LABELS: Partial<Record<Attribute, string>> = { colour: 'Colour', material: 'Material', pattern: 'Pattern', fit: 'Fit' };

/** A sentence that names a colour names the product's, or its background's: a second one would confuse. */
const isNew = ({ attribute, value }: SeenAttribute, around: string): boolean =>
  attribute === 'colour' ? colourFamilies(around).length === 0 : !isValueSaid(around, attribute, value);

/**
 * Sentences for the end of a product's alternative text, "Material: leather.": what is surely seen, and stands nowhere in the text or beside the
 * picture yet; nothing where the sentence is about something else. Marks are not among them: the shop's brand, or the writing that backs them, is.
 * @param around the sentence, the shop's words and the text beside the picture
 */
export const seenExtras = ({ attributes }: SeenProduct, around: string): string[] => {
  const type = attributes.find(({ attribute }) => attribute === 'type');
  if (type !== undefined && isOtherThing(type.value, around)) return [];
  return attributes.flatMap((one) => {
    const label = LABELS[one.attribute];
    return label === undefined || one.confidence < SURE_FROM || !isNew(one, around)
      ? []
      : [`${label}: ${labelledValue(one.attribute, one.value)}.`];
  });
};

/** "What looks like the logo of Nike." A mark that looks like a brand's may be somebody else's (docs/logos.md). */
export const logoWords = (brands: readonly string[]): string =>
  brands.length === 1 ? `What looks like the logo of ${brands[0]}.` : `What looks like the logos of ${listed(brands)}.`;
