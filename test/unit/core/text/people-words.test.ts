// What machines must not say of people: gender where neutral words are set, and never age, ethnicity, identity or looks.
import { describe, expect, it } from 'vitest';
import { neutralWords } from '../../../../functions/core/text/machine-words.ts';
import { numberWord } from '../../../../functions/core/text/merge-people.ts';

const neutral = (text: string): string => neutralWords(text, { genderNeutral: true });

describe('neutral words', () => {
  it.each([
    ['A man-made lake.', 'A man-made lake.'],
    ['A cowboy riding a bull.', 'A cowboy riding a bull.'],
    ['A male lion and a female tennis player.', 'A male lion and a tennis player.'],
    ['A male and a female student.', 'A person and a student.'],
    ['Two females with a dog.', 'Two people with a dog.'],
    ['A man and woman and their baby.', 'Two people and their baby.'],
    ['A man, a woman and two boys.', 'Two people and two children.'],
    ['Three men, two women and a boy.', 'Five people and a child.'],
    ['Ten men and five women.', '15 people.'],
    ['Men and women in suits.', 'People in suits.'],
    ['A man in black and a woman in white.', 'A person in black and another person in white.'],
    ['One man stands while another man sits.', 'One person stands while another person sits.'],
    ['A man. A woman.', 'A person. A person.'],
    ["A pair of women's shoes.", 'A pair of shoes.'],
    ["The man's hat is on his head.", "The person's hat is on their head."],
    ['He holds her hand.', 'They hold their hand.'],
    ['She watches him as he carries it.', 'They watch them as they carry it.'],
    ['She always has a hat; she’s by the car that is hers.', 'They always has a hat; they’re by the car that is theirs.'],
    ['He washes himself while she presses it and he does it.', 'They wash themselves while they press it and they do it.'],
    ['The ball is his.', 'The ball is theirs.'],
    ['Only he.', 'Only they.'],
    ['A mother and her son.', 'A parent and their child.'],
    ['A fireman and policemen.', 'A firefighter and police officers.'],
    ['An actress on a stage.', 'An actor on a stage.'],
    ['A sign that says “Men at work” behind a man.', 'A sign that says “Men at work” behind a person.'],
  ])('says "%s" as "%s"', (text, said) => {
    expect(neutral(text)).toBe(said);
  });
});

describe('words about people', () => {
  it.each([
    ['An elderly asian couple on a bench.', 'A couple on a bench.'],
    ['A 5 year old boy on a swing.', 'A boy on a swing.'],
    ['A 100 year old tree with a boy.', 'A 100 year old tree with a boy.'],
    ['Two teenagers and an adult.', 'Two people and a person.'],
    ['Teenagers at a table.', 'People at a table.'],
    ['A little girl with an old dog.', 'A girl with an old dog.'],
    ['A young smiling tennis player.', 'A smiling tennis player.'],
    ['A white man in a black shirt.', 'A man in a black shirt.'],
    ['A brown and white baby elephant.', 'A brown and white baby elephant.'],
    ['A black and white photo of a woman.', 'A black and white photo of a woman.'],
    ['A beautiful old church with people.', 'A beautiful old church with people.'],
    ['Old books, people and a lamp.', 'Old books, people and a lamp.'],
    ['A blind woman.', 'A woman.'],
    ['A window blind.', 'A window blind.'],
  ])('are left out of "%s"', (text, said) => {
    expect(neutralWords(text, { genderNeutral: false })).toBe(said);
  });
});

describe('a number', () => {
  it('is a word up to twelve', () => {
    expect([0, 1, 12, 13].map(numberWord)).toEqual(['zero', 'one', 'twelve', '13']);
  });
});
