// Rules about what the picture shows: words and marks laid over it, and things that must not be there.
import { areaOf, sharedArea } from '../facts/box-area.ts';
import type { Box, FoundLogo, FoundText } from '../facts/facts.ts';
import { whyNot } from './number-measures.ts';
import type { RuleOf } from './rule-pack.ts';
import { seenTags } from './seen-tags.ts';
import type { Finding, RuleSubject } from './verdict.ts';

/** Share of a text or mark that has to lie in an object's box to be taken for printed on it. */
const PRINTED_SHARE = 0.8;

/** Without its own confidence, what was found was found for sure. */
const SURE = 1;

const isPrinted = (box: Box, { facts }: RuleSubject): boolean =>
  (facts.objects ?? []).some((object) => sharedArea(box, object.box) >= PRINTED_SHARE * areaOf(box));

/** What a rule about things laid over the picture counts; undefined when it cannot be told from what is printed on the product. */
const laidOver = <T extends { box?: Box }>(found: readonly T[], onObjects: boolean, subject: RuleSubject): T[] | undefined => {
  if (!onObjects) return [...found];
  if (found.length > 0 && subject.facts.objects === undefined) return undefined;
  return found.filter(({ box }) => box === undefined || !isPrinted(box, subject));
};

const boxesOf = (found: readonly { box?: Box }[]): Pick<Finding, 'boxes'> => {
  const boxes = found.flatMap(({ box }) => (box === undefined ? [] : [box]));
  return boxes.length === 0 ? {} : { boxes };
};

const textFinding = (text: readonly FoundText[], max: number): Finding => {
  const unplaced = text.filter(({ box }) => box === undefined);
  const measured = Math.min(
    1,
    text.reduce((sum, { box }) => sum + (box === undefined ? 0 : areaOf(box)), 0),
  );
  const about = { measured, unit: 'share', limit: { max }, ...boxesOf(text) } as const;
  if (measured > max) return { result: 'fail', ...about };
  return unplaced.length > 0 ? { result: 'unknown', ...about, why: 'where the text is, is not known' } : { result: 'pass', ...about };
};

/** The share of the area that lines of text cover. */
export const checkOverlaidText = (subject: RuleSubject, { max, onObjects, confidence }: RuleOf<'overlaid-text'>): Finding => {
  const { text } = subject.facts;
  const unknown = { result: 'unknown', unit: 'share', limit: { max } } as const;
  if (text === undefined) return { ...unknown, why: whyNot(subject, 'text') };
  const sure = text.filter((line) => (line.confidence ?? SURE) >= confidence);
  const counted = laidOver(sure, onObjects, subject);
  return counted === undefined
    ? { ...unknown, why: `whether the text is printed on the product: ${whyNot(subject, 'objects')}` }
    : textFinding(counted, max);
};

const sameWord = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Whether no brand's mark is there, but for allowed ones. */
export const checkLogos = (subject: RuleSubject, { allowed, onObjects }: RuleOf<'logos'>): Finding => {
  const { logos } = subject.facts;
  const limit = { allowed };
  if (logos === undefined) return { result: 'unknown', limit, why: whyNot(subject, 'logos') };
  const foreign = logos.filter(({ brand }: FoundLogo) => !allowed.some((own) => sameWord(own, brand)));
  const counted = laidOver(foreign, onObjects, subject);
  if (counted === undefined)
    return { result: 'unknown', limit, why: `whether the mark is printed on the product: ${whyNot(subject, 'objects')}` };
  const brands = [...new Set(counted.map(({ brand }) => brand))];
  return { result: brands.length === 0 ? 'pass' : 'fail', measured: brands, limit, ...boxesOf(counted) };
};

/** Whether none of the tags is there. */
export const checkForbiddenTags = ({ tags = [], facts }: RuleSubject, rule: RuleOf<'forbidden-tags'>): Finding => {
  const limit = { forbidden: rule.tags };
  const sure = tags.filter(({ confidence }) => confidence >= rule.confidence).map(({ name }) => name);
  const found = rule.tags.filter((forbidden) => sure.some((name) => sameWord(name, forbidden)));
  if (found.length === 0 && seenTags(facts) === undefined)
    return { result: 'unknown', limit, why: 'nobody has looked for things in the picture' };
  const where = (facts.objects ?? []).filter(({ label }) => found.some((name) => sameWord(name, label)));
  return { result: found.length === 0 ? 'pass' : 'fail', measured: found, limit, ...boxesOf(where) };
};
