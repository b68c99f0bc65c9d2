import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judgementOf } from '../../../../functions/core/rules/judge.ts';
import { parseRulePack } from '../../../../functions/core/rules/rule-pack.ts';
import { packOf, subject } from '../../../support/rule-subjects.ts';

const RULES = fileURLToPath(new URL('../../../../rules', import.meta.url));
const FILES = readdirSync(RULES);

const mistake = (value: unknown): string => {
  try {
    parseRulePack(value, 'own.yaml');
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'CONFIG' });
    return (thrown as Error).message;
  }
  throw new Error('it was taken');
};

const PACK = { name: 'own', title: 'Own', about: 'A test', rules: [{ check: 'format', allowed: ['jpeg'], rule: 'JPEG only.' }] };

describe('a rule pack', () => {
  it('is shipped for four channels', () => {
    expect(FILES).toEqual(['accessible-web.yaml', 'amazon-main.yaml', 'google-merchant.yaml', 'instagram.yaml']);
  });

  it.each(FILES)('%s is as it must be, named as its file, and says where its rules come from', (file) => {
    const pack = parseRulePack(parse(readFileSync(join(RULES, file), 'utf8')), file);
    expect(`${pack.name}.yaml`).toBe(file);
    expect(pack.sources.length).toBeGreaterThan(0);
    const { verdicts } = judgementOf({ name: 'a', facts: {} }, pack);
    expect(verdicts.map(({ result }) => result)).toEqual(verdicts.map(() => 'unknown'));
  });

  it('may say the same check twice, at two levels', () => {
    const pack = packOf({ check: 'longest-side', min: 500 }, { check: 'longest-side', min: 1000, level: 'should' });
    expect(pack.rules.map(({ level }) => level)).toEqual(['must', 'should']);
  });

  it.each([
    [{ ...PACK, rules: [{ check: 'sharpnes', min: 3, rule: 'x' }] }, 'own.yaml: rules[0].check: '],
    [{ ...PACK, rules: [{ check: 'sharpness', rule: 'x' }] }, 'own.yaml: rules[0]: needs min, max or both'],
    [{ ...PACK, rules: [{ check: 'sharpness', min: 3, max: 2, rule: 'x' }] }, 'own.yaml: rules[0]: has a min above its max'],
    [{ ...PACK, rules: [{ check: 'subject-extent', min: 85, rule: 'x' }] }, 'own.yaml: rules[0]: has a bound above 1, the largest share'],
    [{ ...PACK, rules: [{ check: 'compression', max: 101, rule: 'x' }] }, 'own.yaml: rules[0]: has a bound above 100, the largest quality'],
    [{ ...PACK, name: 'o'.repeat(61) }, 'own.yaml: name: '],
    [{ ...PACK, rules: [{ check: 'format', allowed: ['bmp'], rule: 'x' }] }, 'own.yaml: rules[0].allowed[0]: '],
    [{ ...PACK, rules: [{ check: 'duplicates', distance: 9, rule: 'x' }] }, 'own.yaml: rules[0].distance: '],
    [{ ...PACK, rules: [{ check: 'extension', min: 1, rule: 'x' }] }, 'own.yaml: rules[0]: '],
    [{ ...PACK, rules: [] }, 'own.yaml: rules: '],
    [{ ...PACK, name: 'Own Pack' }, 'own.yaml: name: must be lower case words with hyphens'],
    ['nonsense', 'own.yaml: Invalid input'],
  ])('%j is refused, saying where', (value, words) => {
    expect(mistake(value)).toContain(words);
  });
});

describe('a judgement', () => {
  const FAILS = { check: 'longest-side', min: 5000 };
  const PASSES = { check: 'longest-side', min: 5 };
  const UNKNOWN = { check: 'people', max: 0 };
  const about = subject({ facts: {} });

  it.each([[[FAILS]], [[{ ...PASSES, level: 'should' }]]])('of a video by %j is not known, as rules are about pictures', (rules) => {
    const video = subject({ file: { bytes: 1, width: 640, height: 360, format: 'mp4', dhash: '0'.repeat(16) } });
    expect(judgementOf(video, packOf(...rules))).toMatchObject({
      result: 'unknown',
      verdicts: rules.map(() => ({ result: 'unknown', why: 'rules are about pictures, and this is a video' })),
    });
  });

  it.each([
    [[PASSES, PASSES], 'pass'],
    [[PASSES, UNKNOWN], 'unknown'],
    [[UNKNOWN, FAILS], 'fail'],
    [[PASSES, { ...FAILS, level: 'should' }], 'pass'],
    [[PASSES, { ...UNKNOWN, level: 'should' }], 'pass'],
    [[{ ...PASSES, level: 'should' }], 'pass'],
  ])('of %j is %s', (rules, result) => {
    expect(judgementOf(about, packOf(...rules))).toMatchObject({ pack: 'own', title: 'Own', result, verdicts: { length: rules.length } });
  });
});
