// How sure a machine's text is, and how doubt is said: first, because what comes last is heard too late
// (MacLeod et al. 2017, "Understanding blind people's experiences with computer-generated captions").
import type { Text } from '../record/record.ts';
import { continued } from './letters.ts';

/** From this probability on a machine's text counts as sure: at least four of five such texts are right. */
export const SURE_FROM = 0.8;

/** Facts below this probability are not told at all. */
export const TOLD_FROM = 0.5;

/** "Probably" in the languages that it can be said in. */
const PROBABLY: ReadonlyMap<string, string> = new Map([
  ['en', 'Probably'],
  ['de', 'Wahrscheinlich'],
  ['es', 'Probablemente'],
  ['fr', 'Probablement'],
  ['it', 'Probabilmente'],
  ['nl', 'Waarschijnlijk'],
  ['pt', 'Provavelmente'],
  ['sv', 'Troligen'],
  ['da', 'Sandsynligvis'],
  ['nb', 'Sannsynligvis'],
  ['no', 'Sannsynligvis'],
  ['pl', 'Prawdopodobnie'],
  ['cs', 'Pravděpodobně'],
  ['fi', 'Todennäköisesti'],
  ['tr', 'Muhtemelen'],
  ['ru', 'Вероятно'],
  ['uk', 'Ймовірно'],
  ['ja', 'おそらく'],
  ['ko', '아마도'],
  ['zh', '可能'],
]);

const primary = (lang: string): string => lang.split('-')[0]?.toLowerCase() ?? '';

/** Whether a text is English. */
export const isEnglish = (lang: string): boolean => primary(lang) === 'en';

/** Whether a text is a machine's that is not sure: an unknown or uncalibrated probability counts as unsure. */
export const isUnsure = ({ origin, confidence, calibrated }: Pick<Text, 'origin' | 'confidence' | 'calibrated'>): boolean =>
  origin === 'machine' && (calibrated === false || confidence === undefined || confidence < SURE_FROM);

/** The sentence with its doubt in front, once; in a language without a word for it, as it was. */
export const doubted = (sentence: string, lang: string): string => {
  const word = PROBABLY.get(primary(lang));
  if (word === undefined || sentence.toLowerCase().startsWith(word.toLowerCase())) return sentence;
  return `${word}: ${isEnglish(lang) ? continued(sentence) : sentence}`;
};
