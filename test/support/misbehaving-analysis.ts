// An analysis worker whose stages misbehave each in its own way; those that the stages' names do not tell are sound.
import { parentPort, workerData } from 'node:worker_threads';
import { serveAnalysis } from '../../functions/adapters/model/analysis-service.ts';
import type { AnalysisStage } from '../../functions/captioner/analysis/stage.ts';
import type { Facts, Stage } from '../../functions/core/facts/facts.ts';

const forEver = (): never => {
  for (;;);
};

const CAT = { label: 'cat', confidence: 0.9, box: [0.2, 0.2, 0.6, 0.6] } as const;

const RUNS: Partial<Record<Stage, () => Partial<Facts>>> = {
  objects: () => ({ objects: [CAT] }),
  colours: () => forEver(),
  text: () => process.exit(1),
  logos: () => {
    throw new Error('no memory');
  },
};

const { stages } = workerData as { stages: Stage[] };
if (parentPort === null) throw new Error('misbehaving-analysis.ts runs as a worker thread only');
serveAnalysis(parentPort, stages.includes('dense'), async () =>
  stages
    .filter((stage) => stage !== 'dense')
    .map((stage): AnalysisStage => ({ stage, by: `${stage}@1`, run: async () => RUNS[stage]?.() ?? { [stage]: [] } })),
);
