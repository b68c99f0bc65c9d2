// Signs that are read by their names, or make a voice stumble: emoji, ornaments, spacing, punctuation, markup of chats and notes.
import type { LintRule } from './rule.ts';

const EMOJI = /(?![©®™‼⁉ℹ↔-↪★☆●■✓✔✗✘➜♥♦♪])\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const EMOJI_PARTS =
  /(?![©®™‼⁉ℹ↔-↪★☆●■✓✔✗✘➜♥♦♪])\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d)*|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3/gu;

const EMOTICON = /(?<=^|\s)(?:[:;=][-o']?[)(\][DPp|/\\]+|<3|:'\(|\^_\^|¯\\_\(ツ\)_\/¯|[xX]D|;-?\))(?=$|[\s.,!])/u;

/** Between words, a bar or arrow parts them as a comma does. */
const PARTING = /(?<=[\p{L}\p{N}\p{Co}])\s*(?:\s[|›]\s|\|\|+|[»→➜►]|\s>>\s)\s*(?=[\p{L}\p{N}\p{Co}])/gu;
const ORNAMENT = /([*_=~#|<>+^-])\1{2,}|[•●■□▪▫◦▶►▼◄◆◇★☆✓✔✗✘✦✧❖➤➜→←↑↓⇒⇐♥♦♪]|«»|\|\||(?:^|\s)[|›»](?=\s|$)/u;
const ORNAMENTS = new RegExp(ORNAMENT, 'gu');

const SPACING = /\s{2,}|[\t\n\r\v\f]|^\s|\s$/;
const SPACES = /\s{2,}|[\t\n\r\v\f]/g;

const LOUD = /[!?]{2,}|\.{4,}/;
const LOUD_RUNS = /[!?]{2,}|\.{4,}/g;

const softened = (run: string): string => (run.startsWith('.') ? '...' : run.includes('?') ? '?' : '!');

/** Each with what is left of it. */
const MARKDOWN: readonly (readonly [RegExp, string])[] = [
  [/!?\[([^[\]]*)\]\([^()\s]+\)/g, '$1'],
  [/!\[([^[\]]*)\]/g, '$1'],
  [/\*\*([^*]+)\*\*/g, '$1'],
  [/(?<![\p{L}\p{N}_])__([^_]+)__(?![\p{L}\p{N}_])/gu, '$1'],
  [/(?<![\p{L}\p{N}*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\p{L}\p{N}*])/gu, '$1'],
  [/~~([^~]+)~~/g, '$1'],
  [/`([^`]+)`/g, '$1'],
  [/^\s*#{1,6}\s+/g, ''],
  [/^\s*[-*+]\s+(?=\S)/g, ''],
];

const withoutMarkdown = (text: string): string => MARKDOWN.reduce((words, [mark, left]) => words.replace(mark, left), text);

const HASHTAGS = /(?<![\p{L}\p{N}&])#\p{L}[\p{L}\p{N}_]*/gu;
const MOST_HASHTAGS = 1;

/** Not before an ellipsis, and not before a colon or semicolon: French puts a space there. */
const SPACED_STOP = /(?<=\S)\s+([,.])(?=\s|$)/;
const SPACED_APOSTROPHE = /(?<=\p{L}) ['’] ?s(?=\s|$)/u;
const SPACED_STOPS = new RegExp(SPACED_STOP, 'g');
const SPACED_APOSTROPHES = new RegExp(SPACED_APOSTROPHE, 'gu');

/** Inches, and quotation marks inside a name such as Toys"R"Us. */
const NOT_A_QUOTE = /(?<=\d)"|(?<=\p{L})"(?=\p{L})/gu;
const LIST_MARK = /(?<=^|[;.] )[\p{L}\p{N}]{1,2}\)/gu;
const LONE_QUOTE = /["“”„«»]/;
const BRACKETS = ['()', '[]'] as const;

const isUneven = (text: string, [open = '', close = '']: string): boolean => {
  let depth = 0;
  for (const character of text) {
    if (character === open) depth += 1;
    if (character === close) depth -= 1;
    if (depth < 0) return true;
  }
  return depth !== 0;
};

const isUnbalanced = (said: string): boolean => {
  const text = said.replace(NOT_A_QUOTE, '').replace(LIST_MARK, '').replace(new RegExp(EMOTICON, 'gu'), '');
  return LONE_QUOTE.test(text.replace(/«»/g, '').replace(/\s»\s/g, ' ')) || BRACKETS.some((pair) => isUneven(text, pair));
};

/** Rules about signs. */
export const MARK_RULES: readonly LintRule[] = [
  {
    id: 'emoji',
    severity: 'warning',
    why: 'Each emoji is read by its full name, such as "face with tears of joy".',
    fix: 'Leave it out, or say in words what it is meant to say.',
    source: 'House style: no emoji; WCAG 2.2 H86',
    hit: ({ said }) => EMOJI.test(said),
    tidy: (said) => said.replace(EMOJI_PARTS, ' '),
  },
  {
    id: 'emoticon',
    severity: 'warning',
    why: 'Smileys made of punctuation are read sign by sign: "colon, right parenthesis".',
    fix: 'Leave it out, or say in words what it is meant to say.',
    source: 'WCAG 2.2 F72, H86 (ASCII art)',
    hit: ({ said }) => EMOTICON.test(said),
  },
  {
    id: 'markdown',
    severity: 'warning',
    why: 'Markdown has no meaning in an attribute; its signs are read aloud.',
    fix: 'Write plain words.',
    source: 'HTML 4.8.4.4: alternatives are plain text',
    hit: ({ said }) => withoutMarkdown(said) !== said,
    tidy: withoutMarkdown,
  },
  {
    id: 'ornament',
    severity: 'warning',
    why: 'Stars, bars, bullets and arrows are read by their names.',
    fix: 'Leave them out; a comma or a full stop parts the words.',
    source: 'House style: no ornaments; WCAG 2.2 F72',
    hit: ({ said }) => ORNAMENT.test(said) || said.search(PARTING) >= 0,
    tidy: (said) => said.replace(PARTING, ', ').replace(ORNAMENTS, ' '),
  },
  {
    id: 'loud-punctuation',
    severity: 'warning',
    why: 'Repeated marks are read one by one, or make the voice shout.',
    fix: 'One mark is enough.',
    source: 'House style: speakability',
    hit: ({ said }) => LOUD.test(said),
    tidy: (said) => said.replace(LOUD_RUNS, softened),
  },
  {
    id: 'hashtag',
    severity: 'warning',
    why: 'Hashtags are for search; in speech they are "number sign" and words run together.',
    fix: 'Put them into the post, not into the text of the picture.',
    source: 'House style: speakability',
    hit: ({ said }) => (said.match(HASHTAGS)?.length ?? 0) > MOST_HASHTAGS,
  },
  {
    id: 'space-before-punctuation',
    severity: 'warning',
    why: 'A comma or full stop that stands alone is read as "comma" or "dot", or the pause is lost.',
    fix: 'Put it right behind the word.',
    source: 'House style: speakability',
    hit: ({ said }) => SPACED_STOP.test(said) || SPACED_APOSTROPHE.test(said),
    tidy: (said) => said.replace(SPACED_STOPS, '$1').replace(SPACED_APOSTROPHES, "'s"),
  },
  {
    id: 'double-space',
    severity: 'warning',
    why: 'Spaces at the ends, double spaces and line breaks make some voices pause or read in pieces.',
    fix: 'One space between words, none at the ends.',
    source: 'House style: no double spaces',
    hit: ({ said }) => said.trim() !== '' && SPACING.test(said),
    tidy: (said) => said.replace(SPACES, ' ').trim(),
  },
  {
    id: 'unbalanced-quotes',
    severity: 'warning',
    why: 'A quotation mark or bracket without its partner: a part of the text is missing, or nobody can tell where it ends.',
    fix: 'Close what is open.',
    source: 'House style: text seen in the picture is quoted',
    hit: ({ said }) => isUnbalanced(said),
  },
];
