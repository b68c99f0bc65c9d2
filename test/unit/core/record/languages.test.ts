// Languages of texts, and translations beside the main ones.
import { describe, expect, it } from 'vitest';
import { canonicalLang, isMainLang, isSameLang, mainLang } from '../../../../functions/core/record/languages.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import {
  lastingTranslations,
  MAX_LANGUAGES,
  putTranslation,
  removeTranslation,
  setTranslation,
  translationsExcess,
} from '../../../../functions/core/record/translations.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const text = (words: string, lang: string, changes: Partial<Text> = {}): Text => ({
  text: words,
  lang,
  origin: 'machine',
  at: 1,
  ...changes,
});
const END = { until: 9, why: 'replaced' } as const;

describe('tags', () => {
  it('are the same when one is only more exact, or one is not known', () => {
    expect(isSameLang('en', 'EN')).toBe(true);
    expect(isSameLang('en', 'en-GB')).toBe(true);
    expect(isSameLang('zh-Hant', 'zh')).toBe(true);
    expect(isSameLang('und', 'de')).toBe(true);
    expect(isSameLang('pt-BR', 'pt-PT')).toBe(false);
    expect(isSameLang('en', 'eng-x-a')).toBe(true);
    expect(isSameLang('no', 'nob_')).toBe(false);
    expect(canonicalLang('x'.repeat(36))).toBeUndefined();
  });

  it('of the main text are its own, or those of its neighbours', async () => {
    const record = await sampleRecord('a', { texts: { alt: text('?', 'und'), title: text('Hund', 'de') } });
    expect(mainLang(record, 'alt')).toBe('de');
    expect(isMainLang(record, 'alt', 'de-AT')).toBe(true);
    expect(isMainLang(record, 'alt', 'en')).toBe(false);
    expect(isMainLang(await sampleRecord('b'), 'alt', 'fr')).toBe(true);
  });
});

const main = (changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord('a', { texts: { alt: text('A dog.', 'en') }, ...changes });

describe('a machine’s translation', () => {
  it('stands beside the main text, and takes the place of another machine’s', async () => {
    const first = putTranslation(await main(), 'alt', text('Ein Hund.', 'DE'), 5);
    expect(first.translations).toEqual({ de: { alt: text('Ein Hund.', 'de') } });
    const second = putTranslation(first, 'alt', text('Hund.', 'de'), 6);
    expect(second.translations?.de?.alt).toMatchObject({ text: 'Hund.', supersedes: 1 });
    expect(second.history).toMatchObject([{ n: 1, kind: 'alt', translation: true, text: 'Ein Hund.', until: 6 }]);
    expect(putTranslation(second, 'alt', text('Hund.', 'de'), 7)).toBe(second);
  });

  it('never stands over a person’s, nor for the main language, nor when a person has rejected it', async () => {
    const mine = await main({ translations: { de: { alt: text('Mein Hund', 'de', { origin: 'human' }) } } });
    expect(putTranslation(mine, 'alt', text('Ein Hund.', 'de'), 5)).toBe(mine);
    expect(putTranslation(mine, 'alt', text('Dog.', 'en-US'), 5)).toBe(mine);
    expect(putTranslation(mine, 'alt', text('Dog.', 'not a tag'), 5)).toBe(mine);
    const rejected = { ...text('Un chien', 'fr'), n: 1, kind: 'alt', until: 1, why: 'rejected' } as const;
    const refused = await main({ history: [rejected] });
    expect(putTranslation(refused, 'alt', text('Un chien', 'fr'), 5)).toBe(refused);
  });

  it('is left out when there would be too many', async () => {
    const letters = [...'abcdefghijklmnopqrst'];
    const translations = Object.fromEntries(letters.map((letter) => [`x${letter}`, { alt: text('?', `x${letter}`) }]));
    expect(letters).toHaveLength(MAX_LANGUAGES);
    const full = await main({ translations });
    expect(translationsExcess(full)).toBeUndefined();
    expect(putTranslation(full, 'alt', text('?', 'fr'), 5)).toBe(full);
    expect(translationsExcess(setTranslation(full, 'fr', 'alt', text('?', 'fr'), END))).toContain('at most 20 languages');
    const large = await main({ translations: { fr: { long: text('😀'.repeat(8_000), 'fr'), alt: text('é'.repeat(40_000), 'fr') } } });
    expect(translationsExcess(large)).toContain('bytes together');
  });

  it('goes with a new version of the picture; a person’s stays', async () => {
    const record = await main({
      translations: {
        de: { alt: text('Mein Hund', 'de', { origin: 'human' }), title: text('Hund', 'de') },
        fr: { alt: text('Chien', 'fr') },
        it: undefined,
      },
    });
    expect(lastingTranslations(record)).toEqual({ de: { alt: text('Mein Hund', 'de', { origin: 'human' }) } });
  });

  it('is removed to the history, and only when it is there', async () => {
    const record = putTranslation(await main(), 'alt', text('Ein Hund.', 'de'), 5);
    const after = removeTranslation(record, 'de', 'alt', END);
    expect(after).not.toHaveProperty('translations');
    expect(after.history).toMatchObject([{ text: 'Ein Hund.', translation: true }]);
    expect(removeTranslation(record, 'fr', 'alt', END)).toBe(record);
  });
});
