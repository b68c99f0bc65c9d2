// How long a text takes to read or to hear.

/** Silent reading of adults: the mean over 190 studies in Brysbaert, "How many words do we read per minute?", J. Memory and Language 109 (2019). */
export const READING_WORDS_PER_MINUTE = 238;

/** Reading aloud: the mean of the same review (183), less the pauses between paragraphs; audio books are read at 150 to 160. */
export const SPEAKING_WORDS_PER_MINUTE = 160;

const SECONDS_PER_MINUTE = 60;

/** Words of a text, also where none are written apart (Unicode Standard Annex 29). */
export const countWords = (text: string): number =>
  [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].filter(({ isWordLike }) => isWordLike).length;

/** Whole seconds that reading takes: 0 of nothing, else at least 1. */
export const readingTimeS = (text: string, wordsPerMinute: number = READING_WORDS_PER_MINUTE): number =>
  Math.ceil((countWords(text) * SECONDS_PER_MINUTE) / wordsPerMinute);
