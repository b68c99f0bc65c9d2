// What holds for every picture and every shipped pack, whatever is known.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRulePacks } from '../../../../functions/adapters/rule-pack-files.ts';
import type { Box } from '../../../../functions/core/facts/facts.ts';
import { FORMATS } from '../../../../functions/core/picture/picture-format.ts';
import { ORIGINS } from '../../../../functions/core/record/record.ts';
import { judgementOf, resultOf } from '../../../../functions/core/rules/judge.ts';
import { limitWords, measuredWords } from '../../../../functions/core/rules/rule-words.ts';
import type { RuleSubject } from '../../../../functions/core/rules/verdict.ts';
import { judgedSchema } from '../../../../functions/handlers/http/rules/rules-schemas.ts';

const PACKS = readRulePacks(fileURLToPath(new URL('../../../../rules', import.meta.url)));

const share = fc.double({ min: 0, max: 1, noNaN: true });
const level = fc.double({ min: 0, max: 255, noNaN: true });
const side = fc.integer({ min: 1, max: 16_384 });
const box: fc.Arbitrary<Box> = fc.tuple(share, share, share, share);
const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const some = { requiredKeys: [] as [] };

const quality = fc.record(
  {
    sharpness: fc.double({ min: 0, max: 1e5, noNaN: true }),
    brightness: level,
    contrast: level,
    underexposed: share,
    overexposed: share,
    background: fc.record({ share, colour: fc.constant('#ffffff'), whiteDeltaE: fc.double({ min: 0, max: 100, noNaN: true }) }),
    subject: fc.record({ share, box }),
    border: fc.tuple(share, share, share, share),
    jpegQuality: fc.integer({ min: 1, max: 100 }),
    watermark: share,
    hasAlpha: fc.boolean(),
  },
  { requiredKeys: ['sharpness', 'brightness', 'contrast', 'underexposed', 'overexposed', 'background', 'border', 'hasAlpha'] },
);
const facts = fc.record(
  {
    objects: fc.array(fc.record({ label: fc.constantFrom('person', 'cup', 'knife'), confidence: share, box }), { maxLength: 4 }),
    people: fc.record({ count: fc.nat(20) }),
    text: fc.array(fc.record({ text: words, confidence: share, box }, { requiredKeys: ['text'] }), { maxLength: 4 }),
    logos: fc.array(fc.record({ brand: words, confidence: share, box }), { maxLength: 3 }),
    quality,
    failed: fc.constantFrom({ text: 'x' }, { quality: 'y' }, {}),
  },
  some,
);
const text = fc.record({ text: words, lang: fc.constantFrom('en', 'de'), origin: fc.constantFrom(...ORIGINS) }, { requiredKeys: ['text'] });
const subject: fc.Arbitrary<RuleSubject> = fc.record(
  {
    name: fc.oneof(words, fc.constantFrom('a.jpg', 'b/c.png', '')),
    file: fc.record({
      bytes: fc.nat(25_000_000),
      width: side,
      height: side,
      format: fc.constantFrom(...FORMATS),
      dhash: fc.constant('0123456789abcdef'),
    }),
    facts,
    texts: fc.record(
      { alt: text, others: fc.array(words, { maxLength: 2 }), isPending: fc.boolean() },
      { requiredKeys: ['others', 'isPending'] },
    ),
    tags: fc.array(fc.record({ name: words, confidence: share }), { maxLength: 3 }),
    duplicates: fc.array(fc.record({ name: words, distance: fc.nat(7) }), { maxLength: 3 }),
    comparedOnly: fc.constant('the first 500 pictures in and below its folder'),
  },
  { requiredKeys: ['name', 'facts'] },
);

describe('judging', () => {
  it('gives each rule a verdict that can be told, and knows why it knows nothing', () => {
    fc.assert(
      fc.property(subject, fc.constantFrom(...PACKS), (about, pack) => {
        const judgement = judgementOf(about, pack);
        expect(judgement.verdicts.map(({ check, rule }) => [check, rule])).toEqual(pack.rules.map(({ check, rule }) => [check, rule]));
        expect(judgedSchema.safeParse({ id: 'x'.repeat(22), state: 'READY', packs: [judgement] }).success).toBe(true);
        for (const verdict of judgement.verdicts) {
          expect(verdict.result === 'unknown').toBe(verdict.why !== undefined);
          if (verdict.result !== 'unknown') expect(measuredWords(verdict)).toBeTypeOf('string');
          limitWords(verdict);
        }
      }),
    );
  });

  it('says the same again, and blames nobody for what was not looked at', () => {
    fc.assert(
      fc.property(subject, fc.constantFrom(...PACKS), (about, pack) => {
        expect(judgementOf(structuredClone(about), pack)).toEqual(judgementOf(about, pack));
        const { verdicts } = judgementOf(about, pack);
        const less = judgementOf({ ...about, facts: {} }, pack).verdicts;
        for (const [at, verdict] of less.entries()) {
          // without facts a rule is decided by the file and the texts alone, or not at all
          if (verdict.result !== 'unknown' && verdicts[at]?.result !== 'unknown') expect(verdict.result).toBe(verdicts[at]?.result);
        }
        expect(['pass', 'fail', 'unknown']).toContain(resultOf(verdicts));
      }),
    );
  });
});
