// The written-down searches that models/tests holds against the Python search too.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { advance, emptyHypothesis, type Hypothesis, rank } from '../../../functions/captioner/beam.ts';
import { tokens } from '../../../functions/captioner/manifest-forms.ts';
import { rulesOf } from '../../../functions/captioner/search-rules.ts';

const schema = z.object({
  cases: z.array(
    z.object({
      beamSize: z.int(),
      tokens,
      search: z.object({
        beamSize: z.int(),
        maxTokens: z.int(),
        minTokens: z.int(),
        lengthPenalty: z.number(),
        unknownAllowed: z.boolean(),
        functionWords: z.array(z.int()),
        noEndAfter: z.array(z.int()),
      }),
      rows: z.record(z.string(), z.array(z.tuple([z.int(), z.number()]))),
      expected: z.array(z.object({ tokens: z.array(z.int()), sum: z.number(), score: z.number() })),
    }),
  ),
});
const { cases } = schema.parse(JSON.parse(readFileSync(new URL('../../fixtures/beam-cases.json', import.meta.url), 'utf8')));

describe('the written-down searches', () => {
  it.each(cases.map((search, number) => ({ number, ...search })))('gives the sentences of case $number', (written) => {
    const rules = rulesOf(written.tokens, { kind: 'caption', ...written.search });
    let hypotheses: readonly Hypothesis[] = [emptyHypothesis];
    for (let length = 0; length < rules.maxTokens; length += 1) {
      const rows = hypotheses.map(({ tokens }) => {
        const row = written.rows[tokens.join(' ')] ?? [];
        return { tokens: row.map(([token]) => token), logProbs: row.map(([, logProb]) => logProb) };
      });
      const beams = advance(hypotheses, rows, written.beamSize, rules);
      if (beams.length === 0) break;
      hypotheses = beams.map(({ hypothesis }) => hypothesis);
    }
    const found = rank(hypotheses, rules);
    expect(found.map(({ tokens, sum, score }) => ({ tokens, sum, score }))).toEqual(written.expected);
  });
});
