// What of a record outlives a new version of its picture.
import type { CaptionRecord } from './record.ts';
import { lastingTexts } from './text-rules.ts';
import { lastingTranslations } from './translations.ts';

/** People's texts and what they have locked, the history, and product data of the API. */
export const lasting = (before: CaptionRecord): Pick<CaptionRecord, 'texts' | 'translations' | 'history' | 'lastPast' | 'product'> => {
  const translations = lastingTranslations(before);
  const { history, lastPast, product } = before;
  return {
    texts: lastingTexts(before.texts),
    ...(Object.keys(translations).length > 0 && { translations }),
    ...(history !== undefined && { history }),
    ...(lastPast !== undefined && { lastPast }),
    ...(product?.from === 'api' && { product }),
  };
};
