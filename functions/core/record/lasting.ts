// What of a record outlives a new version of its picture.
import type { CaptionRecord, Text } from './record.ts';
import { lastingTexts, type Texts } from './text-rules.ts';
import { lastingTranslations } from './translations.ts';

/** What people wrote while the picture was still being worked on names none: it is the one that goes now. */
const ofPicture = ({ picture }: CaptionRecord, texts: Texts): Texts => {
  const named = (text: Text): Text => (picture === undefined || text.sha256 !== undefined ? text : { ...text, sha256: picture.sha256 });
  return Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, named(text)]));
};

/** People's texts and what they have locked, the history, and product data of the API. */
export const lasting = (before: CaptionRecord): Pick<CaptionRecord, 'texts' | 'translations' | 'history' | 'lastPast' | 'product'> => {
  const translations = Object.fromEntries(
    Object.entries(lastingTranslations(before)).map(([lang, texts = {}]) => [lang, ofPicture(before, texts)]),
  );
  const { history, lastPast, product } = before;
  return {
    texts: ofPicture(before, lastingTexts(before.texts)),
    ...(Object.keys(translations).length > 0 && { translations }),
    ...(history !== undefined && { history }),
    ...(lastPast !== undefined && { lastPast }),
    ...(product?.from === 'api' && { product }),
  };
};
