// Quotations in a text: words that were seen in the picture. They stay as they are, so rules look at the words around them.

/** First character of the Unicode area of private use; one of them stands for each quotation. */
const FIRST_STAND_IN = 0xe000;

/** Characters of that area. */
const MOST_QUOTATIONS = 6_400;

const PRIVATE_USE = /[\ue000-\uf8ff]/gu;

/** "…" that begin after a space or bracket and end before one, so that 15" is an inch; and “…”, „…“, ”…”, «…», ‹…›, 「…」. */
export const QUOTATION =
  /(?<=^|[\s([{–—:,/-])"(?!\s)[^"]*(?<!\s)"(?=$|[\s.,;:!?)\]}–—/-])|[“„][^“”„]+[”“]|”[^“”]+”|«[^«»]+»|‹[^‹›]+›|「[^「」]+」/gu;

/** A text with its quotations taken out, and the way back. */
export type Unquoted = { said: string; back(said: string): string };

/** Takes the quotations out; each leaves one character of private use behind. Such characters of the text itself are dropped. */
export const unquote = (text: string): Unquoted => {
  const quotations: string[] = [];
  const said = text.replace(PRIVATE_USE, '').replace(QUOTATION, (quotation) => {
    if (quotations.length === MOST_QUOTATIONS) return quotation;
    quotations.push(quotation);
    return String.fromCharCode(FIRST_STAND_IN + quotations.length - 1);
  });
  return { said, back: (mended) => mended.replace(PRIVATE_USE, (stand) => quotations[stand.charCodeAt(0) - FIRST_STAND_IN] ?? '') };
};
