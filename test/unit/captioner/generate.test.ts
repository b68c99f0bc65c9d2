// Token for token what transformers' generate() found (models/training/hub/make_generate_cases.py), and never something else in silence.
import { describe, expect, it } from 'vitest';
import type { Hypothesis } from '../../../functions/captioner/beam.ts';
import { searchBatch } from '../../../functions/captioner/decode-batch.ts';
import { generateSearch } from '../../../functions/captioner/generate.ts';
import type { GenerateRules } from '../../../functions/captioner/generate-rules.ts';
import { cases, type GenerateCase, manifestOf, tableGraphs, tables } from '../../support/table-model.ts';

const MEMORY = { memory: { data: Float32Array.of(0), dims: [1, 1] } };

const search = async (wanted: GenerateCase, topK: number): Promise<Hypothesis[]> => {
  const choices = { start: wanted.prompt, beamSize: wanted.beamSize };
  const [found] = await searchBatch(tableGraphs(tables[wanted.table] ?? [], topK), manifestOf(wanted, topK), MEMORY, 1, choices);
  return found ?? [];
};

const sizeOf = ({ table }: GenerateCase): number => tables[table]?.[0]?.length ?? 0;
const textOf = ({ tokens }: { tokens: readonly number[] }): string => tokens.join(' ');

describe('the search of transformers', () => {
  it.each(cases.map((wanted, number) => ({ number, wanted })))('case $number', async ({ wanted }) => {
    const found = await search(wanted, sizeOf(wanted));
    expect(found.map(textOf)).toEqual(wanted.expected.map(textOf));
    found.forEach(({ score }, i) => {
      const expected = wanted.expected[i]?.score;
      if (typeof expected === 'number') expect(score).toBe(Math.fround(expected));
    });
  });

  it('knows no penalty for repetition without beams, because it has no logits', () => {
    const rules = { ...manifestOf(cases[0] as GenerateCase, 1).search, kind: 'generate', end: 1, repetitionPenalty: 1.2 };
    expect(() => generateSearch(rules as GenerateRules, { start: [2], beamSize: 1 })).toThrow('at least 2 beams');
  });

  it('is the same from fewer candidates, or an error', async () => {
    const outcomes = { same: 0, refused: 0 };
    for (const wanted of cases) {
      const topK = Math.max(1, Math.min(sizeOf(wanted), 2 * wanted.beamSize + 1));
      const found = await search(wanted, topK).catch((thrown: unknown) => thrown);
      if (Array.isArray(found)) {
        outcomes.same += 1;
        expect(found.map(textOf)).toEqual(wanted.expected.map(textOf));
      } else {
        outcomes.refused += 1;
        expect(String(found)).toContain('too few candidates');
      }
    }
    expect(outcomes.same).toBeGreaterThan(cases.length / 2);
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});
