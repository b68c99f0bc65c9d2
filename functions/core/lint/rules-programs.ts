// What programs leave behind in texts: markup, tokens, broken encodings, invisible characters, and sentences about themselves.
import type { LintRule } from './rule.ts';

const BOILERPLATE = [
  /\b(?:image|photo|picture) may contain\b/i,
  /\b(?:may|could|might) be an? (?:[\w-]+ )?(?:image|photo|illustration|graphic|cartoon|doodle|meme|close-up) of\b/i,
  /\bno (?:[a-z]+ ){0,3}(?:description|alt(?:ernative)? text)\b/i,
  /\bkeine? (?:alternativtext|bildbeschreibung|beschreibung)\b/i,
  /^a picture containing\b/i,
  /\b(?:automatically|ai)[- ]generated (?:description|content|captions?|alt|text)\b/i,
  /\bdescription (?:automatically|ai)[- ]generated\b/i,
  /automatisch generierte beschreibung|description générée automatiquement|descripción generada automáticamente/i,
  /\bas an ai\b|\bai language model\b|^i(?: can(?:no|')t|'m unable to|'m sorry| am (?:unable to|sorry))\b/i,
  /^(?:sure|certainly|of course)[!,]\s/i,
  /\bhere(?:'s| is) (?:an?|the|your) (?:[a-z]+ )?(?:description|caption|alt)/i,
  /^(?:the |an? )?alt(?:ernative)? text (?:for|of|is|:)/i,
];

const MODEL_TOKEN =
  /<\|?\/?(?:unk|pad|eos|bos|s|mask|image|endoftext|im_start|im_end|loc_\d+|start_of_\w+|end_of_\w+)\|?>|\[\/?(?:UNK|CLS|SEP|PAD|MASK|INST)\]|(?:^|\s)##\p{L}/u;

const TAG =
  /<\/?(?:a|b|i|u|p|br|hr|em|strong|small|span|div|font|center|sub|sup|h[1-6]|ul|ol|li|table|tr|td|img|figure|script|style)(?:\s[^<>]*)?\/?>/i;

/** The named character references that are met in texts. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  deg: '°',
  middot: '·',
  times: '×',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bdquo: '„',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
};
const ENTITY = new RegExp(`&(?:(${Object.keys(NAMED).join('|')})|#(\\d{1,7})|#[xX]([\\da-fA-F]{1,6}));`, 'g');
const MAX_CODE_POINT = 0x10ffff;
const DECIMAL = 10;
const HEXADECIMAL = 16;

const characterOf = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base);
  return code > MAX_CODE_POINT ? '' : String.fromCodePoint(code);
};

const decodeEntities = (text: string): string =>
  text.replace(ENTITY, (_, name?: string, decimal?: string, hexadecimal?: string) => {
    if (name !== undefined) return NAMED[name] ?? '';
    return decimal === undefined ? characterOf(hexadecimal ?? '', HEXADECIMAL) : characterOf(decimal, DECIMAL);
  });

/** UTF-8 that was read as Windows-1252, and the sign for what could not be read at all. */
const MOJIBAKE = /Ã[\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u2122]|Â[\u00a0-\u00bf]|â€|ï»¿|\ufffd/;

/** Joiners belong between letters of Arabic, Persian or Indian scripts and in emoji, and nowhere else. */
const STRAY_JOINER = /(?<=^|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\s\p{P}\p{Nd}])[\u200c\u200d]/gu;
const LINE_SEPARATOR = /[\u2028\u2029]/g;
const INVISIBLE = /(?![\t\n\r])\p{Cc}|[\u00ad\u200b\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]|[\ue000-\uf8ff]|\p{Surrogate}/gu;

const withoutInvisible = (text: string): string => text.replace(LINE_SEPARATOR, ' ').replace(INVISIBLE, '').replace(STRAY_JOINER, '');

const STYLED = /[\u{1d400}-\u{1d7ff}]{2}|[\u24b6-\u24e9]{2}|[\u{1f130}-\u{1f189}]{2}/u;

/** Turned letters; phonetic transcripts have some of them, but no turned t. */
const TURNED = /[ʇǝɥɹɯʍɐɔᴉ]/g;
const LEAST_TURNED = 3;
const isUpsideDown = (said: string): boolean => said.includes('ʇ') && (said.match(TURNED)?.length ?? 0) >= LEAST_TURNED;

const FULL_WIDTH = /[\uff21-\uff3a\uff41-\uff5a]{2}/;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const SPACED_LETTERS = /(?<![\p{L}\p{N}])(?:\p{L} ){3,}\p{L}(?![\p{L}\p{N}])/u;

/** Rules about remains of programs. */
export const PROGRAM_RULES: readonly LintRule[] = [
  {
    id: 'control-characters',
    severity: 'error',
    why: 'Characters that cannot be seen break words in speech and on Braille displays.',
    fix: 'Delete the invisible character and type the word anew.',
    source: 'Unicode 23.8; Trojan Source (CVE-2021-42574) for the reordering ones',
    everywhere: true,
    hit: ({ raw }) => withoutInvisible(raw) !== raw,
    tidy: withoutInvisible,
  },
  {
    id: 'entity',
    severity: 'error',
    why: 'The text was escaped twice, so "&amp;" is shown and read as it stands.',
    fix: 'Write the character itself and escape it once.',
    source: 'HTML 13.1.4 character references',
    hit: ({ said }) => said.search(ENTITY) >= 0,
    tidy: decodeEntities,
  },
  {
    id: 'html',
    severity: 'error',
    why: 'Tags have no meaning in an attribute; they are read aloud sign by sign.',
    fix: 'Write plain words.',
    source: 'HTML 4.8.4.4: alternatives are plain text',
    hit: ({ said }) => TAG.test(said),
  },
  {
    id: 'model-token',
    severity: 'error',
    why: 'A token of a language model stands where a word is missing.',
    fix: 'Describe the picture anew.',
    source: 'WCAG 2.2 F30',
    hit: ({ raw }) => MODEL_TOKEN.test(raw),
  },
  {
    id: 'boilerplate',
    severity: 'error',
    why: 'The sentence is about a program, or says that it has nothing to say; listeners hear it again and again.',
    fix: 'Say what the picture shows; who wrote the text belongs into data, not into the text.',
    source: 'WCAG 2.2 F30',
    hit: ({ said }) => BOILERPLATE.some((pattern) => pattern.test(said)),
  },
  {
    id: 'mojibake',
    severity: 'error',
    why: 'The text was read with the wrong character encoding, and is read aloud like that.',
    fix: 'Restore the letters, and serve the page as UTF-8.',
    source: 'WHATWG Encoding',
    hit: ({ raw }) => MOJIBAKE.test(raw),
  },
  {
    id: 'styled-letters',
    severity: 'error',
    why: 'Letters in fancy alphabets, or with a space after each, are read one by one, by their mathematical names, or not at all.',
    fix: 'Write ordinary letters; styling is for CSS.',
    source: 'WCAG 2.2 F71 (look-alike characters), F32 (spaces in words)',
    hit: ({ said }) =>
      STYLED.test(said) || isUpsideDown(said) || SPACED_LETTERS.test(said) || (FULL_WIDTH.test(said) && !EAST_ASIAN.test(said)),
  },
];
