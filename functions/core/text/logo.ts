// Logos: the alt text is the name alone (WAI tutorial "Images of text", logos; W3C home in "Functional images").
import type { Box } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM } from './certainty.ts';
import { joinedLines, type TextLine } from './picture-text.ts';
import { seenProduct } from './seen-product.ts';
import { hasPhrase, wordsOf } from './words.ts';

/** A logo that was found as an object is the picture when it covers this share of it, 0..1. */
const MAIN_SHARE = 0.5;

/** "A logo of ...", "a company logo on ...": the sentence begins with a logo. */
const BEGINS_WITH_LOGO = /^(?:an?|the)?\s*(?:\p{L}+\s){0,2}(?:logo|emblem)\b/iu;

const isMain = ([, , width, height]: Box): boolean => width * height >= MAIN_SHARE;

/** A brand's mark that is surely the picture. */
const mainBrand = (record: CaptionRecord): string | undefined =>
  seenProduct(record).logos.find(({ box, confidence }) => isMain(box) && confidence >= SURE_FROM)?.brand;

const isFoundLogo = (record: CaptionRecord): boolean =>
  mainBrand(record) !== undefined || (record.facts?.objects ?? []).some(({ label, box }) => hasPhrase(label, 'logo') && isMain(box));

/** Whether the picture is a logo. */
export const isLogo = (record: CaptionRecord, caption: string): boolean => BEGINS_WITH_LOGO.test(caption) || isFoundLogo(record);

/** A name in at most so many words; longer text in a logo is more than its name. */
const NAME_WORDS = 4;

/** Whose logo it is: as the shop writes it, else the text in it, else as the mark was recognised; undefined where nobody knows. */
export const logoName = (record: CaptionRecord, lines: readonly TextLine[]): string | undefined => {
  const { product } = record;
  const told = product?.brand ?? product?.name;
  if (told !== undefined && told.trim() !== '') return told.trim();
  const read = joinedLines(lines);
  return read !== '' && wordsOf(read).length <= NAME_WORDS ? read : mainBrand(record);
};
