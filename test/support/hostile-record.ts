// A record that holds one text wherever a record can hold a text.
import type { CaptionRecord, Text } from '../../functions/core/record/record.ts';
import { NOW, readyRecord } from './api.ts';

const text = (words: string, fields: Partial<Text> = {}): Text => ({
  text: words,
  lang: 'en',
  origin: 'human',
  by: words,
  at: NOW,
  ...fields,
});

/** A record that holds `words` wherever words can be. */
export const hostileRecord = (words: string, key: string): Promise<CaptionRecord> =>
  readyRecord(key, {
    texts: { alt: text(words), caption: text(words), long: text(words), title: text(words) },
    proposals: { alt: text(words, { origin: 'machine', model: words, confidence: 0.5 }) },
    translations: { de: { alt: text(words, { lang: 'de' }) } },
    history: [{ ...text(words), n: 1, kind: 'alt', until: NOW, why: 'rejected', endedBy: words, note: words }],
    withheld: { caption: { by: words, at: NOW, reason: words } },
    review: { action: 'reject', by: words, at: NOW, reason: words },
    product: {
      name: words,
      brand: words,
      colour: words,
      keywords: [words],
      negativeKeywords: [words],
      pageUrl: words,
      from: 'api',
      by: words,
      at: NOW,
    },
    facts: {
      objects: [{ label: words, box: [0, 0, 1, 1] }],
      people: { count: 1 },
      colours: [{ name: words, share: 0.5 }],
      text: [{ text: words, lang: words }],
    },
    machine: { model: words, style: 'alt', route: 'lambda', confidence: 0.5, plain: words, sure: [words], ms: 1, costUsd: 0 },
  });
