// Lists of search terms, told from lists of things by what comes again in them.

const FUNCTION_WORDS = new Set(
  'a an the and or of to in on at by for with from is are was were its their his her it that who und der die das mit von et le la les des du de y el los con'.split(
    ' ',
  ),
);
const LEAST_PARTS = 5;
const MOST_WORDS_A_PART = 4;
const LEAST_TIMES = 3;
const LEAST_WORDS = 8;
const MOST_FUNCTION_SHARE = 0.1;

/** Two words with the same beginning are forms of one: photographer, photography. */
const STEM_LETTERS = 6;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** How often the most frequent word comes that is not a function word. */
const mostOften = (words: readonly string[]): number => {
  const times = new Map<string, number>();
  for (const word of words.filter((one) => !FUNCTION_WORDS.has(one))) {
    const stem = word.slice(0, STEM_LETTERS);
    times.set(stem, (times.get(stem) ?? 0) + 1);
  }
  return Math.max(0, ...times.values());
};

const isListOfTerms = (text: string): boolean => {
  const parts = text
    .split(/[,;|]/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  if (parts.length < LEAST_PARTS || parts.some((words) => words.length > MOST_WORDS_A_PART)) return false;
  return mostOften(parts.flatMap((words) => [...new Set(words)])) >= LEAST_TIMES;
};

const isHeapOfTerms = (text: string): boolean => {
  const words = wordsOf(text);
  const joining = words.filter((word) => FUNCTION_WORDS.has(word)).length;
  return words.length >= LEAST_WORDS && joining <= MOST_FUNCTION_SHARE * words.length && mostOften(words) >= LEAST_TIMES;
};

/** Whether the text is a list of search terms. */
export const isKeywordList = (text: string): boolean => isListOfTerms(text) || (!/[.,:;!?]\s/.test(text) && isHeapOfTerms(text));
