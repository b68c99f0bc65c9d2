// Words for animals, of which "adult", "male" and "mother" are facts and not guesses about people (those that captions of COCO name, and more).

/** Source of an expression for one of them, in singular or plural. */
export const ANIMAL_WORDS =
  '(?:animals?|antelopes?|apes?|bears?|birds?|bison|buffalos?|buffaloes|bulls?|calf|calves|camels?|cats?|chickens?|cows?|crows?|cubs?|deer|dogs?|dolphins?|donkeys?|ducks?|ducklings?|eagles?|elephants?|fawns?|foals?|fox(?:es)?|gazelles?|geese|giraffes?|goats?|goose|gorillas?|gulls?|horses?|jaguars?|kangaroos?|kittens?|lambs?|leopards?|lions?|llamas?|monkeys?|moose|ostrich(?:es)?|owls?|oxen|parrots?|peacocks?|penguins?|pigeons?|pigs?|polar bears?|pony|ponies|pupp(?:y|ies)|rabbits?|rams?|rhinos?|seagulls?|seals?|sheep|swans?|tigers?|turtles?|whales?|wolf|wolves|zebras?)';

const ANIMAL = new RegExp(`(?<![\\p{L}-])${ANIMAL_WORDS}(?!\\p{L})`, 'iu');

/** Whether an English text names an animal. */
export const namesAnimal = (text: string): boolean => ANIMAL.test(text);
