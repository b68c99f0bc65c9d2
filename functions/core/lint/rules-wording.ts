// How the words themselves read: too many, twice, unfinished, in capitals, or unsure only at the end.
import { isKeywordList } from './keyword-list.ts';
import type { LintAbout, LintRule } from './rule.ts';
import { isControl } from './rules-empty.ts';
import { isOtherScript } from './scripts.ts';

/** Most characters where a channel has a limit: X 420, Shopify 512, others as IPTC says of alternatives; none for long descriptions. */
const MOST_BY_USAGE: Readonly<Record<string, number>> = { x: 420, product: 512 };
const MOST_BY_KIND: Readonly<Record<string, number>> = { alt: 250, title: 120, caption: 2_000, long: 20_000 };

/** Most characters of a text: as asked, by channel, or by kind. */
const mostOf = ({ max, usage = '', kind = 'alt' }: LintAbout): number =>
  max ?? MOST_BY_USAGE[usage] ?? MOST_BY_KIND[kind] ?? Number.POSITIVE_INFINITY;

const WORD_TWICE = /(?<![\p{L}\p{N}'’.-])(\p{L}+)(\s+)(\1)(?![\p{L}\p{N}'’-])/giu;
const MAY_REPEAT = new Set(
  'very many much long so bye no yes ha had that tuk pom cha chop can hula tom dum wagga aye hear there nous vous die der das sie que si'.split(
    ' ',
  ),
);
const isName = (word: string): boolean => word.toLowerCase() !== word;

const withoutTwice = (text: string): string =>
  text.replace(WORD_TWICE, (all, first: string, _: string, second: string) =>
    isName(second) || MAY_REPEAT.has(second.toLowerCase()) ? all : first,
  );

const PHRASE = "((?:[\\p{L}\\p{N}'’-]+\\s+){1,7}[\\p{L}\\p{N}'’-]+)";
const PHRASE_TWICE = new RegExp(`(?<![\\p{L}\\p{N}'’-])${PHRASE}\\s+(\\1)(?![\\p{L}\\p{N}'’-])`, 'giu');
const SENTENCE_TWICE = new RegExp(`(?<=^|[.!?]\\s)${PHRASE}\\.\\s+(\\1)(?=[.!?\\s]*$|[.!?])`, 'giu');
const ITEM_TWICE =
  /(?<![\p{L}\p{N}'’-])((?:an?|two|three|in|on|with) (?:[\p{L}\p{N}'’-]+\s+){0,6}[\p{L}\p{N}'’-]+)(?:,|,? and) (\1)(?![\p{L}\p{N}'’-])/giu;
/** As in "hand in hand in a forest", "side by side by a fence", "lots and lots and lots". */
const HAND_IN_HAND = /^\p{L}+ (?:in|by|and|to|after|on|for|at|of|with|over)$/iu;
const isNames = (phrase: string): boolean => phrase.split(/\s+/).every(isName);

const withoutPhraseTwice = (text: string): string =>
  text
    .replace(PHRASE_TWICE, (all, first: string, second: string) => (isNames(second) || HAND_IN_HAND.test(first) ? all : first))
    .replace(SENTENCE_TWICE, '$1');

const UNSURE_END =
  /[\s,(](?:probably|possibly|maybe|perhaps|presumably|i (?:think|guess|believe|suppose)|not sure|or (?:so|something)(?: like that)?|vermutlich|vielleicht|wahrscheinlich|möglicherweise|peut-être|probablement|quizás|tal vez|forse)[).\s]*$/i;
const UNSURE_LATE = /,\s(?:possibly|perhaps|maybe|probably) [^,.]+[,.]? ?(?:perhaps|maybe)[.\s]*$/i;

const LOOSE_END = /\s(?:the|an?|and|or|und|oder)[\s.…]*$|[,;:]\s*$|\s[–—-]\s*$|\p{L}(?:\.{3}|…)$/u;
const LOOSE_MACHINE_END = /\s(?:of|with|at|near|on|in|to|from|by|for|next to|beside|behind|wearing|holding)\.?$/i;

const comparable = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? '';
const LEAST_WORDS = 3;
const MANY_WORDS = 6;
const LEAST_SHARE = 0.4;

/** Whether the words stand beside the picture already: all of them, or a good part of a short text. */
const isBeside = (text: string, beside: string, usage: string | undefined): boolean => {
  const [words, around] = [comparable(text), comparable(beside)];
  if (words === '' || around === '') return false;
  if (words === around) return true;
  if (!` ${around} `.includes(` ${words} `)) return false;
  const count = words.split(' ').length;
  return isControl(usage) || count >= MANY_WORDS || (count >= LEAST_WORDS && words.length >= LEAST_SHARE * around.length);
};

const ACRONYMS = new Set('UNESCO UNICEF NASDAQ COVID OPEC NATO NASA INTERPOL UNHCR UEFA'.split(' '));
const LEAST_LETTERS = 5;
const LEAST_RUN = 2;
const CAPITALS = /^\p{Lu}{2,}$/u;
const isShouted = (word: string): boolean => CAPITALS.test(word) && word.length >= LEAST_LETTERS && !ACRONYMS.has(word);

/** A sentence of capitals, or two long words of capitals in a row; abbreviations are neither. */
const isAllCaps = (said: string): boolean => {
  const words: string[] = said.match(/[\p{L}'’]+/gu) ?? [];
  const long = words.filter((word) => word.length > 1);
  if (long.length >= LEAST_RUN && long.every((word) => CAPITALS.test(word)) && long.some(isShouted)) return true;
  return words.some((word, i) => isShouted(word) && isShouted(words[i + 1] ?? ''));
};

/** Rules about wording. */
export const WORDING_RULES: readonly LintRule[] = [
  {
    id: 'too-long',
    severity: 'warning',
    why: 'Listeners cannot skim; what matters must come soon, and some channels refuse longer texts.',
    fix: 'Say the essence here, and put the rest into a long description.',
    source: 'IPTC AltTextAccessibility (250), X (420), Shopify (512); WCAG 2.2 G92, G95',
    hit: ({ raw }, about) => raw.length > mostOf(about),
  },
  {
    id: 'all-caps',
    severity: 'warning',
    why: 'Capitals may be read letter by letter, and are hard to read for people with dyslexia.',
    fix: 'Write in sentence case; quote words that stand in capitals in the picture.',
    source: 'House style: no ALL CAPS',
    hit: ({ said }) => isAllCaps(said),
  },
  {
    id: 'repeated-word',
    severity: 'warning',
    why: 'The same word twice sounds like a fault of the reader.',
    fix: 'Say it once.',
    source: 'House style: speakability',
    hit: ({ said }) => withoutTwice(said) !== said,
    tidy: withoutTwice,
  },
  {
    id: 'repeated-phrase',
    severity: 'warning',
    why: 'The same words twice in a row: typical of a model that has lost its thread.',
    fix: 'Say it once.',
    source: 'House style: speakability',
    hit: ({ said }) => withoutPhraseTwice(said) !== said,
    tidy: withoutPhraseTwice,
  },
  {
    id: 'repeated-item',
    severity: 'warning',
    why: 'The same thing is listed twice: a model has counted badly, or has lost its thread.',
    fix: 'Say how many there are, or say it once.',
    source: 'House style: a wrong confident text is worse than none, after MacLeod et al., CHI 2017',
    hit: ({ said }) => [...said.matchAll(ITEM_TWICE)].some(([, , second = '']) => !isNames(second)),
  },
  {
    id: 'keyword-stuffing',
    severity: 'warning',
    why: 'A list of search terms describes nothing, and search engines count it as spam.',
    fix: 'Describe the picture in a sentence.',
    source: 'WCAG 2.2 F30; Google Images best practices',
    hit: ({ said }) => isKeywordList(said),
  },
  {
    id: 'ends-unsure',
    severity: 'warning',
    why: 'Doubt that comes last is heard too late: the statement has been believed already.',
    fix: 'Say it first: "Probably: ..."',
    source: 'House style: uncertainty is said first, after MacLeod et al., CHI 2017',
    hit: ({ said }, { machine = false }) => UNSURE_END.test(said) || UNSURE_LATE.test(said) || (machine && said.trimEnd().endsWith('?')),
  },
  {
    id: 'dangling-end',
    severity: 'warning',
    why: 'The sentence stops before its end.',
    fix: 'Finish it, or end one clause earlier.',
    source: 'House style: cut at a clause, never inside',
    hit: ({ said }, { machine = false }) => LOOSE_END.test(said) || (machine && LOOSE_MACHINE_END.test(said)),
  },
  {
    id: 'context-duplicate',
    severity: 'warning',
    why: 'The same words stand beside the picture, so they are heard twice.',
    fix: 'Write alt="" if the words beside it say all, or say what they do not.',
    source: 'WCAG 2.2 H2, H67; W3C alt decision tree',
    hit: ({ raw }, { context = '', usage }) => isBeside(raw, context, usage),
  },
  {
    id: 'other-script',
    severity: 'warning',
    why: 'A voice for one language cannot read the letters of another.',
    fix: 'Translate the text, or give it its own lang.',
    source: 'WCAG 2.2 SC 3.1.2, H58',
    hit: ({ said }, { lang }) => isOtherScript(said, lang),
  },
];
