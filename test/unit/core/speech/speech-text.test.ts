// What is said about a picture, and why nothing is.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { isSilent, type SpeechUse, speechText } from '../../../../functions/core/speech/speech-text.ts';
import { plainText } from '../../../../functions/core/speech/ssml.ts';
import { readyRecord } from '../../../support/api.ts';

const RULES = { genderNeutral: true };
const text = (words: string, lang = 'en') => ({ text: words, lang, origin: 'human' as const, at: 1 });

const saidOf = async (fields: Partial<CaptionRecord>, use: SpeechUse = {}) => speechText(await readyRecord('a.jpg', fields), use, RULES);
const plainOf = async (fields: Partial<CaptionRecord>, use: SpeechUse = {}): Promise<string> => {
  const said = await saidOf(fields, use);
  return isSilent(said) ? `(${said.silent})` : plainText(said);
};

describe('what is said', () => {
  it('is the alt text, or the long description with its parts apart', async () => {
    const texts = { alt: text('A cat.'), long: text('A cat on a mat.\r\n\nIn the picture: “SALE”.\u2028Uncertain.  ') };
    expect(await plainOf({ texts })).toBe('A cat.');
    expect(await plainOf({ texts }, { field: 'long' })).toBe('A cat on a mat.\nIn the picture: “SALE”.\nUncertain.');
  });

  it('says first that a machine is not sure, and makes pauses between the parts that rules have rendered', async () => {
    const said = { text: 'A cat on a mat.', lang: 'en', origin: 'machine' as const, at: 1, model: 'm@1', confidence: 0.6 };
    const facts = { people: { count: 0 }, colours: [{ name: 'grey', share: 0.6 }], text: [{ text: 'Open', lang: 'en' }] };
    const unsure = { texts: { alt: said, caption: said }, facts };
    expect(await plainOf(unsure)).toMatch(/^Probably: a cat on a mat/);
    expect(await plainOf(unsure, { disclose: 'none' })).toMatch(/^A cat on a mat/);
    const [first = '', ...others] = (await plainOf(unsure, { field: 'long' })).split('\n');
    expect(first).toBe('Probably: a cat on a mat.');
    expect(others.length).toBeGreaterThanOrEqual(2);
    const alone = { texts: unsure.texts };
    expect(await plainOf(alone, { field: 'long' })).toBe('Probably: a cat on a mat.');
    expect(await plainOf(alone, { field: 'long', disclose: 'none' })).toBe('A cat on a mat.');
    const sure = { texts: { alt: { ...said, confidence: 0.95 }, caption: { ...said, confidence: 0.95 } }, facts };
    expect(await plainOf(sure, { field: 'long' })).toMatch(/^A cat on a mat\.\n/);
  });

  it('holds no character that is not heard or that XML cannot hold', async () => {
    expect(await plainOf({ texts: { alt: text('A\u0000 cat\t\ud800 on \uffff a  mat.') } })).toBe('A cat on a mat.');
  });

  it('says text in the picture in its own language, and capitals as words', async () => {
    const facts = {
      text: [{ text: 'AUSFAHRT freihalten', lang: 'de' }, { text: 'SALE' }, { text: 'EXIT', lang: 'en' }, { text: 'x', lang: 'und' }],
    };
    const said = await saidOf({
      texts: { alt: text('A sign reads “AUSFAHRT freihalten” beside "SALE", "EXIT" and "x" on a WALL.') },
      facts,
    });
    expect(said).toEqual({
      lang: 'en',
      paragraphs: [
        [
          { text: 'A sign reads “' },
          { text: 'AUSFAHRT', alias: 'ausfahrt', lang: 'de' },
          { text: ' freihalten', lang: 'de' },
          { text: '” beside "' },
          { text: 'SALE', alias: 'sale' },
          { text: '", "' },
          { text: 'EXIT', alias: 'exit' },
          { text: '" and "' },
          { text: 'x' },
          { text: '" on a WALL.' },
        ],
      ],
    });
    const without = await plainOf({ texts: { alt: text('“SALE”') } });
    expect(without).toBe('“SALE”');
  });

  it('is in the language of the text; of one that is not known, in the one asked for', async () => {
    expect(await saidOf({ texts: { alt: text('Eine Katze.', 'de') } })).toMatchObject({ lang: 'de' });
    expect(await saidOf({ texts: { alt: text('Eine Katze.', 'und') } }, { lang: 'de' })).toMatchObject({ lang: 'de' });
    expect(await saidOf({ texts: { alt: text('A cat.', 'und') } })).toMatchObject({ lang: 'en' });
  });
});

describe('why nothing is said', () => {
  it.each<[string, Partial<CaptionRecord>, SpeechUse, RegExp]>([
    ['pending', { state: 'PENDING', texts: {} }, {}, /still being described/],
    ['failed', { state: 'FAILED', reason: 'CORRUPT', texts: {} }, {}, /could not be described \(CORRUPT\).*\. Replace the file/],
    ['decoration', {}, { usage: 'decorative' }, /alternative text is empty/],
    ['no long description', { texts: {} }, { field: 'long' }, /no long description/],
  ])('%s', async (_, fields, use, words) => expect(await plainOf(fields, use)).toMatch(words));

  it('abstention, with what is sure all the same', async () => {
    const { machine } = await readyRecord('a.jpg');
    if (machine === undefined) throw new Error('no machine');
    const abstained = { texts: {}, machine: { ...machine, abstained: 'LOW_CONFIDENCE' as const, sure: ['cat', 'mat'] } };
    expect(await plainOf(abstained)).toMatch(/sure enough to be said \(LOW_CONFIDENCE\); sure are: cat, mat\. Write/);
    expect(await plainOf({ texts: {}, machine: { ...machine, sure: [] } })).toMatch(/sure enough to be said/);
  });
});
