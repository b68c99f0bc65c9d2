// A function without AWS around the captioner, to try bundles and layers: it captions one file.
import { readFile } from 'node:fs/promises';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { Captioned } from '../../functions/core/caption.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';

const TIMEOUT_MS = 60_000;

/** What to caption, with which package, and where native packages are. */
export type CaptionOrder = { photo: string; model: string; nodePath: string };

/** The caption, and the ms until the captioner was ready and until it had answered. */
export const handler = async ({
  photo,
  model,
  nodePath,
}: CaptionOrder): Promise<{ said: Captioned; readyMs: number; captionMs: number }> => {
  const began = performance.now();
  const captioner = await captionerPool({
    folder: model,
    session: { provider: 'cpu', threads: 1 },
    lanes: 1,
    limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: TIMEOUT_MS },
    inferenceTimeoutMs: TIMEOUT_MS,
    nodePath,
  });
  const ready = performance.now();
  const [said] = await captioner.caption([{ bytes: await readFile(photo) }], {});
  const captionMs = performance.now() - ready;
  await captioner.close();
  if (said === undefined || said instanceof Error) throw said ?? new Error('no answer');
  return { said, readyMs: ready - began, captionMs };
};
