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
    ['Two females with a ball.', 'Two people with a ball.'],
    ['A male and female lion.', 'A male and female lion.'],
    ['An adult and a baby giraffe.', 'An adult and a baby giraffe.'],
    ['A female soldier with a female patient.', 'A soldier with a patient.'],
    ['A man holding his or her phone.', 'A person holding their phone.'],
    ['He or she helps himself or herself.', 'They help themselves.'],
    ['A dog beside him or her, and his and hers towels.', 'A dog beside them, and their towels.'],
    ["A sign of the men's room and of a ladies room.", "A sign of the men's room and of a ladies room."],
    ['A gingerbread man, a lady bug and girl scout cookies.', 'A gingerbread man, a lady bug and girl scout cookies.'],
    ['A man in a spider man costume.', 'A person in a spider man costume.'],
    ['A mother elephant beside her baby.', 'A mother elephant beside their baby.'],
    ['A mother and baby giraffe.', 'A mother and baby giraffe.'],
    ['A mother and her dog.', 'A parent and their dog.'],
    ['A person giving her a kiss and lifting her up.', 'A person giving them a kiss and lifting them up.'],
    ['A MAN RIDING A HORSE.', 'A PERSON RIDING A HORSE.'],
    ['A baby boy in a crib.', 'A baby in a crib.'],
    ['A brother and sister on a swing.', 'Two siblings on a swing.'],
    ['Mom and dad with a baby.', 'Two parents with a baby.'],
    ['Man and woman on a bench.', 'Two people on a bench.'],
    ['The man and the woman.', 'The two people.'],
    ['A husband and his wife kissing.', 'A couple kissing.'],
    ['The boyfriend and girlfriend.', 'The couple.'],
    ['Two saleswomen and several postmen.', 'Two salespeople and several mail carriers.'],
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
    ['She always has a hat; she’s by the car that is hers.', 'They always have a hat; they’re by the car that is theirs.'],
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
    ['An older model car and a senior center.', 'An older model car and a senior center.'],
    ['A brown baby carriage.', 'A brown baby carriage.'],
    ['A cute dog watching people.', 'A cute dog watching people.'],
    ['An american football player.', 'An american football player.'],
    ['A native american in a canoe.', 'A person in a canoe.'],
    ['An adult on an adult bike.', 'A person on an adult bike.'],
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
