// SSML of a spoken text, in as many documents as the engine's bounds ask for: https://www.w3.org/TR/speech-synthesis11/, of which only the
// tags speak, p, break, sub and lang are used.
import type { SpeechBounds, SpeechPart, SpokenText } from './speech-ports.ts';

/** Between the parts of a long description. */
const PAUSE = '<break time="400ms"/>';
const PARAGRAPH_FRAME = `<p></p>\n${PAUSE}`.length;
const DOCUMENT_FRAME = '<speak></speak>'.length;

const SENTENCE_ENDS = /(?<=[.!?…]["”’»)]?\s+)|(?<=[。！？])/u;
const WORD_ENDS = /(?<=\s)/u;

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const LONGEST_ESCAPE = 6;

/** The tag with region that the engine wants for a language; undefined when it cannot change to it. */
export type TagOf = (lang: string) => string | undefined;

type Paragraph = SpeechPart[];

const content = (text: string): string => text.replace(/[&<>]/g, (character) => ESCAPED[character] ?? '');
const attribute = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '');

const said = ({ text, alias }: SpeechPart): string =>
  alias === undefined ? content(text) : `<sub alias="${attribute(alias)}">${content(text)}</sub>`;

const inLang = (inner: string, lang: string | undefined, tagOf: TagOf): string => {
  const tag = lang === undefined ? undefined : tagOf(lang);
  return tag === undefined ? inner : `<lang xml:lang="${attribute(tag)}">${inner}</lang>`;
};

/** Neighbours of one language stand in one tag: each change of it would be heard as a pause. */
const paragraphOf = (parts: Paragraph, tagOf: TagOf): string => {
  let result = '';
  for (let at = 0; at < parts.length; ) {
    const lang = parts[at]?.lang;
    const other = parts.findIndex((part, i) => i > at && part.lang !== lang);
    const end = other < 0 ? parts.length : other;
    result += inLang(parts.slice(at, end).map(said).join(''), lang, tagOf);
    at = end;
  }
  return `<p>${result}</p>`;
};

const documentOf = (paragraphs: readonly Paragraph[], tagOf: TagOf): string =>
  `<speak>${paragraphs.map((parts) => paragraphOf(parts, tagOf)).join(`\n${PAUSE}`)}</speak>`;

function* chunks(text: string, most: number): Iterable<string> {
  for (let rest = [...text]; rest.length > 0; rest = rest.slice(most)) yield rest.slice(0, most).join('');
}

/** Pieces of at most `most` characters: sentences, where these are too long words, where these are too long anything. */
const pieces = (text: string, most: number): string[] =>
  text
    .split(SENTENCE_ENDS)
    .flatMap((sentence) => (sentence.length <= most ? [sentence] : sentence.split(WORD_ENDS)))
    .flatMap((piece) => (piece.length <= most ? [piece] : [...chunks(piece, most)]));

/** What is said otherwise than it is written stays whole: it is short. */
const cut = (part: SpeechPart, most: number): SpeechPart[] =>
  part.alias === undefined ? pieces(part.text, most).map((text) => ({ ...part, text })) : [part];

/**
 * The documents, each within the bounds, cut at sentences where one is not enough. Without tags they are the text of `spoken`; only the line
 * end between two paragraphs is left out where a document ends there.
 */
export const ssmlDocuments = ({ paragraphs }: SpokenText, tagOf: TagOf, bounds: SpeechBounds): string[] => {
  const most = Math.floor(Math.min(bounds.billed, bounds.ssml / LONGEST_ESCAPE) / 2);
  const documents: Paragraph[][] = [];
  let room = { billed: 0, ssml: 0 };
  const put = (part: SpeechPart, isFirst: boolean): void => {
    const ssml = inLang(said(part), part.lang, tagOf).length + (isFirst ? PARAGRAPH_FRAME : 0);
    const billed = part.text.length + (isFirst ? 1 : 0);
    const fits = billed <= room.billed && ssml <= room.ssml;
    if (!fits) {
      documents.push([]);
      room = { billed: bounds.billed, ssml: bounds.ssml - DOCUMENT_FRAME - PARAGRAPH_FRAME };
    }
    if (isFirst || !fits) documents.at(-1)?.push([]);
    documents.at(-1)?.at(-1)?.push(part);
    room = { billed: room.billed - billed, ssml: room.ssml - ssml };
  };
  for (const parts of paragraphs) {
    for (const [at, part] of parts.flatMap((one) => cut(one, most)).entries()) put(part, at === 0);
  }
  return documents.map((document) => documentOf(document, tagOf));
};

/** What is said, as it is written: paragraphs on lines of their own. */
export const plainText = ({ paragraphs }: SpokenText): string =>
  paragraphs.map((parts) => parts.map(({ text }) => text).join('')).join('\n');
