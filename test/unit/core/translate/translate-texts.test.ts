// Translating a picture's texts: what is stored, what never is, and every refusal.
import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../../functions/core/lookup/principal.ts';
import type { CaptionRecord, Text, TextKind } from '../../../../functions/core/record/record.ts';
import type { Translator } from '../../../../functions/core/translate/translate-ports.ts';
import { translateTexts } from '../../../../functions/core/translate/translate-texts.ts';
import { api, CALLERS, NOW, readyRecord } from '../../../support/api.ts';
import { fakeTranslator } from '../../../support/fake-translator.ts';

const PRINCIPAL = principalOf(CALLERS.both);
const text = (words: string, fields: Partial<Text> = {}): Text => ({ text: words, lang: 'en', origin: 'human', at: 1, ...fields });
const TEXTS = { alt: text('A sign “Zu verkaufen” on a wall.', { sha256: 'a'.repeat(64) }), long: text('A house.') };

const houseOf = async (translator: Translator | undefined, fields: Partial<CaptionRecord> = {}) => {
  const record = await readyRecord('a.jpg', { texts: TEXTS, ...fields });
  const house = api([record], {}, {}, translator === undefined ? {} : { translator });
  const translate = (lang: string, kinds?: TextKind[], ifMatch?: string) =>
    translateTexts(house.service.lookup, PRINCIPAL, record.id, { lang, ...(kinds && { fields: kinds }) }, ifMatch);
  return { house, record, translate };
};

describe('a translation', () => {
  it("is stored as a machine's, with text in the picture left as it is", async () => {
    const translator = fakeTranslator();
    const { house, record, translate } = await houseOf(translator);
    const { translations } = await translate('DE', ['alt', 'long', 'title']);
    expect(translations?.de).toEqual({
      alt: {
        text: 'A SIGN “Zu verkaufen” ON A WALL.',
        lang: 'de',
        origin: 'machine',
        at: NOW,
        model: 'fake-translate',
        sha256: 'a'.repeat(64),
      },
      long: { text: 'A HOUSE.', lang: 'de', origin: 'machine', at: NOW, model: 'fake-translate' },
      title: expect.objectContaining({ origin: 'machine', model: 'fake-translate' }),
    });
    expect(house.store.records.get(record.id)?.translations).toEqual(translations);
    expect(translator.asked[0]).toEqual({
      from: 'en',
      to: 'de',
      stretches: [{ text: 'A sign ' }, { text: '“Zu verkaufen”', keep: true }, { text: ' on a wall.' }],
    });
  });

  it('is of all texts that there are when none is named, each once', async () => {
    const translator = fakeTranslator();
    const { translate } = await houseOf(translator);
    const first = await translate('de');
    expect(Object.keys(first.translations?.de ?? {})).toEqual(expect.arrayContaining(['alt', 'long']));
    expect(await translate('de')).toEqual(first);
  });

  it("never takes the place of a person's, nor of a locked one, nor asks for it", async () => {
    const translator = fakeTranslator();
    const theirs = { alt: text('Ein Schild.', { lang: 'de' }), long: text('EIN HAUS', { lang: 'de', origin: 'machine', locked: true }) };
    const { translate } = await houseOf(translator, { translations: { de: theirs } });
    expect((await translate('de', ['alt', 'long'])).translations?.de).toEqual(theirs);
    expect(translator.asked).toEqual([]);
  });

  it('is of a text in a language that is not known, taken for English', async () => {
    const translator = fakeTranslator();
    const { translate } = await houseOf(translator, { texts: { long: text('A house.'), alt: text('A wall.', { lang: 'und' }) } });
    await translate('de', ['alt']);
    expect(translator.asked).toMatchObject([{ from: 'en' }]);
  });
});

describe('refusals', () => {
  const refused = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'nothing',
      (thrown: { code?: string }) => thrown.code,
    );

  it.each<[string, Partial<CaptionRecord>, string, TextKind[], string | undefined]>([
    ['INVALID_REQUEST', {}, 'no tag', ['alt'], undefined],
    ['INVALID_REQUEST', {}, 'en-GB', ['alt'], undefined],
    ['NOTHING_TO_TRANSLATE', { texts: {} }, 'de', ['alt'], undefined],
    ['NOTHING_TO_TRANSLATE', { texts: { alt: text('') } }, 'de', ['alt'], undefined],
    ['PRECONDITION_FAILED', {}, 'de', ['alt'], '"other"'],
    ['nothing', {}, 'de', ['alt'], '*'],
  ])('%s', async (code, fields, lang, kinds, ifMatch) => {
    const { translate } = await houseOf(fakeTranslator(), fields);
    expect(await refused(translate(lang, kinds, ifMatch))).toBe(code);
  });

  it('say that translation is off', async () => {
    await expect((await houseOf(undefined)).translate('de')).rejects.toMatchObject({
      code: 'TRANSLATION_OFF',
      message: expect.stringContaining('translate=amazon'),
    });
  });

  it('store nothing when the translator says nothing, or changes a text in the picture', async () => {
    for (const said of [' ', 'Ein Schild „zu verkaufen“.']) {
      const { house, record, translate } = await houseOf(fakeTranslator(() => said));
      expect(await refused(translate('de', ['alt']))).toBe('INTERNAL');
      expect(house.store.records.get(record.id)).toEqual(record);
    }
  });

  it('store nothing when the text was changed meanwhile', async () => {
    const { house, record, translate } = await houseOf(
      fakeTranslator(async () => {
        await house.store.put({ ...record, texts: { alt: text('Another.') }, revision: record.revision + 1 }, record.revision);
        return 'EIN SCHILD “Zu verkaufen”';
      }),
    );
    expect(await refused(translate('de', ['alt']))).toBe('CONTENDED');
  });
});
