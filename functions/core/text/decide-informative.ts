// Questions 1 and 3 of the W3C WAI alt decision tree: text in the picture, and a picture that adds meaning.
import type { Text } from '../record/record.ts';
import { doubted, isEnglish } from './certainty.ts';
import { isLogo, logoName } from './logo.ts';
import { confidenceOfLines, isImageOfText, joinedLines, langOfLines, quotesIn, type TextLine } from './picture-text.ts';
import type { ProductWords } from './product-words.ts';
import { seenExtras, seenProduct } from './seen-product.ts';
import { productFor, written, writtenWithDoubt } from './sentence.ts';
import { type Decision, isDoubted, type Said, type Situation } from './situation.ts';
import { isPersons } from './usable-texts.ts';
import { hasPhrase, isSaidIn, wordsOf } from './words.ts';

const isReadIn = (text: string, context: string): boolean => {
  const there = new Set(wordsOf(context));
  return wordsOf(text).every((word) => there.has(word));
};

/** A person's text as it is. */
export const personsWords = (text: Text): Said => ({ text: text.text, lang: text.lang, source: text, whole: true });

/** The text in the picture as the alt text: the same words, in their language (WCAG 1.1.1; WAI tutorial "Images of text"). */
export const readWords = (situation: Situation): Said => {
  const { lines, record } = situation;
  const [lang, confidence] = [langOfLines(lines), confidenceOfLines(lines)];
  const model = record.machine?.model;
  const source = { origin: 'machine', ...(model !== undefined && { model }), ...(confidence !== undefined && { confidence }) } as const;
  const text = joinedLines(lines);
  const isUnsure = confidence !== undefined && isDoubted(situation, source);
  return { text: isUnsure ? doubted(`“${text}”`, lang ?? 'en') : text, ...(lang !== undefined && { lang }), source, whole: false };
};

/** Lines that are not beside the picture as real text already. */
const linesNotBeside = ({ lines, context }: Situation): TextLine[] => lines.filter(({ text }) => !isReadIn(text, context));

/** Where nothing may be said of what is seen: the shop's words, and the text that is read. */
const withoutSentence = (situation: Situation, missing: readonly TextLine[], product: ProductWords): Decision => {
  const quotes = quotesIn(missing, 'en');
  const [branch, { left }] = [missing.length > 0 ? 'text-included' : 'informative', product] as const;
  if (product.label === undefined && quotes === '') return { branch, left };
  const { source } = quotes === '' ? {} : readWords(situation);
  const text = written({ sentence: '', quotes, product });
  return { branch, left, said: { text, lang: 'en', ...(source !== undefined && { source }), whole: true } };
};

const isOfProduct = ({ usage, record }: Situation): boolean => usage === 'product' || record.product !== undefined;

/** The shop's words, and after them what is surely seen of the product and said nowhere yet; rules write English. */
const withSeen = (situation: Situation, shop: ProductWords, text: Text): ProductWords => {
  const { record, sentence, context } = situation;
  if (!isOfProduct(situation) || !isEnglish(text.lang)) return shop;
  const seen = seenProduct(record);
  const around = [sentence, shop.label ?? '', ...shop.extras, context].join(' ');
  return {
    ...shop,
    extras: [...shop.extras, ...seenExtras(seen, around)],
    left: [...shop.left, ...seen.left],
  };
};

/** What is seen, with the shop's words and the text in the picture; no `said` where there is nothing to say. */
export const describe = (situation: Situation): Decision => {
  const { record, text, sentence, context } = situation;
  const missing = linesNotBeside(situation);
  const branch = missing.length > 0 ? 'text-included' : 'informative';
  const shop = productFor(record, text, context);
  const product = text === undefined || sentence === '' ? shop : withSeen(situation, shop, text);
  const { left } = product;
  if (text === undefined || sentence === '') return withoutSentence(situation, missing, product);
  if (context !== '' && missing.length === 0 && product.label === undefined && isSaidIn(sentence, context)) return { branch: 'redundant' };
  const unsaid = missing.filter((line) => !hasPhrase(sentence, line.text));
  const parts = { sentence, quotes: quotesIn(unsaid, text.lang), product };
  const words = isDoubted(situation, text) ? writtenWithDoubt(parts, text.lang) : written(parts);
  return { branch, left, said: { text: words, lang: text.lang, source: text, whole: false } };
};

/** A logo is its name; undefined for what is none, or nobody's. */
const decideLogo = ({ record, seen, lines, context }: Situation): Decision | undefined => {
  const name = isLogo(record, seen) ? logoName(record, lines) : undefined;
  if (name === undefined) return undefined;
  if (hasPhrase(context, name)) return { branch: 'redundant' };
  const model = record.machine?.model;
  const isRead = lines.length > 0;
  const source = { origin: 'machine', ...(model !== undefined && { model }) } as const;
  return { branch: isRead ? 'text-included' : 'informative', said: { text: name, source, whole: true } };
};

const decidePersons = ({ text, lines, context }: Situation & { text: Text }): Decision => {
  if (text.text === '') return { branch: 'decorative' };
  if (context !== '' && isSaidIn(text.text, context)) return { branch: 'redundant' };
  const includes = lines.some((line) => hasPhrase(text.text, line.text));
  return { branch: includes ? 'text-included' : 'informative', said: personsWords(text) };
};

/** A picture that adds meaning, or text in a picture. */
export const decideInformative = (situation: Situation): Decision => {
  const { text, lines, seen, context } = situation;
  if (text !== undefined && isPersons(text)) return decidePersons({ ...situation, text });
  const logo = decideLogo(situation);
  if (logo !== undefined) return logo;
  if (isImageOfText(lines, seen)) {
    return isReadIn(joinedLines(lines), context) ? { branch: 'text-nearby' } : { branch: 'text-included', said: readWords(situation) };
  }
  return describe(situation);
};

/** Complex information: briefly what it is; what it tells has to stand elsewhere (WAI tutorial "Complex images"). */
export const decideComplex = (situation: Situation): Decision => {
  const { text, sentence } = situation;
  if (text === undefined || sentence === '') return { branch: 'complex' };
  if (isPersons(text)) return { branch: 'complex', said: personsWords(text) };
  const words = isDoubted(situation, text) ? doubted(sentence, text.lang) : sentence;
  return { branch: 'complex', said: { text: words, lang: text.lang, source: text, whole: false } };
};

/** Decoration, as the page's author says: of its text, only whether it is lost has to be told. */
export const decideDecorative = ({ lines, context }: Situation): Decision => {
  if (lines.length === 0) return { branch: 'decorative' };
  return { branch: isReadIn(joinedLines(lines), context) ? 'text-nearby' : 'text-effect' };
};
