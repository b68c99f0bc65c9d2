// Words of a text: for comparing what two texts say, and for keywords and file names.

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;

/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Plurals that no ending tells. */
const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  feet: 'foot',
  teeth: 'tooth',
  geese: 'goose',
  mice: 'mouse',
  knives: 'knife',
  leaves: 'leaf',
  shelves: 'shelf',
  loaves: 'loaf',
  scarves: 'scarf',
  wolves: 'wolf',
  buses: 'bus',
  glasses: 'glasses',
};

const FUNCTION_WORDS = new Set(
  (
    'a an the this that these those some any each every no and or but nor so yet of in on at to by for from with without into onto over under ' +
    'above below between among through across along around near beside next behind front top bottom left right middle side back up down off out ' +
    'is are was were be been being has have had do does did can will would it its he she they them his her hers their theirs him there here ' +
    'who which what where when while as than then not very one two three four five six seven eight nine ten several many few other another ' +
    'group pair couple bunch piece set view close closeup full image picture photo photograph shot background foreground text'
  ).split(' '),
);

/** English singular of a lower-case word, good enough to compare two words by. */
export const singularOf = (word: string): string => {
  if (Object.hasOwn(IRREGULAR, word)) return IRREGULAR[word] ?? word;
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|zz)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
};

/** The text's words in lower case, in order. */
export const wordsOf = (text: string): string[] => text.normalize('NFKC').toLowerCase().match(WORD) ?? [];

/** Words that mean something by themselves. */
export const contentWords = (text: string): string[] =>
  wordsOf(text)
    .map((word) => word.replace(/['’]s$/u, ''))
    .filter((word) => !FUNCTION_WORDS.has(word));

/** Whether the words of `phrase` stand in `text` one after the other, in singular or plural; an empty phrase stands nowhere. */
export const hasPhrase = (text: string, phrase: string): boolean => {
  if (UNSPACED.test(phrase)) return text.normalize('NFKC').includes(phrase.normalize('NFKC').trim());
  const [all, wanted] = [wordsOf(text).map(singularOf), wordsOf(phrase).map(singularOf)];
  return wanted.length > 0 && all.some((_, from) => wanted.every((word, i) => all[from + i] === word));
};

/** Whether `context` says all that `text` says: each of its content words, in singular or plural. */
export const isSaidIn = (text: string, context: string): boolean => {
  const there = new Set(wordsOf(context).map(singularOf));
  const meant = contentWords(text).map(singularOf);
  return meant.length > 0 && meant.every((word) => there.has(word));
};
