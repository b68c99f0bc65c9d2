// The graph's answer as facts: suppression of duplicates has happened in the graph, what is left is calibration and silence.
import type { Box, Facts, FoundObject } from '../../../core/facts/facts.ts';
import { floatsOf, integersOf, type Output } from '../../graphs.ts';
import { countPeople, type PersonBox } from './count-people.ts';
import { curveAt } from './curve.ts';
import type { ObjectsSettings } from './objects-settings.ts';

/** The class whose boxes are counted as people. */
export const PERSON = 'person';

const BOX = 4;
/** Decimals of what is told: a thousandth of a side is below a pixel of the square. */
const DECIMALS = 1e4;

/** What the graph found, the surest first; numbers of a row belong together. */
export type Heard = {
  /** float32 [n, 4]: left, top, width, height in fractions */
  boxes: Float32Array;
  /** float32 [n] */
  scores: Float32Array;
  /** [n], places in the settings' classes */
  labels: readonly number[];
  /** float32 [classes]: that people name the class */
  tags: Float32Array;
};

const rounded = (value: number): number => Math.round(value * DECIMALS) / DECIMALS;

const placeAt = (boxes: Float32Array, row: number): Box => {
  const [left = 0, top = 0, width = 0, height = 0] = boxes.subarray(row * BOX, (row + 1) * BOX);
  return [left, top, width, height];
};

const boxAt = (boxes: Float32Array, row: number): Box => {
  const [left, top, width, height] = placeAt(boxes, row);
  return [rounded(left), rounded(top), rounded(width), rounded(height)];
};

/** The outputs of one run, checked. @throws TypeError when one is missing; RangeError when they do not fit each other */
export const heardOf = (outputs: Record<string, Output>, { classes }: ObjectsSettings): Heard => {
  const scores = floatsOf(outputs.scores, 'scores');
  const boxes = floatsOf(outputs.boxes, 'boxes');
  const labels = integersOf(outputs.labels, 'labels');
  const tags = floatsOf(outputs.tags, 'tags');
  if (boxes.length !== scores.length * BOX || labels.length !== scores.length || tags.length !== classes.length)
    throw new RangeError(
      `Expected ${scores.length} boxes and labels and ${classes.length} tags but received ${boxes.length / BOX}, ${labels.length} and ${tags.length}`,
    );
  const unknown = labels.find((label) => classes[label] === undefined);
  if (unknown !== undefined) throw new RangeError(`Expected a label below ${classes.length} but received ${unknown}`);
  return { boxes, scores, labels, tags };
};

/** How many people are expected, with the probability that this is right: to the person, or at the most that is counted, that there are no fewer. */
export const peopleOf = ({ boxes, scores, labels }: Heard, settings: ObjectsSettings): NonNullable<Facts['people']> => {
  const persons = labels.flatMap((label, row): PersonBox[] =>
    settings.classes[label] === PERSON ? [{ box: placeAt(boxes, row), score: scores[row] as number }] : [],
  );
  const count = countPeople(persons, settings.people);
  const confidence = settings.peopleExact.findLast(([from]) => from <= count)?.[1];
  const found = confidence === undefined ? { count } : { count, confidence };
  return count < settings.people.most ? found : { ...found, orMore: true };
};

/** The things that are sure enough, the surest first. */
export const objectsOf = ({ boxes, scores, labels, tags }: Heard, settings: ObjectsSettings): FoundObject[] =>
  labels.flatMap((label, row) => {
    const confidence = curveAt(scores[row] as number, settings.confidence);
    if (confidence < settings.objectAt) return [];
    const object = { label: settings.classes[label] as string, confidence: rounded(confidence), box: boxAt(boxes, row) };
    return [label < settings.products ? { ...object, named: rounded(tags[label] as number) } : object];
  });
