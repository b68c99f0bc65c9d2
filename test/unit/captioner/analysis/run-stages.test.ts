// Stages run in their order, see what was found before, and cost nothing but their own parts when they fail.
import { describe, expect, it } from 'vitest';
import { MAX_FOUND, NOTHING_FOUND, runStages, withFailure } from '../../../../functions/captioner/analysis/run-stages.ts';
import type { AnalysisStage, StageInput } from '../../../../functions/captioner/analysis/stage.ts';
import type { Facts, Stage } from '../../../../functions/core/facts/facts.ts';

const INPUT: Omit<StageInput, 'found'> = {
  pixels: { data: new Uint8Array(3), width: 1, height: 1 },
  size: { width: 1, height: 1 },
  encoding: { hasAlpha: false },
};
const CAT = { label: 'cat', confidence: 0.9, box: [0, 0, 1, 1] } as const;
const QUIET = { begin: () => undefined, done: () => undefined };

const stageOf = (stage: Stage, run: (input: StageInput) => Partial<Facts>): AnalysisStage => ({
  stage,
  by: `${stage}@1`,
  run: async (input) => run(input),
});

const counting = (): (() => number) => {
  let time = 0;
  return () => (time += 5);
};

describe('running the stages', () => {
  it('gives the facts of all, each with what it ran and its time, in the order of the stages', async () => {
    const order: string[] = [];
    const colours = stageOf('colours', ({ found }) => ({ colours: [{ name: found.objects?.[0]?.label ?? 'none', share: 1 }] }));
    const objects = stageOf('objects', () => ({ objects: [CAT], people: { count: 0 } }));
    const analysis = await runStages([colours, objects], INPUT, NOTHING_FOUND, counting(), {
      begin: (stage) => order.push(`begin ${stage}`),
      done: ({ ms }) => order.push(`done ${Object.keys(ms)}`),
    });
    expect(analysis).toEqual({
      facts: {
        objects: [CAT],
        people: { count: 0 },
        colours: [{ name: 'cat', share: 1 }],
        by: { objects: 'objects@1', colours: 'colours@1' },
      },
      ms: { objects: 5, colours: 5 },
    });
    expect(order).toEqual(['begin objects', 'done objects', 'begin colours', 'done objects,colours']);
  });

  it('goes on after a stage that throws, and says why in one short line', async () => {
    const broken = stageOf('objects', () => {
      throw new Error(`no\nmemory ${'x'.repeat(500)}`);
    });
    const rude: AnalysisStage = { ...stageOf('text', () => ({})), run: () => Promise.reject('') };
    const { facts } = await runStages([broken, rude, stageOf('logos', () => ({ logos: [] }))], INPUT, NOTHING_FOUND, counting(), QUIET);
    expect(facts).toEqual({
      logos: [],
      by: { logos: 'logos@1' },
      failed: { objects: expect.stringMatching(/^no memory x{190}$/), text: 'it failed' },
    });
  });

  it('takes from a stage its own parts only, and not more of them than a record has room for', async () => {
    const many = stageOf('objects', () => ({ objects: new Array(MAX_FOUND + 1).fill(CAT), colours: [] }));
    const { facts } = await runStages([many], INPUT, NOTHING_FOUND, counting(), QUIET);
    expect(facts.objects).toHaveLength(MAX_FOUND);
    expect(facts).not.toHaveProperty('colours');
  });

  it('runs no stage again that has found something or failed', async () => {
    const facts = withFailure({ objects: [], by: { objects: 'objects@1' } }, 'text', new Error('it hung'));
    const again = (stage: Stage) =>
      stageOf(stage, () => {
        throw new Error(`${stage} ran again`);
      });
    const logos = stageOf('logos', () => ({ logos: [] }));
    const after = await runStages([again('objects'), again('text'), logos], INPUT, { facts, ms: { objects: 3 } }, counting(), QUIET);
    expect(after).toEqual({
      facts: { objects: [], logos: [], by: { objects: 'objects@1', logos: 'logos@1' }, failed: { text: 'it hung' } },
      ms: { objects: 3, logos: 5 },
    });
  });
});
