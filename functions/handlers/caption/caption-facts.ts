// How the caption command writes what the analysis found: a few indented lines for people.
import type { Facts, FoundLogo, FoundObject, FoundText } from '../../core/facts/facts.ts';
import type { Quality } from '../../core/facts/quality.ts';
import { placeOf } from '../../core/text/places.ts';

const PERCENT = 100;
const percent = (share: number): string => `${Math.round(share * PERCENT)} %`;
const sureness = (confidence: number | undefined): string => (confidence === undefined ? '' : ` ${percent(confidence)}`);

const objectWords = ({ label, confidence, box }: FoundObject): string => `${label}${sureness(confidence)} ${placeOf(box)}`;
const logoWords = ({ brand, confidence, box }: FoundLogo): string => `${brand} ${percent(confidence)} ${placeOf(box)}`;
const textWords = ({ text, confidence }: FoundText): string => `"${text}"${sureness(confidence)}`;

/** The probability is that of the very number, or of at least so many. */
const peopleWords = ({ count, confidence, orMore }: NonNullable<Facts['people']>): string => {
  if (orMore === true) return `${count} or more${sureness(confidence)}`;
  return confidence === undefined ? `${count}` : `${count} (exactly ${count}: ${percent(confidence)})`;
};

const attributesOf = ({ attributes }: Facts): string[] =>
  Object.entries(attributes ?? {}).map(([name, { value, confidence }]) => `${name} ${value} ${percent(confidence)}`);

const qualityWords = ({ sharpness, brightness, background, jpegQuality }: Quality): string[] => [
  `sharpness ${sharpness.toFixed(0)}`,
  `brightness ${brightness.toFixed(0)}`,
  `background ${background.colour} on ${percent(background.share)} of the rim`,
  ...(jpegQuality === undefined ? [] : [`JPEG quality ${jpegQuality}`]),
];

const lineOf = (name: string, words: readonly string[] | undefined): string[] =>
  words === undefined || words.length === 0 ? [] : [`    ${name}: ${words.join(', ')}`];

/** Lines for people, indented; a part that was not looked for or that found nothing has none. */
export const factsLines = (facts: Facts): string[] => [
  ...lineOf('objects', facts.objects?.map(objectWords)),
  ...lineOf('people', facts.people && facts.people.count > 0 ? [peopleWords(facts.people)] : []),
  ...lineOf('product', attributesOf(facts)),
  ...lineOf(
    'scene',
    facts.scene?.map(({ value, confidence }) => `${value} ${percent(confidence)}`),
  ),
  ...lineOf(
    'colours',
    facts.colours?.map(({ name, share }) => `${name} ${percent(share)}`),
  ),
  ...lineOf('text', facts.text?.map(textWords)),
  ...lineOf('logos', facts.logos?.map(logoWords)),
  ...lineOf('quality', facts.quality && qualityWords(facts.quality)),
  ...(facts.dense ?? []).map(({ text, confidence, box }) => `    ${placeOf(box)}: ${text} (${percent(confidence)})`),
  ...Object.entries(facts.failed ?? {}).map(([stage, why]) => `    ${stage} failed: ${why}`),
];
