// Person, people and child instead of guesses at gender; roles and pronouns likewise. For machines' English texts only.
// Source: APA and GLAAD advice on describing people whom nobody has asked; the models' guesses are often wrong (models/failures.md).
import { ANIMAL_WORDS, namesAnimal } from './animals.ts';
import { mendArticles } from './articles.ts';
import { capitalised, capitalisedLike } from './letters.ts';
import { mergePeople } from './merge-people.ts';

/** What is said instead of which nouns. */
const INSTEAD: readonly (readonly [instead: string, of: string])[] = [
  ['person', 'man woman guy lady gentleman'],
  ['people', 'men women guys ladies gentlemen'],
  ['child', 'boy girl toddler son daughter'],
  ['children', 'boys girls toddlers sons daughters'],
  ['parent', 'mother father mom dad mum'],
  ['parents', 'mothers fathers moms dads mums'],
  ['sibling', 'brother sister'],
  ['siblings', 'brothers sisters'],
  ['partner', 'husband wife boyfriend girlfriend'],
  ['partners', 'husbands wives'],
  ['grandparent', 'grandmother grandfather'],
  ['police officer', 'policeman policewoman'],
  ['police officers', 'policemen policewomen'],
  ['firefighter', 'fireman'],
  ['firefighters', 'firemen'],
  ['businessperson', 'businessman businesswoman'],
  ['businesspeople', 'businessmen businesswomen'],
  ['salesperson', 'salesman saleswoman'],
  ['salespeople', 'salesmen saleswomen'],
  ['mail carrier', 'mailman postman'],
  ['mail carriers', 'mailmen postmen'],
  ['angler', 'fisherman'],
  ['anglers', 'fishermen'],
  ['camera operator', 'cameraman'],
  ['camera operators', 'cameramen'],
  ['batter', 'batsman'],
  ['worker', 'workman'],
  ['workers', 'workmen'],
  ['craftsperson', 'craftsman'],
  ['craftspeople', 'craftsmen'],
  ['athlete', 'sportsman sportswoman'],
  ['athletes', 'sportsmen'],
  ['rider', 'horseman'],
  ['riders', 'horsemen'],
  ['chairperson', 'chairman'],
  ['spokesperson', 'spokesman'],
  ['doorkeeper', 'doorman'],
  ['server', 'waitress waiter'],
  ['servers', 'waitresses waiters'],
  ['actor', 'actress'],
  ['actors', 'actresses'],
  ['host', 'hostess'],
  ['hosts', 'hostesses'],
  ['flight attendant', 'stewardess'],
  ['flight attendants', 'stewardesses'],
  ['pupil', 'schoolboy schoolgirl'],
  ['pupils', 'schoolboys schoolgirls'],
];

const NOUNS = new Map(INSTEAD.flatMap(([instead, of]) => of.split(' ').map((noun) => [noun, instead] as const)));

const VERBS: ReadonlyMap<string, string> = new Map([
  ['is', 'are'],
  ['was', 'were'],
  ['has', 'have'],
  ['does', 'do'],
  ['goes', 'go'],
]);

const cased = (like: string, word: string): string => {
  if (/^\p{Lu}{2,}$/u.test(like)) return word.toUpperCase();
  return /^\p{Lu}/u.test(like) ? capitalised(word) : word;
};

/** Names of things and figures, in which the word is no guess at anybody's gender. */
const FIGURES =
  'gingerbread man|iron man|spider man|super man|bat man|tin man|army man|stick man|lego man|ice cream man|isle of man|lady (?:bugs?|birds?|liberty)';
const GROUPS = "(?:boy|girl) scouts?|boy bands?|mother nature|father christmas|(?:mother|father)['’]s day";
const ROOMS = "(?:(?:wo)?men|ladies|gentlemen|boys|girls)(?:['’]s?)? (?:(?:rest|bath|wash|changing |locker )?rooms?|toilets?)";
/** A mother of animals is one: what is seen is an animal with its young. */
const OF_ANIMALS = `(?:mother|mom|father)(?= (?:and (?:(?:her|his|its|a|the|two) )?baby )?${ANIMAL_WORDS}(?!\\p{L}))`;
const NAMED = new RegExp(`(?<![\\p{L}-])(?:${FIGURES}|${GROUPS}|${ROOMS}|${OF_ANIMALS})(?![\\p{L}-])`, 'giu');
const noun = new RegExp(`(?<![\\p{L}-])(?:${[...NOUNS.keys()].join('|')})(?![\\p{L}-])`, 'giu');
/** "a women's shoe": whom it is made for cannot be seen. */
const MADE_FOR = /(?<![\p{L}-])(?:(?:wo)?men|ladies|boys|girls)['’]s?\s+(?=\p{L})/giu;
const BABY = /(?<![\p{L}-])(bab(?:y|ies)) (?:boys?|girls?)(?![\p{L}-])/giu;
/** Two who belong together are a couple. */
const COUPLE =
  /(?<![\p{L}-])(?:(a|the) )?(?:husband and (?:a |the |his )?wife|wife and (?:a |the |her )?husband|boyfriend and (?:a |the |his )?girlfriend|girlfriend and (?:a |the |her )?boyfriend)(?![\p{L}-])/giu;
const coupled = (said: string, article: string | undefined): string => cased(said, `${article?.toLowerCase() ?? 'a'} couple`);
/** "his or her": one pronoun is enough; "he" becomes "they" after this, together with its verb. */
const EITHER = /(?<![\p{L}-])(?:(he) or she|(him) or her|(himself) or herself|(?:his|her) (?:or|and) hers?|his\/her)(?![\p{L}-])/giu;
const either = (said: string, he?: string, him?: string, himself?: string): string =>
  cased(said, he !== undefined ? 'he' : him !== undefined ? 'them' : himself !== undefined ? 'themselves' : 'their');
const SEX =
  /(?<![\p{L}-])(?:fe)?male\s+(?=(?:\p{L}+\s){0,2}(?:person|people|child|children|players?|skiers?|snowboarders?|skateboarders?|surfers?|swimmers?|runners?|cyclists?|riders?|workers?|officers?|soldiers?|students?|teachers?|athletes?|dancers?|singers?|musicians?|actors?|models?|servers?|chefs?|cooks?|doctors?|nurses?|patients?|tourists?|drivers?|pilots?|passengers?|friends?|adults?|teenagers?)(?![\p{L}-]))/giu;
/** "a male and a female": as nouns. */
const SEX_ALONE = /(?<![\p{L}-])(?:fe)?male(s?)(?=\s+(?:and|or|with|in|on|at|is|are|who|\p{L}+ing)(?!\p{L})|[.,;]|$)/giu;
const SUBJECT =
  /(?<![\p{L}-])(?:s?he)(?:(['’]s)|(\s+(?:(?:always|sometimes|often|never|also|now|just|still|perhaps|only)\s+)?)(\p{L}+))?(?![\p{L}-])/giu;
const POSSESSIVE =
  /(?<![\p{L}-])(?:his|her)(?=\s+(?!(?:an?|the|some|something|and|or|but|on|in|at|with|while|as|to|from|by|is|are|near|behind|under|over|through|into|onto|up|down|off|out|away|around|across|along|against|for|before|after|beside|between|next)(?!\p{L}))\p{L})/giu;
const OTHER = /(?<![\p{L}-])(him|her|his|hers|himself|herself)(?![\p{L}-])/giu;
const OTHERS: Readonly<Record<string, string>> = {
  him: 'them',
  her: 'them',
  his: 'theirs',
  hers: 'theirs',
  himself: 'themselves',
  herself: 'themselves',
};

/** "holds" to "hold", "watches" to "watch", "carries" to "carry". */
const pluralVerb = (verb: string): string => {
  const irregular = VERBS.get(verb.toLowerCase());
  if (irregular !== undefined) return irregular;
  if (/[^aeiou]ies$/.test(verb)) return `${verb.slice(0, -3)}y`;
  if (/(?:ch|sh|ss|x|zz)es$/.test(verb)) return verb.slice(0, -2);
  return /[^s]s$/.test(verb) ? verb.slice(0, -1) : verb;
};

const neutralSubject = (said: string, short: string | undefined, gap: string | undefined, verb: string | undefined): string => {
  const they = cased(said, 'they');
  if (short !== undefined) return `${they}${short.charAt(0)}re`;
  return verb === undefined ? they : `${they}${gap}${pluralVerb(verb)}`;
};

const neutralPronouns = (text: string): string =>
  text
    .replace(EITHER, either)
    .replace(SUBJECT, neutralSubject)
    .replace(POSSESSIVE, (said) => cased(said, 'their'))
    .replace(OTHER, (said) => cased(said, OTHERS[said.toLowerCase()] ?? said));

const GENDERED = new Set([...NOUNS.keys(), ...'he she him her his hers himself herself male female males females'.split(' ')]);

/** Most captions have no such word: this is quicker than to look for each. */
const isGendered = (text: string): boolean =>
  text
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => GENDERED.has(word));

/** Stands for a name meanwhile; the linter drops such characters of the text itself. */
const NAME_PLACE = '\uf8ff';

const neutralNouns = (text: string): string => {
  const nouns = text
    .replace(COUPLE, coupled)
    .replace(BABY, '$1')
    .replace(MADE_FOR, '')
    .replace(noun, (said) => cased(said, NOUNS.get(said.toLowerCase()) ?? said))
    .replace(SEX, '');
  return namesAnimal(nouns) ? nouns : nouns.replace(SEX_ALONE, (said, many: string) => cased(said, many === '' ? 'person' : 'people'));
};

/** A machine's English text that does not tell anybody's gender. */
export const genderNeutral = (text: string): string => {
  if (!isGendered(text)) return text;
  const named: string[] = [];
  const others = text.replace(NAMED, (name) => {
    named.push(name);
    return NAME_PLACE;
  });
  const neutral = neutralPronouns(neutralNouns(others)).replaceAll(NAME_PLACE, () => named.shift() ?? '');
  return neutral === text ? text : mendArticles(capitalisedLike(text, mergePeople(neutral)));
};
