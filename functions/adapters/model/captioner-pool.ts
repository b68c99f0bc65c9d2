// A captioner made of lanes (caption-lane.ts); a batch of pictures goes through one lane.
// The main thread only passes bytes on: it never decodes, hashes or computes.
import type { Captioner } from '../../core/caption.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import type { AnalyserSettings } from './analyser.ts';
import { CaptionLane, changed, stagesWithout } from './caption-lane.ts';
import type { Loaded, WorkerOrders } from './caption-worker.ts';
import { laneQueue } from './lane-queue.ts';

/** Which stages of the analysis run, their packages' folder, and the longest time of one stage in ms. */
export type AnalysisSettings = Omit<AnalyserSettings, 'session'>;

/** How a pool is made. */
export type PoolSettings = WorkerOrders & {
  lanes: number;
  limits: PictureLimits;
  /** longest time of a batch in the model or, of a large model (`patient`), of each picture of the batch */
  inferenceTimeoutMs: number;
  patient?: boolean;
  /** NODE_PATH of the decoder processes, where natives come from a layer */
  nodePath?: string | undefined;
  /** absent: nothing is analysed */
  analysis?: AnalysisSettings | undefined;
};

const loadAll = async (lanes: readonly CaptionLane[], folder: string): Promise<Loaded> => {
  const loaded = await Promise.all(lanes.map(({ worker }) => worker.loaded));
  const [first] = loaded;
  if (first === undefined) throw new RangeError('Expected at least 1 lane but received 0');
  if (loaded.some(({ fingerprint }) => fingerprint !== first.fingerprint)) throw changed(folder);
  return first;
};

/** What the stages of the analysis run behind this captioner; `dense` is its own. */
const analysisOf = async (lanes: readonly CaptionLane[], loaded: Loaded): Promise<Captioner['analysis']> => {
  const [by] = await Promise.all(lanes.map(({ analyser }) => analyser?.loaded));
  if (by === undefined) return undefined;
  const isDense = lanes[0]?.settings.analysis?.stages.includes('dense');
  const without = new Set<string>(stagesWithout(loaded));
  return Object.fromEntries(Object.entries({ ...by, ...(isDense && { dense: loaded.model }) }).filter(([stage]) => !without.has(stage)));
};

/**
 * Starts all lanes; resolves when every worker has checked its packages.
 * @throws PackageRefused before any picture is taken; PictureError INFERENCE_UNAVAILABLE when the provider is not there
 */
export const captionerPool = async ({
  folder,
  session,
  lanes: count,
  limits,
  inferenceTimeoutMs,
  patient = false,
  nodePath,
  analysis,
}: PoolSettings): Promise<Captioner> => {
  const sessions = { ...session, alone: count === 1 };
  const settings = {
    orders: { folder, session: sessions },
    limits,
    nodePath,
    // the stages' graphs are small: a GPU would wait for their pixels
    analysis: analysis && { ...analysis, session: { ...sessions, provider: 'cpu' as const } },
    timeoutMs: (pictures: number) => (patient ? inferenceTimeoutMs * pictures : inferenceTimeoutMs),
  };
  const lanes = Array.from({ length: count }, () => new CaptionLane(settings));
  const close = async (): Promise<void> => {
    for (const lane of lanes) lane.close();
  };
  const start = async () => {
    const loaded = await loadAll(lanes, folder);
    return { loaded, by: await analysisOf(lanes, loaded) };
  };
  const { loaded, by } = await start().catch(async (thrown: unknown) => {
    await close();
    throw thrown;
  });
  const queue = laneQueue(lanes);

  return {
    model: loaded.model,
    ...(by && { analysis: by }),
    styles: loaded.styles,
    // the only lane decodes a batch while it captions the one before; of several, others are at work meanwhile
    lanes: count === 1 ? 2 : count,
    models: count,
    runsOn: `${session.provider}, ${count} ${count === 1 ? 'lane' : 'lanes'} of ${session.threads} ${session.threads === 1 ? 'thread' : 'threads'}`,
    async caption(pictures, choices) {
      if (pictures.length === 0) return [];
      const lane = await queue.take();
      let held = true;
      const give = (): void => {
        if (held) queue.give(lane);
        held = false;
      };
      try {
        return await lane.caption(pictures, choices, loaded, () => count === 1 && give());
      } finally {
        give();
      }
    },
    close,
  };
};
