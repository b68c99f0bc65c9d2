// What a machine must not say of people: age, ethnicity, religion, other identity, and looks. Things may be old and beautiful.
// Rules: WCAG technique G94 (describe what serves the purpose), house rule "counts and roles, no identity" (docs/decisions/0019).
import { namesAnimal } from './animals.ts';
import { mendArticles } from './articles.ts';
import { capitalised, capitalisedLike } from './letters.ts';

const PEOPLE =
  'm[ae]n|wom[ae]n|boys?|girls?|persons?|people|child|children|kids?|bab(?:y|ies)|toddlers?|teen(?:ager)?s?|adults?|guys?|lad(?:y|ies)|gentlem[ae]n|' +
  'males?|females?|couples?|famil(?:y|ies)|crowds?|players?|batters?|pitchers?|catchers?|skiers?|surfers?|snowboarders?|skateboarders?|' +
  'riders?|bikers?|cyclists?|runners?|athletes?|swimmers?|dancers?|musicians?|singers?|actors?|actress(?:es)?|models?|students?|teachers?|doctors?|nurses?|' +
  'workers?|chefs?|cooks?|farmers?|soldiers?|officers?|police(?:man|men|woman|women)|business(?:man|men|woman|women)|waitress(?:es)?|waiters?|drivers?|' +
  'brides?|grooms?|tourists?|customers?|monks?|dads?|moms?|mothers?|fathers?|daughters?|sons?|sisters?|brothers?|friends?|tribe|villagers?';

const AGE =
  'little|young(?:er|est)?|old(?:er|est)?|elderly|aged|middle[- ]aged|teen(?:age|aged)?|adolescent|adult|senior|youthful|ageing|aging|wrinkled';
const LOOKS =
  'beautiful|pretty|attractive|handsome|gorgeous|sexy|cute|lovely|good[- ]looking|stunning|ugly|plain|fat|chubby|overweight|obese|skinny|slim|slender|curvy|petite|muscular';
const IDENTITY =
  'asian|african(?:[- ]american)?|caucasian|european|american|hispanic|latin[oax]?|arab(?:ic)?|middle[- ]eastern|indian|native|indigenous|aboriginal|chinese|' +
  'japanese|korean|thai|vietnamese|mexican|turkish|jewish|muslim|christian|hindu|buddhist|sikh|catholic|gay|lesbian|queer|straight|transgender|trans|disabled|' +
  'handicapped|blind|deaf|homeless|poor|rich|wealthy|dark[- ]skinned|light[- ]skinned|fair[- ]skinned|biracial|mixed[- ]race|ethnic|immigrant|foreign|gypsy';

const YEARS = '(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten)[- ](?:years?|months?)[- ]old';

/** Colours are of the skin only right before the person; elsewhere they are of clothes. */
const SKIN = 'black|white|brown|colou?red';

/** What comes after these words is somebody or something else: "a cute dog watching people". */
const NOT_BETWEEN =
  '(?!(?:and|or|of|with|in|on|at|by|the|an?|to|near|next|behind|under|over|from|for|is|are|football|watching|carrying|pulling|pushing|facing|passing|chasing|' +
  'approaching|following|attacking|surrounding)\\s)';

/** Behind a word for people it means a thing: "an older model car", "a brown baby carriage", "a disabled person sign". */
const A_THING =
  '(?!\\s+(?:cars?|trucks?|trains?|planes?|airplanes?|boats?|bikes?|bicycles?|tractors?|homes?|rooms?|cent(?:er|re)s?|carriages?|strollers?|cribs?|carrots?|' +
  'signs?|symbols?|statues?|cards?|portraits?|photos?|photographs?|toys?|dolls?|books?)(?![\\p{L}-]))';

const unsaid = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?:(?:${AGE}|${LOOKS}|${IDENTITY}|${YEARS}),?\\s+)(?=(?:${NOT_BETWEEN}[\\p{L}-]+\\s+){0,3}(?:${PEOPLE})(?![\\p{L}-])${A_THING})`,
  'giu',
);
const skin = new RegExp(`(?<![\\p{L}-])(?<!(?:and|or) )(?:${SKIN})\\s+(?=(?:${PEOPLE})(?![\\p{L}-])${A_THING})`, 'giu');

/** As a noun: at an end, or before what does not go on with one. */
const AS_NOUN =
  "(?=$|[.,;:!?)’']|\\s+(?:and|or|with|in|on|at|by|to|near|next|behind|from|for|is|are|who|that|have|has|\\p{L}+ing)(?!\\p{L}))";
const TEENS = new RegExp(
  `(?<![\\p{L}-])(teenager|teen|adult|senior|(?:native|african|asian)[- ]american)(s?)(?![\\p{L}-])${AS_NOUN}`,
  'giu',
);

const withoutSkin = (text: string): string => text.replace(skin, '');

/** Nouns that only tell an age or origin become people; animals are adult, too. */
const withoutNouns = (text: string): string =>
  text.replace(TEENS, (all, noun: string, plural: string) => {
    if (noun.toLowerCase() === 'adult' && namesAnimal(text)) return all;
    const general = plural === '' ? 'person' : 'people';
    return /^\p{Lu}/u.test(noun) ? capitalised(general) : general;
  });

/** A machine's English text without words for people's age, ethnicity, faith, other identity or looks. */
export const withoutIdentity = (text: string): string => {
  const kept = withoutNouns(withoutSkin(text.replace(unsaid, '')));
  return kept === text ? text : mendArticles(capitalisedLike(text, kept));
};
