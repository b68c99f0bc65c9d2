// One sentence of a machine with the shop's words and the text in the picture around it.
import type { CaptionRecord, Text } from '../record/record.ts';
import { doubted, isEnglish } from './certainty.ts';
import { stopped } from './letters.ts';
import { saidText, withoutUnwanted } from './machine-words.ts';
import { type ProductWords, productWords } from './product-words.ts';
import { isPersons } from './usable-texts.ts';
import type { WordingRules } from './wording-rules.ts';

/** What a text is made of; `sentence` is '' when nothing may be said of what was seen. */
export type Sentence = { sentence: string; quotes: string; product: ProductWords };

/** A stored text as it is said, without what the shop does not want said. */
export const sentenceOf = (text: Text, { product }: CaptionRecord, rules: WordingRules): string => {
  const said = saidText(text, rules);
  return isPersons(text) ? text.text : withoutUnwanted(said, product);
};

/** The shop's words for a text; rules write English, so there are none around another language. */
export const productFor = (record: CaptionRecord, text: Text | undefined, context: string): ProductWords =>
  text === undefined || isEnglish(text.lang) ? productWords(record, text?.text ?? '', context) : { extras: [], left: [] };

const joined = (parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join(' ');

/** The shop's name first, as what a listener needs first; then what is seen and read. */
export const written = ({ sentence, quotes, product }: Sentence): string =>
  joined([product.label === undefined ? undefined : stopped(product.label), sentence, quotes, ...product.extras]);

/** The same with the doubt about what is seen in front of everything. */
export const writtenWithDoubt = ({ sentence, quotes, product }: Sentence, lang: string): string =>
  joined([
    doubted(sentence, lang),
    quotes,
    product.label === undefined ? undefined : stopped(`Product: ${product.label}`),
    ...product.extras,
  ]);

/** A stored text as it is said, with the shop's words where a machine wrote it, and with its doubt in front where `isDoubted`; '' when nothing may be said. */
export const wovenText = (record: CaptionRecord, text: Text, rules: WordingRules, isDoubted = false): string => {
  const sentence = sentenceOf(text, record, rules);
  if (sentence === '' || isPersons(text)) return sentence;
  const parts = { sentence, quotes: '', product: productFor(record, text, '') };
  return isDoubted ? writtenWithDoubt(parts, text.lang) : written(parts);
};
