// Kinds of things that shops sell and captions name, so that a product can be compared with what the picture seems to show.
import { singularOf, wordsOf } from './words.ts';

/** A kind and the words for it, in singular. */
const KINDS: Readonly<Record<string, string>> = {
  person: 'person man woman boy girl child baby player skier surfer rider family crowd',
  animal:
    'animal dog cat puppy kitten bird horse cow sheep goat pig elephant zebra giraffe bear lion tiger duck fish rabbit hamster insect',
  shoes: 'shoe sneaker boot sandal slipper trainer footwear loafer clog heel runner',
  clothing:
    'garment cloth clothing clothes dress shirt tshirt blouse top coat jacket jean jeans trouser pant skirt sweater pullover jumper hoodie suit sock cardigan ' +
    'shorts legging bra bikini swimsuit vest blazer uniform apron pyjama pajama underwear',
  accessory: 'accessory hat cap beanie scarf glove belt tie bowtie sunglasses glasses umbrella helmet',
  jewellery: 'ring necklace bracelet earring watch brooch pendant jewel jewelry jewellery',
  bag: 'bag backpack rucksack handbag purse suitcase luggage briefcase tote wallet duffel',
  seat: 'seat sofa couch armchair chair stool bench loveseat recliner',
  table: 'table desk countertop',
  bed: 'bed mattress crib cradle cot bunk',
  storage: 'cabinet shelf bookcase bookshelf dresser wardrobe cupboard drawer sideboard',
  lighting: 'lamp light lantern chandelier candle bulb',
  textile: 'rug carpet blanket towel curtain cushion pillow duvet quilt tablecloth',
  tableware: 'cup mug plate bowl dish saucer teapot jug vase pitcher tumbler',
  cookware: 'pan pot knife fork spoon kettle wok spatula cutlery utensil',
  bottle: 'bottle flask thermos jar',
  appliance: 'appliance refrigerator fridge oven stove microwave toaster dishwasher washer dryer blender vacuum freezer',
  phone: 'phone smartphone cellphone telephone',
  computer: 'laptop computer keyboard mouse tablet monitor printer',
  television: 'television tv screen projector',
  camera: 'camera camcorder lens tripod',
  audio: 'headphone earphone speaker radio microphone',
  vehicle: 'vehicle car truck van bus motorcycle motorbike scooter taxi train',
  bicycle: 'bicycle bike tricycle',
  boat: 'boat ship canoe kayak sailboat yacht',
  aircraft: 'aircraft airplane plane helicopter jet drone',
  toy: 'toy doll teddy puzzle lego kite balloon',
  book: 'book magazine notebook novel newspaper',
  sport: 'ball racket racquet bat skateboard surfboard ski snowboard frisbee dumbbell barbell',
  tool: 'tool hammer drill saw screwdriver wrench pliers ladder axe shovel',
  plant: 'plant flower tree bouquet cactus rose tulip',
  food: 'food pizza bread cake sandwich fruit apple banana orange cheese meat salad soup chocolate cookie pasta vegetable dessert donut burger',
  drink: 'drink wine beer coffee tea juice water milk',
  instrument: 'guitar piano violin drum trumpet flute cello saxophone ukulele',
  building: 'building house church castle tower barn cottage bridge',
};

/** What a caption may call a product when it is not sure of its kind. */
const GENERAL: Readonly<Record<string, readonly string[]>> = {
  furniture: ['seat', 'table', 'bed', 'storage'],
  device: ['phone', 'computer', 'television', 'camera', 'audio', 'appliance'],
  container: ['bottle', 'tableware', 'bag', 'cookware'],
  equipment: ['sport', 'tool'],
};

/** Words that can stand for any product. */
const ANYTHING = new Set(['object', 'item', 'thing', 'product', 'box', 'package', 'packaging', 'carton']);

/** Too large to be on or in the hand of a person of whom a caption speaks without it. */
const NOT_CARRIED = new Set(['seat', 'table', 'bed', 'storage', 'appliance', 'vehicle', 'boat', 'aircraft', 'building', 'television']);

const KIND_OF = new Map<string, string[]>(Object.entries(GENERAL).map(([word, kinds]) => [word, [...kinds]]));
for (const [kind, words] of Object.entries(KINDS)) {
  for (const word of words.split(' ')) KIND_OF.set(singularOf(word), [...(KIND_OF.get(singularOf(word)) ?? []), kind]);
}

const singulars = (text: string): string[] => wordsOf(text).map(singularOf);

const kindsOf = (text: string): string[] => singulars(text).flatMap((word) => KIND_OF.get(word) ?? []);

const carries = (subject: readonly string[], kinds: readonly string[]): boolean =>
  subject.includes('person') && !kinds.every((kind) => NOT_CARRIED.has(kind));

/**
 * Whether what is seen is something else than the product. A product or a picture of no kind that is known here contradicts nothing.
 * @param product its name and keywords
 * @param seen the caption, and what else is surely in the picture
 */
export const isOtherThing = (product: string, seen: string): boolean => {
  const [wanted, found] = [kindsOf(product), kindsOf(seen)];
  if (wanted.length === 0 || found.length === 0) return false;
  if (wanted.some((kind) => found.includes(kind)) || singulars(seen).some((word) => ANYTHING.has(word))) return false;
  const subject = KIND_OF.get(singulars(seen).find((word) => KIND_OF.has(word)) ?? '') ?? [];
  return !carries(subject, wanted);
};
