// A suggested file name: lower-case kebab-case, 3 to 6 content words, the extension by the real format (Google Search Central, image SEO).
import type { MediaFormat } from '../picture/video-format.ts';
import type { CaptionRecord } from '../record/record.ts';
import { spokenPart } from './destination.ts';
import { keywordsOf } from './keywords.ts';
import { summaryOf } from './long-description.ts';
import { titleOf } from './title.ts';
import type { WordingRules } from './wording-rules.ts';
import { contentWords } from './words.ts';

const FEWEST_WORDS = 3;
const MOST_WORDS = 6;

/** Most characters of a name without its extension. */
const MOST_CHARACTERS = 80;

const ID_CHARACTERS = 8;

const EXTENSIONS: Readonly<Record<MediaFormat, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
  tiff: 'tiff',
  mp4: 'mp4',
  webm: 'webm',
};

/** Letters that Unicode does not take apart. */
const SPELLED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** A word in the letters that every file system and address has; '' when it has none of them. */
const plain = (word: string): string =>
  word
    .replace(/^\p{L}{1,2}['’](?=\p{L}{2})/u, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => SPELLED[letter] ?? '')
    .normalize('NFKD')
    .replace(/['’\p{M}]/gu, '')
    .replace(/[^a-z0-9]+/g, '');

const plainWords = (text: string): string[] =>
  contentWords(text)
    .map(plain)
    .filter((word) => word !== '');

const unique = (words: readonly string[]): string[] => [...new Set(words)];

/** What the uploader called it, unless that is a number of a camera. */
const uploadedName = ({ key }: CaptionRecord): string => spokenPart(key.slice(key.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '')) ?? '';

/** What names the picture; more from what it shows, its keywords and its key only while that is too short. */
const nameWords = (record: CaptionRecord, rules: WordingRules): string[] => {
  let words: string[] = [];
  for (const text of [titleOf(record, rules) ?? '', summaryOf(record, rules), ...keywordsOf(record, rules), uploadedName(record)]) {
    if (words.length < FEWEST_WORDS) words = unique(words.concat(plainWords(text)));
  }
  return words.slice(0, MOST_WORDS);
};

const fitting = (words: readonly string[]): string =>
  words
    .reduce((name, word) => (name === '' ? word : name.length + 1 + word.length > MOST_CHARACTERS ? name : `${name}-${word}`), '')
    .slice(0, MOST_CHARACTERS);

/** For a picture of which nothing is known: always the same for the same object. */
const namelessName = ({ id }: CaptionRecord): string =>
  `picture-${id
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, ID_CHARACTERS)}`;

/** The file name that a picture should have; fewer words only where not so many are known, no extension where the format is not. */
export const fileNameOf = (record: CaptionRecord, rules: WordingRules): string => {
  const name = fitting(nameWords(record, rules));
  const format = record.picture?.format;
  return `${name === '' ? namelessName(record) : name}${format === undefined ? '' : `.${EXTENSIONS[format]}`}`;
};
