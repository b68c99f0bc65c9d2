import { describe, expect, it } from 'vitest';
import type { FoundLogo, FoundObject, FoundText } from '../../../../functions/core/facts/facts.ts';
import { OTHER_CHECKS } from '../../../../functions/core/rules/checks.ts';
import type { RuleSubject, RuleText } from '../../../../functions/core/rules/verdict.ts';
import { measured, subject, verdictOf } from '../../../support/rule-subjects.ts';

const NOTHING: RuleSubject = { name: 'a.jpg', facts: {} };

/** A rule of each check. */
const RULES: Record<(typeof OTHER_CHECKS)[number], object> = {
  format: { allowed: ['jpeg', 'png'] },
  extension: {},
  transparency: {},
  'overlaid-text': { max: 0.01 },
  logos: {},
  'forbidden-tags': { tags: ['Knife', 'gun'] },
  alt: {},
  'alt-lint': {},
  'text-told': {},
  duplicates: { distance: 3 },
};

const ask = (check: keyof typeof RULES, about: RuleSubject, more: object = {}) => verdictOf(about, { check, ...RULES[check], ...more });

const withFile = (name: string, format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'): RuleSubject =>
  subject({ name, file: { bytes: 1, width: 1, height: 1, format, dhash: '0'.repeat(16) } });

const withText = (text: FoundText[], objects: FoundObject[] = []): RuleSubject => subject({ facts: { text, objects } });
const withLogos = (logos: FoundLogo[], objects: FoundObject[] = []): RuleSubject => subject({ facts: { logos, objects } });
const withAlt = (alt: RuleText | undefined, isPending = false): RuleSubject =>
  subject({ texts: { ...(alt && { alt }), others: [], isPending } });

const SALE: FoundText = { text: 'SALE', confidence: 0.9, box: [0.1, 0.1, 0.3, 0.1] };
const SHIRT: FoundObject = { label: 'shirt', confidence: 0.9, box: [0.05, 0.05, 0.5, 0.5] };

describe('a rule about anything else', () => {
  it.each(OTHER_CHECKS)('does not judge %s when nothing is known, and says why', (check) => {
    const verdict = ask(check, NOTHING);
    expect(verdict.result).toBe('unknown');
    expect(verdict.why).toBeTruthy();
  });

  it.each([
    ['a.jpg', 'jpeg', 'pass', 'pass'],
    ['a.png', 'png', 'pass', 'pass'],
    ['a.webp', 'webp', 'fail', 'pass'],
    ['a.gif', 'gif', 'fail', 'pass'],
    ['a.jpg', 'png', 'pass', 'fail'],
    ['folder.jpg/a', 'jpeg', 'pass', 'fail'],
    ['a.JPEG', 'jpeg', 'pass', 'pass'],
    ['a.tiff', 'avif', 'fail', 'fail'],
  ] as const)('%s of the format %s: format %s, extension %s', (name, format, byFormat, byName) => {
    expect(ask('format', withFile(name, format))).toMatchObject({ result: byFormat, measured: format });
    expect(ask('extension', withFile(name, format)).result).toBe(byName);
  });

  it('tells transparent from opaque', () => {
    expect(ask('transparency', measured({ hasAlpha: true }))).toMatchObject({ result: 'fail', measured: 'transparent' });
    expect(ask('transparency', measured({}))).toMatchObject({ result: 'pass', measured: 'opaque' });
  });

  it('adds up the area of text', () => {
    expect(ask('overlaid-text', withText([SALE]))).toMatchObject({ result: 'fail', measured: expect.closeTo(0.03), boxes: [SALE.box] });
    expect(ask('overlaid-text', withText([]))).toMatchObject({ result: 'pass', measured: 0 });
    expect(ask('overlaid-text', withText([SALE]), { max: 0.04 }).result).toBe('pass');
    expect(ask('overlaid-text', withText([{ ...SALE, confidence: 0.3 }])).result).toBe('pass');
    expect(ask('overlaid-text', withText([{ text: 'SALE' }]))).toMatchObject({ result: 'unknown', why: expect.stringContaining('where') });
  });

  it('leaves out text that is printed on a thing, where the rule says so', () => {
    expect(ask('overlaid-text', withText([SALE], [SHIRT]), { onObjects: true }).result).toBe('pass');
    expect(ask('overlaid-text', withText([SALE], [SHIRT])).result).toBe('fail');
    expect(ask('overlaid-text', withText([SALE], [{ ...SHIRT, box: [0.3, 0.3, 0.5, 0.5] }]), { onObjects: true }).result).toBe('fail');
    expect(ask('overlaid-text', subject({ facts: { text: [SALE] } }), { onObjects: true })).toMatchObject({
      result: 'unknown',
      why: expect.stringContaining('printed'),
    });
    expect(ask('overlaid-text', subject({ facts: { text: [] } }), { onObjects: true }).result).toBe('pass');
  });

  it('names the brands whose marks are there', () => {
    const mark: FoundLogo = { brand: 'Acme', confidence: 0.9, box: [0.1, 0.1, 0.1, 0.1] };
    expect(ask('logos', withLogos([mark]))).toMatchObject({ result: 'fail', measured: ['Acme'], boxes: [mark.box] });
    expect(ask('logos', withLogos([]))).toMatchObject({ result: 'pass', measured: [] });
    expect(ask('logos', withLogos([mark]), { allowed: ['acme'] }).result).toBe('pass');
    expect(ask('logos', withLogos([mark], [SHIRT]), { onObjects: true }).result).toBe('pass');
    expect(ask('logos', withLogos([mark], []), { onObjects: true }).result).toBe('fail');
    expect(ask('logos', subject({ facts: { logos: [mark] } }), { onObjects: true }).result).toBe('unknown');
  });

  it('finds forbidden tags, whatever their case, and shows the things', () => {
    const knife: FoundObject = { label: 'knife', box: [0, 0, 0.1, 0.1] };
    const about = subject({
      tags: [
        { name: 'knife', confidence: 0.8 },
        { name: 'table', confidence: 0.9 },
      ],
      facts: { objects: [knife] },
    });
    expect(ask('forbidden-tags', about)).toMatchObject({ result: 'fail', measured: ['Knife'], boxes: [knife.box] });
    expect(ask('forbidden-tags', about, { confidence: 0.9 }).result).toBe('pass');
    expect(ask('forbidden-tags', subject({ tags: [{ name: 'table', confidence: 1 }] }))).toMatchObject({ result: 'pass', measured: [] });
    expect(ask('forbidden-tags', subject({ tags: [] })).result).toBe('pass');
    // what texts name can be forbidden, too; but that they do not name it proves nothing
    expect(ask('forbidden-tags', subject({ tags: [{ name: 'gun', confidence: 0.9 }], facts: {} })).result).toBe('fail');
    expect(ask('forbidden-tags', subject({ tags: [{ name: 'table', confidence: 0.9 }], facts: {} })).result).toBe('unknown');
  });

  it('asks for an alt text, and for who wrote it', () => {
    expect(ask('alt', withAlt({ text: 'A shoe.', origin: 'machine' }))).toMatchObject({ result: 'pass', measured: 'machine' });
    expect(ask('alt', withAlt({ text: 'A shoe.', origin: 'machine' }), { least: 'reviewed' })).toMatchObject({
      result: 'fail',
      measured: 'machine',
    });
    expect(ask('alt', withAlt({ text: 'A shoe.', origin: 'human' }), { least: 'reviewed' }).result).toBe('pass');
    expect(ask('alt', withAlt({ text: '', origin: 'human' }))).toMatchObject({ result: 'pass', measured: 'decorative' });
    expect(ask('alt', withAlt(undefined))).toMatchObject({ result: 'fail', measured: 'missing' });
    expect(ask('alt', withAlt(undefined, true))).toMatchObject({ result: 'unknown', why: 'the text is still being written' });
    expect(ask('alt', withAlt({ text: 'A shoe.' }), { least: 'reviewed' }).result).toBe('fail');
  });

  it('hears the alt text as lint does', () => {
    expect(ask('alt-lint', subject()).result).toBe('pass');
    expect(ask('alt-lint', withAlt({ text: 'shoe.jpg', origin: 'human', lang: 'en' }))).toMatchObject({
      result: 'fail',
      measured: expect.arrayContaining([expect.any(String)]),
    });
    expect(ask('alt-lint', withAlt({ text: '', origin: 'human' }))).toMatchObject({ result: 'pass', measured: 'decorative' });
    expect(ask('alt-lint', withAlt(undefined)).result).toBe('unknown');
  });

  it('asks that what is written in the picture is said', () => {
    const sign = (alt: string, others: string[] = []): RuleSubject => ({
      ...withText([{ text: 'No Entry!', box: [0, 0, 0.5, 0.1] }]),
      texts: { alt: { text: alt, origin: 'human' }, others, isPending: false },
    });
    expect(ask('text-told', sign('A sign that says “No entry”.'))).toMatchObject({ result: 'pass', measured: [] });
    expect(ask('text-told', sign('A sign.', ['The sign says: no entry.'])).result).toBe('pass');
    expect(ask('text-told', sign('A red sign.'))).toMatchObject({ result: 'fail', measured: ['No Entry!'], boxes: [[0, 0, 0.5, 0.1]] });
    expect(ask('text-told', sign(''))).toMatchObject({ result: 'pass', measured: 'decorative' });
    expect(ask('text-told', withText([]))).toMatchObject({ result: 'pass', measured: [] });
    expect(ask('text-told', withText([{ text: '***' }])).result).toBe('pass');
    expect(ask('text-told', { ...sign('x'), texts: { others: [], isPending: true } }).result).toBe('unknown');
    expect(ask('text-told', { ...withText([{ text: 'EXIT' }]), texts: { others: [], isPending: false } })).not.toHaveProperty('boxes');
  });

  it('names what looks the same', () => {
    const duplicates = [
      { name: 'b.jpg', distance: 3 },
      { name: 'c.jpg', distance: 4 },
    ];
    expect(ask('duplicates', subject({ duplicates }))).toMatchObject({ result: 'fail', measured: ['b.jpg'] });
    expect(ask('duplicates', subject({ duplicates }), { distance: 2 })).toMatchObject({ result: 'pass', measured: [] });
    const some = subject({ duplicates, comparedOnly: 'the first 500' });
    expect(ask('duplicates', some)).toMatchObject({ result: 'fail', measured: ['b.jpg'] });
    expect(ask('duplicates', some, { distance: 2 })).toEqual({
      check: 'duplicates',
      level: 'must',
      rule: 'As said.',
      result: 'unknown',
      why: 'none was found, but only the first 500 were compared',
    });
  });
});
