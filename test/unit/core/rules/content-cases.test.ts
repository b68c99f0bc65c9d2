// Rules about what a picture shows and says: at least six pictures for each check, with what was found in them as their makers know it.
import { describe, expect, it } from 'vitest';
import type { Box, Facts, FoundObject, FoundText } from '../../../../functions/core/facts/facts.ts';
import type { CheckName } from '../../../../functions/core/rules/checks.ts';
import { seenTags } from '../../../../functions/core/rules/seen-tags.ts';
import type { Measured, RuleResult, RuleSubject, RuleText } from '../../../../functions/core/rules/verdict.ts';
import { subject, verdictOf } from '../../../support/rule-subjects.ts';

const person = (left: number): FoundObject => ({ label: 'person', confidence: 0.9, box: [left, 0.1, 0.2, 0.8] });
const mug: FoundObject = { label: 'cup', confidence: 0.8, box: [0.3, 0.3, 0.4, 0.4] };
const line = (text: string, box: Box, confidence = 0.9): FoundText => ({ text, confidence, box });
const onMug = line('World’s best dad', [0.4, 0.45, 0.2, 0.1]);
const banner = line('SALE 50 %', [0, 0, 1, 0.15]);
const corner = line('© A. Photo', [0.85, 0.95, 0.15, 0.05]);

const showing = (facts: Facts): RuleSubject => {
  const tags = seenTags(facts);
  return subject({ facts, ...(tags && { tags }) });
};
const group = (count: number): RuleSubject =>
  showing({ objects: Array.from({ length: count }, (_, n) => person(n * 0.2)), people: { count } });
const written = (...text: FoundText[]): RuleSubject => showing({ text, objects: [mug] });
const marked = (...places: [string, Box][]): RuleSubject =>
  showing({ logos: places.map(([brand, box]) => ({ brand, confidence: 0.9, box })), objects: [mug] });
const described = (alt: RuleText | undefined, text: FoundText[] = [], others: string[] = []): RuleSubject =>
  subject({ facts: { text }, texts: { ...(alt && { alt }), others, isPending: false } });
const human = (text: string): RuleText => ({ text, lang: 'en', origin: 'human' });

const PRINTED = { max: 0, onObjects: true };
const TAGS = { tags: ['knife', 'wine glass', 'cigarette'] };
const seen = (...labels: string[]): RuleSubject =>
  showing({ objects: labels.map((label) => ({ label, confidence: 0.8, box: [0, 0, 0.5, 0.5] })) });
const SIGN = [line('No Entry', [0.2, 0.2, 0.4, 0.2])];

const CASES: [CheckName, object, RuleSubject, RuleResult, Measured][] = [
  ...[0, 1, 2, 3, 4, 5].map((count): (typeof CASES)[number] => ['people', { max: 2 }, group(count), count <= 2 ? 'pass' : 'fail', count]),
  ['people', { min: 1 }, group(0), 'fail', 0],
  ['overlaid-text', PRINTED, written(), 'pass', 0],
  ['overlaid-text', PRINTED, written(onMug), 'pass', 0],
  ['overlaid-text', PRINTED, written(banner), 'fail', 0.15],
  ['overlaid-text', PRINTED, written(onMug, corner), 'fail', 0.0075],
  ['overlaid-text', { max: 0.1 }, written(onMug, corner), 'pass', 0.0275],
  ['overlaid-text', { max: 0.1 }, written(banner, onMug), 'fail', 0.17],
  ['overlaid-text', PRINTED, written({ ...banner, confidence: 0.2 }), 'pass', 0],
  ['logos', { onObjects: true }, marked(), 'pass', []],
  ['logos', { onObjects: true }, marked(['Acme', [0.4, 0.4, 0.1, 0.1]]), 'pass', []],
  ['logos', { onObjects: true }, marked(['Acme', [0, 0, 0.1, 0.1]]), 'fail', ['Acme']],
  ['logos', {}, marked(['Acme', [0.4, 0.4, 0.1, 0.1]]), 'fail', ['Acme']],
  ['logos', { allowed: ['ACME'] }, marked(['Acme', [0, 0, 0.1, 0.1]]), 'pass', []],
  ['logos', { allowed: ['ACME'] }, marked(['Acme', [0, 0, 0.1, 0.1]], ['Emca', [0.5, 0, 0.1, 0.1]]), 'fail', ['Emca']],
  ['forbidden-tags', TAGS, seen(), 'pass', []],
  ['forbidden-tags', TAGS, seen('cup', 'fork'), 'pass', []],
  ['forbidden-tags', TAGS, seen('fork', 'knife'), 'fail', ['knife']],
  ['forbidden-tags', TAGS, seen('Wine Glass', 'knife'), 'fail', ['knife', 'wine glass']],
  ['forbidden-tags', { ...TAGS, confidence: 0.85 }, seen('knife'), 'pass', []],
  ['forbidden-tags', TAGS, showing({ attributes: { type: { value: 'cigarette', confidence: 0.6 } } }), 'fail', ['cigarette']],
  ['alt', {}, described(human('A mug.')), 'pass', 'human'],
  ['alt', {}, described({ text: 'A mug.', origin: 'machine' }), 'pass', 'machine'],
  ['alt', { least: 'embedded' }, described({ text: 'A mug.', origin: 'machine' }), 'fail', 'machine'],
  ['alt', { least: 'embedded' }, described({ text: 'A mug.', origin: 'embedded' }), 'pass', 'embedded'],
  ['alt', {}, described(human('')), 'pass', 'decorative'],
  ['alt', {}, described(undefined), 'fail', 'missing'],
  ['alt-lint', {}, described(human('A blue mug on a wooden table.')), 'pass', []],
  ['alt-lint', {}, described(human('')), 'pass', 'decorative'],
  ['alt-lint', {}, described(human('IMG_2041.jpg')), 'fail', expect.any(Array)],
  ['alt-lint', {}, described(human('shoe.jpg')), 'fail', expect.any(Array)],
  ['alt-lint', {}, described(human('image')), 'fail', expect.any(Array)],
  ['alt-lint', {}, described(human('Two dogs play in the snow.')), 'pass', []],
  ...['', 'A mug.', 'A'.repeat(249), 'A'.repeat(250), 'Ä'.repeat(251), '😀'.repeat(250)].map((text): (typeof CASES)[number] => {
    const { length } = [...text];
    return ['alt-length', { max: 250 }, described(human(text)), length <= 250 ? 'pass' : 'fail', length];
  }),
  ['text-told', {}, described(human('A red sign.')), 'pass', []],
  ['text-told', {}, described(human('A red sign.'), SIGN), 'fail', ['No Entry']],
  ['text-told', {}, described(human('A red sign: “NO ENTRY”.'), SIGN), 'pass', []],
  ['text-told', {}, described(human('A red sign.'), SIGN, ['It says no entry.']), 'pass', []],
  ['text-told', {}, described(human('A sign says no entry.'), [...SIGN, line('Exit', [0, 0.8, 0.1, 0.1])]), 'fail', ['Exit']],
  ['text-told', {}, described(undefined, SIGN), 'fail', ['No Entry']],
  ['text-told', { confidence: 0.95 }, described(human('A red sign.'), SIGN), 'pass', []],
];

describe('what a picture shows and says', () => {
  it.each(CASES)('%s by %j', (check, rule, about, result, measured) => {
    const verdict = verdictOf(about, { check, ...rule });
    expect(verdict.result).toBe(result);
    expect(verdict.measured).toEqual(typeof measured === 'number' ? expect.closeTo(measured, 9) : measured);
  });

  it('is judged on at least six pictures for each check', () => {
    const counts = Map.groupBy(CASES, ([check]) => check);
    expect([...counts.values()].every(({ length }) => length >= 6)).toBe(true);
    expect(counts.size).toBe(8);
  });
});
