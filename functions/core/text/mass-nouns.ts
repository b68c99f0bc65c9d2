// Nouns that take no "a": what is not counted ("garlic", "rice") and what has only a plural ("jeans"); of the attributes' types, the detector's
// labels, the tags' vocabulary and the captions' words. What may be a portion, a kind or a piece ("a beer", "a salad", "a fruit") is not here.
import { capitalised } from './letters.ts';

const wordList = (words: string): string[] => words.split(' ').map((word) => word.replaceAll('_', ' '));

const FOODS = wordList(
  'garlic ginger asparagus broccoli celery lettuce spinach kale corn parsley basil thyme rosemary rice pasta spaghetti macaroni bread dough flour sugar salt ' +
    'butter bacon beef pork meat seafood sushi tofu hummus honey ketchup mayonnaise mustard syrup icing frosting oatmeal popcorn milk buttermilk kefir ' +
    'sour_cream soymilk juice lemonade champagne whiskey water fruit_juice',
);

const STUFFS = wordList(
  'cutlery silverware jewellery jewelry clothing footwear swimwear luggage baggage furniture equipment cookware dishware electronics livestock foliage ' +
    'shrubbery seaweed moss bamboo graffiti asphalt cement tarmac mud dirt soil sand grass toothpaste shampoo soap',
);

/** What comes in packets and bottles, and is told without "a" as a product's name; in a sentence it may be a packet or a bottle. */
const GOODS = wordList(
  'coffee tea paper perfume deodorant blush mascara eyeliner eyeshadow nail_polish lip_gloss lip_liner face_cream compact_powder foundation wine cheese ' +
    'cereal chocolate',
);

const PLURALS = wordList(
  'jeans jeggings trousers pants sweatpants shorts leggings tights stockings capris briefs boxers trunks overalls pyjamas pajamas glasses sunglasses ' +
    'eyeglasses goggles scissors pliers tweezers binoculars headphones shoes boots booties sneakers sandals heels flip_flops slippers socks gloves mittens ' +
    'earrings cufflinks braces skis skates clothes stairs fries',
);

const ALWAYS: ReadonlySet<string> = new Set([...FOODS, ...STUFFS]);
const AS_NAME: ReadonlySet<string> = new Set([...ALWAYS, ...GOODS]);

/** Whether what the name of a thing ends with is not counted: "garlic", "soy milk", "pink nail polish". */
export const isMass = (name: string): boolean => {
  const words = name.toLowerCase().split(/\s+/);
  return AS_NAME.has(words.slice(-1).join(' ')) || AS_NAME.has(words.slice(-2).join(' '));
};

/** Words that stand between "a" and a noun, and leave no doubt that the noun is the thing itself. */
const ADJECTIVES =
  'black|white|gr[ae]y|red|green|blue|yellow|orange|brown|pink|purple|beige|navy|maroon|gold(?:en)?|silver|tan|cream|olive|teal|turquoise|khaki|dark|light|' +
  'bright|pale|multicolou?red|colou?rful|plain|small|large|big|little|long|short|tall|thick|thin|fresh|raw|ripe|cooked|fried|grilled|steamed|boiled|whole|' +
  'half|sliced|chopped|cut|peeled|single|new|old|wet|dry|dirty|clean|muddy|shiny|slim|loose|fitted|striped|checked|chequered|checkered|floral|printed|' +
  'patterned|dotted|knit(?:ted)?|denim|leather|canvas|cotton|silk|metal|plastic|rubber|suede|woollen|formal|casual|sports|wooden';

/** What may follow when the noun is the thing itself: "a garlic on a table", and not "a garlic bread". */
const AFTER =
  '(?=\\s*(?:$|[.,;:!?)])|\\s+(?:(?:and|or) (?:an?|the|some)|on|in|with|at|by|of|to|for|from|near|next|beside|behind|under|over|that|which|is|are|has|have|sits?|lies?|stands?|hangs?|' +
  'sitting|lying|standing|hanging|laying|resting|placed|shown|wrapped|isolated|against|made)(?!\\p{L}))';

const nouns = [...ALWAYS, ...PLURALS].toSorted((a, b) => b.length - a.length).join('|');
const WRONG = new RegExp(`(?<![\\p{L}\\p{N}'’-])(an?) ((?:(?:${ADJECTIVES}),?\\s(?:and\\s)?){0,4}(?:${nouns}))${AFTER}`, 'giu');

/** The English text without "a" before what is not counted and before plurals: "A garlic on a table." becomes "Garlic on a table." */
export const mendMassNouns = (text: string): string =>
  text.replace(WRONG, (_, article: string, thing: string) => (article.startsWith('A') ? capitalised(thing) : thing));
