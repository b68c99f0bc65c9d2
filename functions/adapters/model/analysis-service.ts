// What an analysis worker does: it tells what it runs, and then analyses pictures one at a time, telling how far it is.
import type { MessagePort } from 'node:worker_threads';
import { type CropCaptioner, denseStage } from '../../captioner/analysis/dense/dense-stage.ts';
import { type Analysis, runStages } from '../../captioner/analysis/run-stages.ts';
import type { AnalysisPixels, AnalysisStage, StageInput } from '../../captioner/analysis/stage.ts';
import { type PillowFilter, pillowFit } from '../../captioner/pillow-resize.ts';
import type { Caption } from '../../core/caption.ts';
import type { Stage } from '../../core/facts/facts.ts';
import type { PixelSpec } from './sharp-pixels.ts';

/** Crops are pixels already: they are resized by Pillow's filters, also for captioners whose pictures libvips resizes. */
const CROP_FILTERS = {
  linear: 'bilinear',
  cubic: 'bicubic',
  lanczos3: 'lanczos',
  'pillow-bilinear': 'bilinear',
  'pillow-bicubic': 'bicubic',
  'pillow-lanczos': 'lanczos',
} as const satisfies Record<PixelSpec['kernel'], PillowFilter>;

/** The captioner that `dense` asks: its name, and the pixels that it takes. */
export type Asked = { by: string; image: PixelSpec };

/** One picture; `before` is what is known of it already, `without` are stages that do not run for it, and none begins after `leftMs`. */
export type AnalysisRequest = {
  input: Omit<StageInput, 'found'>;
  before: Analysis;
  captioner: Asked;
  without: readonly Stage[];
  leftMs: number;
};

/** Why stages fail for which there is no time. */
export const NO_TIME = 'no time was left for it';

/** The same stage, which fails when it would begin after `until`. */
const beginningBefore = (until: number, stage: AnalysisStage): AnalysisStage => ({
  ...stage,
  run: (input) => (performance.now() > until ? Promise.reject(new Error(NO_TIME)) : stage.run(input)),
});

/** What the thread is sent: pictures one at a time and, while one is worked on, captions of the crops that were asked for. */
export type ToAnalysis =
  | { kind: 'analyse'; request: AnalysisRequest }
  | { kind: 'captions'; captions: Caption[] }
  | { kind: 'no captions' };

/** What the thread sends: first `loaded` or `failed`; of a picture each stage's `begin` and what is known after it, and at last `end`. */
export type FromAnalysis =
  | { kind: 'loaded'; by: Partial<Record<Stage, string>> }
  | { kind: 'failed'; message: string }
  | { kind: 'begin'; stage: Stage }
  | { kind: 'done'; analysis: Analysis }
  | { kind: 'crops'; pixels: Uint8Array[] }
  | { kind: 'end'; analysis: Analysis };

/**
 * Serves the thread at the other end of `port`.
 * @param load makes the stages without `dense`, which asks the captioner beside this thread
 */
export const serveAnalysis = (port: MessagePort, isDense: boolean, load: () => Promise<AnalysisStage[]>): void => {
  const tell = (message: FromAnalysis): void => port.postMessage(message);
  let asked: PromiseWithResolvers<Caption[]> | undefined;

  const cropCaptioner = ({ by, image }: Asked): CropCaptioner => ({
    by,
    caption(crops: readonly AnalysisPixels[]) {
      asked = Promise.withResolvers();
      tell({ kind: 'crops', pixels: crops.map((crop) => pillowFit(crop, image, CROP_FILTERS[image.kernel]).data) });
      return asked.promise;
    },
  });
  const analyse = async (made: readonly AnalysisStage[], { input, before, captioner, without, leftMs }: AnalysisRequest): Promise<void> => {
    const until = performance.now() + leftMs;
    const all = isDense ? [...made, denseStage(cropCaptioner(captioner))] : made;
    const stages = all.filter(({ stage }) => !without.includes(stage)).map((stage) => beginningBefore(until, stage));
    const analysis = await runStages(stages, input, before, () => performance.now(), {
      begin: (stage) => tell({ kind: 'begin', stage }),
      done: (known) => tell({ kind: 'done', analysis: known }),
    });
    tell({ kind: 'end', analysis });
  };
  const start = async (): Promise<void> => {
    const stages = await load();
    port.on('message', (message: ToAnalysis) => {
      if (message.kind === 'analyse') void analyse(stages, message.request);
      else if (message.kind === 'captions') asked?.resolve(message.captions);
      else asked?.reject(new Error('the captioner failed'));
    });
    tell({ kind: 'loaded', by: Object.fromEntries(stages.map(({ stage, by }) => [stage, by])) });
  };
  start().catch((thrown: unknown) => tell({ kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) }));
};
