// A function without AWS around the captioner, to try bundles and layers: it captions one file.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { Captioned } from '../../functions/core/caption.ts';
import type { Stage } from '../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { analysisOf } from '../../functions/wiring/analysis.ts';

const TIMEOUT_MS = 60_000;

/** What to caption, with which package, where native packages are, and what to analyse: the stages' packages lie beside the model's. */
export type CaptionOrder = { photo: string; model: string; nodePath: string; stages?: Stage[] };

/** The caption, and the ms until the captioner was ready and until it had answered. */
export const handler = async ({
  photo,
  model,
  nodePath,
  stages = [],
}: CaptionOrder): Promise<{ said: Captioned; readyMs: number; captionMs: number }> => {
  const began = performance.now();
  const captioner = await captionerPool({
    folder: model,
    session: { provider: 'cpu', threads: 1 },
    lanes: 1,
    limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: TIMEOUT_MS },
    inferenceTimeoutMs: TIMEOUT_MS,
    nodePath,
    analysis: analysisOf({ stages, folder: dirname(model), stageTimeoutMs: TIMEOUT_MS, textReader: 'tesseract' }),
  });
  const ready = performance.now();
  const [said] = await captioner.caption([{ bytes: await readFile(photo) }], {});
  const captionMs = performance.now() - ready;
  await captioner.close();
  if (said === undefined || said instanceof Error) throw said ?? new Error('no answer');
  return { said, readyMs: ready - began, captionMs };
};
