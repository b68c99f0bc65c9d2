// "a" or "an": by the sound that the next word begins with, not by its letter.

const VOWEL_SOUND = /^(?:[aeiou]|hour|honest|honou?r|heir|x-ray|(?:hdtv|lcd|led|mp3|mri|nba|rv|suv)s?\b)/;
const CONSONANT_SOUND =
  /^(?:eu|ew|one\b|once|ufo|uk\b|ukulele|unanim|un(?:ic|if|ion|iq|is|it|iv)|urin|usa?\b|us(?:e|ual|ur)|ut(?:ensil|ilit|op))/;

/** "an" before a vowel sound, else "a". */
export const articleFor = (word: string): 'a' | 'an' => {
  const lower = word.toLowerCase();
  return VOWEL_SOUND.test(lower) && !CONSONANT_SOUND.test(lower) ? 'an' : 'a';
};

/** The text with the "a" or "an" before `word` that it needs. */
export const withArticle = (word: string): string => `${articleFor(word)} ${word}`;

/** The English text with every "a" and "an" agreeing with the word after it. */
export const mendArticles = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}'’-])(an?) (?=([\p{L}][\p{L}-]*))/giu, (_, article: string, next: string) => {
    const right = articleFor(next);
    return `${/^[A-Z]/.test(article) ? right.charAt(0).toUpperCase() + right.slice(1) : right} `;
  });
