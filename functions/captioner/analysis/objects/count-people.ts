// How many people: every box of a person adds the probability that it is one more person. Fitted by models/training/detect/count_people.py.
import { areaOf, sharedArea } from '../../../core/facts/box-area.ts';
import type { Box } from '../../../core/facts/facts.ts';
import { curveAt } from './curve.ts';
import type { ObjectsSettings } from './objects-settings.ts';

/** A box, and the detector's score of it. */
export type PersonBox = { readonly box: Box; readonly score: number };

/** Area below which a box has no side to speak of: a thousandth of a side, squared. */
const NO_AREA = 1e-6;

/** The largest share of a box that lies within one of the others, 0..1. */
const hiddenShare = (one: PersonBox, others: readonly PersonBox[]): number =>
  others.reduce((most, other) => Math.max(most, sharedArea(one.box, other.box) / (areaOf(one.box) + NO_AREA)), 0);

/** The number of people that boxes of persons, the surest first, stand for; `most` stands for itself and all above. */
export const countPeople = (persons: readonly PersonBox[], people: ObjectsSettings['people']): number => {
  const { shift, size, behind, company } = people;
  const crowd = Math.log1p(persons.reduce((sum, { score }) => sum + score, 0));
  const worthOf = (one: PersonBox, rank: number): number => {
    const side = Math.log(areaOf(one.box) + NO_AREA) / 2;
    const moved = shift + size * side + behind * hiddenShare(one, persons.slice(0, rank)) + company * crowd;
    return curveAt(one.score, { scale: people.scale, shift: moved });
  };
  const expected = persons.reduce((sum, one, rank) => sum + worthOf(one, rank), 0);
  return Math.min(people.most, Math.round(expected));
};
