// What people may write: well-formed, trimmed, without control characters and within bounds; `alt: " "` is an error (WCAG technique F39).
import { invalidField } from '../lookup/request-error.ts';
import { canonicalLang } from '../record/languages.ts';
import { TEXT_KINDS, type TextKind } from '../record/record.ts';

/** Most characters (code points) of a person's text. Alt: what the most generous channel takes, Mastodon's 1,500. */
export const TEXT_LIMITS: Readonly<Record<TextKind, number>> = { alt: 1_500, caption: 2_000, long: 8_000, title: 300 };

/** Most characters (code points) of a reason or note. */
export const MAX_NOTE_CHARS = 500;

/** Controls, line and paragraph separators, and code points that XML cannot hold. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** The same, but paragraphs are allowed. */
const FORBIDDEN_IN_PARAGRAPHS = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;

/** Spaces and what nobody sees or hears, such as a zero-width space or an empty Braille cell. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

const lengthOf = (text: string): number => [...text].length;

/**
 * A line that a person has written, trimmed. `paragraphs`: line feeds are allowed.
 * @throws RequestError INVALID_REQUEST naming `field`
 */
export const checkedLine = (field: string, text: string, max: number, paragraphs = false): string => {
  if (!text.isWellFormed()) throw invalidField(field, 'must be valid Unicode');
  const trimmed = (paragraphs ? text.replaceAll('\r\n', '\n') : text).trim();
  if ((paragraphs ? FORBIDDEN_IN_PARAGRAPHS : FORBIDDEN).test(trimmed)) {
    throw invalidField(
      field,
      paragraphs ? 'must have no control characters but line feeds' : 'must be one line without control characters',
    );
  }
  if (lengthOf(trimmed) > max) throw invalidField(field, `must have at most ${max} characters`);
  return trimmed;
};

/**
 * A text of this kind as it is stored. Only an alt may be empty: that says that the picture is decorative.
 * @throws RequestError INVALID_REQUEST naming `field`
 */
export const checkedText = (field: string, kind: TextKind, text: string): string => {
  const trimmed = checkedLine(field, text, TEXT_LIMITS[kind], kind === 'long');
  if (!BLANK.test(trimmed)) return trimmed;
  if (kind !== 'alt') throw invalidField(field, `must not be empty: withdraw the ${kind} instead`);
  if (text !== '') throw invalidField(field, 'must not be blank: screen readers would read the file name; "" says that it is decorative');
  return trimmed;
};

/** A language tag in its canonical form. @throws RequestError INVALID_REQUEST naming `field` */
export const checkedLang = (field: string, tag: string): string => {
  const lang = canonicalLang(tag);
  if (lang !== undefined) return lang;
  throw invalidField(field, 'must be a language tag of BCP 47, such as en or pt-BR');
};

/** @throws RequestError INVALID_REQUEST naming `field` */
export const checkedKind = (field: string, kind: string): TextKind => {
  const found = TEXT_KINDS.find((one) => one === kind);
  if (found !== undefined) return found;
  throw invalidField(field, `must be one of ${TEXT_KINDS.join(', ')}`);
};
