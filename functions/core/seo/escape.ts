// Texts of people, pictures and shops made harmless for HTML, XML, Markdown and scripts; parsing gives back the text as `plainText` has it.
// Rules: HTML 13.2.5 (entities), 13.1.1 of script contents, XML 1.0 2.2 (characters), CommonMark 0.31 2.4 (escapes), UAX #9 (bidi controls).

/** Removed: controls besides tab and line feed, noncharacters, byte order marks, and the bidi embeddings and overrides that isolates have replaced. */
const UNSPOKEN = /(?![\t\n])[\p{Cc}\p{Noncharacter_Code_Point}\u202a-\u202e\ufeff]/gu;

/**
 * The text as every output holds it: lone surrogates become U+FFFD, line ends become line feeds, and what nobody can read aloud or see
 * (controls, noncharacters, byte order marks, bidi embeddings and overrides) is left out. Everything else stays.
 */
export const plainText = (text: string): string => text.toWellFormed().replace(/\r\n?/g, '\n').replace(UNSPOKEN, '');

const HTML: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  // templates of Vue, Jinja, Liquid and Handlebars begin with braces
  '{': '&#123;',
  '}': '&#125;',
};

/** For HTML text and for attribute values in quotation marks. */
export const escapeHtml = (text: string): string => plainText(text).replace(/[&<>"'`{}]/g, (mark) => HTML[mark] ?? mark);

/** For XML text and for attribute values in quotation marks. */
export const escapeXml = (text: string): string => plainText(text).replace(/[&<>"']/g, (mark) => HTML[mark] ?? mark);

/** Punctuation that has a meaning somewhere in a line of Markdown, or in the templates around it. */
const MARKDOWN = /[\\*_[\]~|!$^`]|:(?=\S)/g;

/** The text on one line: runs of white space become one space, as HTML shows them. */
export const oneLine = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();

/** For one line of Markdown, such as the description of a picture. */
export const escapeMarkdown = (text: string): string =>
  oneLine(text)
    .replace(/[&<>{}]/g, (mark) => HTML[mark] ?? mark)
    .replace(MARKDOWN, '\\$&');

/**
 * For an address in the brackets of Markdown's `![...](...)`; the address is a URL as URL.href writes it. The host stays: bucket names have
 * underscores, IPv6 has brackets, and not every client decodes a host.
 */
export const escapeMarkdownUrl = (url: string): string => {
  const { origin } = new URL(url);
  const path = url.slice(origin.length).replaceAll('&', '&amp;');
  return `${origin}${path.replace(/[()\\<>*_~|`[\]]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`;
};

/** JSON for the inside of a `<script>`: the same value, without `<`, `>`, `&` and the two line ends that JavaScript knows besides. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
