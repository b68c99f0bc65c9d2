// House style for texts of machines. People may write as they like where WCAG leaves them the choice.
import type { LintAbout, LintRule } from './rule.ts';

const isMachine = ({ machine = false }: LintAbout): boolean => machine;
const isEnglish = ({ lang = 'en' }: LintAbout): boolean => /^(?:en|x-default)\b/i.test(lang);
const isSentence = (about: LintAbout): boolean => isMachine(about) && about.kind !== 'title' && !/^th\b/i.test(about.lang ?? '');
const isEnglishMachine = (about: LintAbout): boolean => isMachine(about) && isEnglish(about);

const ENDED = /\p{Sentence_Terminal}["”’»)\]]*$|…$/u;
const HANGING = /[\s,;:–—-]+$/;
const EAST_ASIAN_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;

const ended = (said: string): string => {
  const words = said.replace(HANGING, '');
  if (words === '') return said;
  return ENDED.test(words) ? words : `${words}${EAST_ASIAN_END.test(words) ? '。' : '.'}`;
};

/** First word, unless it is spelled like iPhone or eBay. */
const FIRST = /^[\p{P}\s]*(\p{Ll})(?![\p{Ll}-]*[\p{Lu}\d])/u;
const firstSmall = (said: string): string | undefined => {
  const letter = FIRST.exec(said)?.[1];
  return letter !== undefined && letter.toUpperCase() !== letter ? letter : undefined;
};
const capitalised = (said: string): string => {
  const letter = firstSmall(said);
  return letter === undefined ? said : said.replace(letter, letter.toUpperCase());
};

const LEAST_TITLE_WORDS = 4;
const isTitleCase = (said: string): boolean => {
  const words = said.match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  return (
    words.length >= LEAST_TITLE_WORDS &&
    words.every((word) => /^\p{Lu}/u.test(word)) &&
    /\b(?:A|An|The|Of|In|On|At|With|And|By)\b/.test(said.slice(1))
  );
};

const PERSON =
  '(?:man|men|woman|women|boys?|girls?|persons?|people|child|children|kids?|lady|ladies|couples?|guys?|gentlem[ae]n|males?|females?|teenagers?|students?|adults?|famil(?:y|ies)|players?|workers?)';
const SUBJECTIVE = new RegExp(
  `\\b(?:beautiful|gorgeous|handsome|attractive|unattractive|sexy|cute|adorable|ugly|stunning|lovely|amazing|wonderful|magnificent|perfect|delicious|charming|breathtaking|pretty (?=${PERSON}\\b))`,
  'i',
);
const APPEARANCE =
  'young|younger|old|older|elderly|aged|middle[- ]aged|teenage|senior|fat|skinny|obese|slim|thin|overweight|chubby|disabled|handicapped|crippled|blind|black|white|brown|dark[- ]skinned|light[- ]skinned|colou?red|asian|african|african[- ]american|caucasian|hispanic|latino|latina|arab|arabic|indian|chinese|japanese|korean|mexican|american|european|native|indigenous|middle[- ]eastern|muslim|jewish|christian|hindu|gay|lesbian|transgender';
const IDENTITY = new RegExp(`\\b(?:${APPEARANCE}) (?:[a-z]+ )?${PERSON}\\b`, 'i');
const NOT_BETWEEN = new RegExp(`\\b(?:${APPEARANCE}) (?:and|or|dog|cat|horse|car|with|shirt|by|next) `, 'i');

const VOWEL_AFTER_A =
  /((?<![\p{L}\p{N}]|[\p{L}\p{N}] )A|(?<![\p{L}\p{N}'’])a) (?=(?:[aio]|e(?!u|w)|u(?:mb|nc|nd|gl|pr|rb|lt|nu))[a-z]{2})(?!(?:one|once|oui|and|are|as|at|if|in|is|it|of|on|or)\b|one-)/gu;
const CONSONANT_AFTER_AN = /\b([Aa])n (?=[bcdfgjklmnpqrstvwyz][a-z]*[aeiouy][a-z]*\b)(?!(?:suv|sos|nba|fbi|mri|rv)s?\b)/g;

const withArticles = (said: string): string => said.replace(VOWEL_AFTER_A, '$1n ').replace(CONSONANT_AFTER_AN, '$1 ');

/** Rules about texts that a machine has written. */
export const MACHINE_RULES: readonly LintRule[] = [
  {
    id: 'wrong-article',
    severity: 'warning',
    why: '"a" before a vowel, or "an" before a consonant, makes listeners stumble.',
    fix: 'Choose the article by the sound that follows.',
    source: 'House style: speakability',
    when: isEnglishMachine,
    hit: ({ said }) => withArticles(said) !== said,
    tidy: withArticles,
  },
  {
    id: 'sentence-case',
    severity: 'warning',
    why: 'A sentence begins with a capital; some voices use it to find the pause before.',
    fix: 'Begin with a capital.',
    source: 'House style: sentence case',
    when: isMachine,
    hit: ({ said }) => firstSmall(said) !== undefined,
    tidy: capitalised,
  },
  {
    id: 'title-case',
    severity: 'warning',
    why: 'Capitals on every word look like names, and make reading slower.',
    fix: 'Capitals for the first word and for names only.',
    source: 'House style: sentence case',
    when: isEnglishMachine,
    hit: ({ said }, { kind }) => kind !== 'title' && isTitleCase(said),
  },
  {
    id: 'full-stop',
    severity: 'warning',
    why: 'Without a full stop, the voice runs on into what follows.',
    fix: 'End with a full stop.',
    source: 'House style: ends with a full stop',
    when: isSentence,
    hit: ({ raw }) => /[\p{L}\p{N}]/u.test(raw) && !ENDED.test(raw.trimEnd()),
    tidy: ended,
  },
  {
    id: 'subjective',
    severity: 'warning',
    why: 'Taste is not seen in pixels; listeners want to judge by themselves.',
    fix: 'Leave the judgement out, or say what it rests on.',
    source: 'House style: no attractiveness; IPTC AltTextAccessibility: objective',
    when: isEnglishMachine,
    hit: ({ said }) => SUBJECTIVE.test(said),
  },
  {
    id: 'identity',
    severity: 'warning',
    why: 'A machine cannot see age, origin, belief or ability, and guessing them does harm.',
    fix: 'Say person, people or child, and what they do.',
    source: 'House style: people by counts and roles',
    when: isEnglishMachine,
    hit: ({ said }) => IDENTITY.test(said.replace(NOT_BETWEEN, ' ')),
  },
];
