import { describe, expect, it } from 'vitest';
import { neutralWords } from '../../../../functions/core/text/machine-words.ts';
import { isMass, mendMassNouns } from '../../../../functions/core/text/mass-nouns.ts';
import { counted } from '../../../../functions/core/text/plurals.ts';

describe('what is not counted', () => {
  it.each(['garlic', 'rice', 'honey', 'milk', 'soy milk', 'sour cream', 'Orange juice', 'broccoli', 'pink nail polish', 'toilet paper'])(
    'is %s',
    (name) => {
      expect(isMass(name)).toBe(true);
      expect([counted(name, 1), counted(name, 3)]).toEqual([name, name]);
    },
  );

  it.each([
    'garlic press',
    'milk jug',
    'water bottle',
    'ice cream',
    'pizza',
    'toilet paper holder',
    'brass instrument',
    'dress',
    'bag',
    '',
  ])('is not %s', (name) => {
    expect(isMass(name)).toBe(false);
  });
});

describe('a wrong article', () => {
  it.each([
    ['A garlic on a wooden table.', 'Garlic on a wooden table.'],
    ['A fresh, green asparagus and a lemon.', 'Fresh, green asparagus and a lemon.'],
    ['A dog. A broccoli in a bowl.', 'A dog. Broccoli in a bowl.'],
    ['A person with a black and white luggage', 'A person with black and white luggage'],
    ['a person holds an orange juice', 'a person holds orange juice'],
    ['A pair of shoes beside a dark blue jeans.', 'A pair of shoes beside dark blue jeans.'],
    ['A trousers hanging on a wall.', 'Trousers hanging on a wall.'],
    ['A black sunglasses with a case, a scissors.', 'Black sunglasses with a case, scissors.'],
    ['A milk is poured.', 'Milk is poured.'],
  ])('goes from %j', (text, mended) => {
    expect(mendMassNouns(text)).toBe(mended);
  });

  it.each([
    'A garlic press on a table.',
    'A milk carton and a glass of milk.',
    'A man eating rice with a spoon.',
    'A grass and dirt field.',
    'A rice cooker, a jeans jacket and a shoe.',
    'A person has a beer, a salad and a coffee.',
    'A red trunk. A short man. A bread knife.',
    "The chef's a butter fan; a traffic jam.",
    'A pair of scissors and two glasses.',
    '',
  ])('is not %j', (text) => {
    expect(mendMassNouns(text)).toBe(text);
  });

  it('stays in what is quoted', () => {
    expect(neutralWords('A garlic beside a sign that reads “a garlic”.', { genderNeutral: true })).toBe(
      'Garlic beside a sign that reads “a garlic”.',
    );
  });
});
