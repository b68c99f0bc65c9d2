import { describe, expect, it } from 'vitest';
import { acceptWords } from '../../../../../functions/captioner/analysis/text/accept-words.ts';

const RULES = { knownAtLeast: 0.5, unknownAtLeast: 0.8, shortAtLeast: 0.9, lineAtLeast: 0.72 };

const word = (text: string, confidence: number, known = false) => ({ text, confidence, known });

const said = (...words: ReturnType<typeof word>[]) => acceptWords({ words, lang: 'en' }, RULES);

describe('words that are believed', () => {
  it('asks less of a word that the dictionary knows, and names its language', () => {
    expect(said(word('STOP', 0.6, true))).toEqual({ text: 'STOP', confidence: 0.6, lang: 'en' });
    expect(said(word('Xqvzt', 0.6))).toBeUndefined();
  });

  it('keeps names and numbers that are sure, without a language', () => {
    expect(said(word('Zalando', 0.9), word('42', 0.95))).toEqual({ text: 'Zalando 42', confidence: expect.closeTo(0.911, 3) });
  });

  it('drops what frames and specks are read as', () => {
    expect(said(word('|', 0.99), word('_SALE|', 0.9, true), word('~', 0.95))?.text).toBe('SALE');
    expect(said(word('=—|', 0.99))).toBeUndefined();
    expect(said(word('a~|~b', 0.99))).toBeUndefined();
  });

  it('keeps prices, shares, quotes and a sign between two words', () => {
    expect(said(word('$9.99', 0.95), word('50%', 0.95))?.text).toBe('$9.99 50%');
    expect(said(word('Fish', 0.9, true), word('&', 0.4), word('Chips!', 0.9, true))?.text).toBe('Fish & Chips!');
    expect(said(word('&', 0.9), word('Chips', 0.9, true))?.text).toBe('Chips');
  });

  it('asks most of one or two letters', () => {
    expect(said(word('lI', 0.85))).toBeUndefined();
    expect(said(word('7B', 0.95))?.text).toBe('7B');
  });

  it('takes pairs of letters for nothing known', () => {
    expect(said(word('TT', 0.7, true), word('WYR', 0.6, true))).toEqual({ text: 'WYR', confidence: 0.6, lang: 'en' });
  });

  it('does not believe a word among many that are illegible', () => {
    expect(said(word('the', 0.6, true), word('ixqwz', 0.3), word('wvmmq', 0.2))).toBeUndefined();
    expect(said(word('the', 0.6, true), word('ixq', 0.3), word('wvm', 0.2))?.text).toBe('the');
  });

  it('believes all words of a line that is read well', () => {
    expect(said(word('Fresh', 0.95, true), word('Xqvz', 0.5), word('bread', 0.97, true), word('Qx', 0.1))?.text).toBe('Fresh Xqvz bread');
    expect(said(word('Fresh', 0.7, true), word('Xqvz', 0.5), word('bread', 0.7, true))?.text).toBe('Fresh bread');
  });

  it('says nothing for no words', () => {
    expect(said()).toBeUndefined();
  });
});
