// Languages and the letters that they are written in; only languages with one script are listed. Source: Unicode CLDR.

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Latin}/gu, 'en de fr es it pt nl sv da nb no nn fi pl cs sk tr vi hu ro ca hr sl et lv lt is ga cy id'],
  [/\p{Script=Cyrillic}/gu, 'ru uk bg be mk'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Arabic}/gu, 'ar fa ur'],
  [/\p{Script=Hebrew}/gu, 'he yi'],
  [/\p{Script=Devanagari}/gu, 'hi mr ne'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja zh'],
];

const LETTER = /\p{L}/gu;

/** Fewer letters may be a name or a formula. */
const LEAST_LETTERS = 4;

/** Names and brands keep their letters in every language; a whole sentence does not. */
const LEAST_WORDS = 4;
const SMALLEST_SHARE = 0.2;

/** Whether a text is certainly not in the script of its language (BCP 47). */
export const isOtherScript = (text: string, lang = ''): boolean => {
  const language = lang.toLowerCase().split('-')[0] ?? '';
  const script = SCRIPTS.find(([, languages]) => languages.split(' ').includes(language));
  const letters = text.match(LETTER)?.length ?? 0;
  if (script === undefined || letters < LEAST_LETTERS) return false;
  const own = text.match(script[0])?.length ?? 0;
  const isSentence = script === SCRIPTS[0] || text.split(/\s+/).length >= LEAST_WORDS;
  return isSentence && own < SMALLEST_SHARE * letters;
};
