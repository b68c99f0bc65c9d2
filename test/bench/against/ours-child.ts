// This runtime as a contender: the captioner of the service, one lane, on the converted package.
import { readFile } from 'node:fs/promises';
import { captionerPool } from '../../../functions/adapters/model/captioner-pool.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { orderOf } from './protocol.ts';
import { serve } from './serve.ts';

const INFERENCE_TIMEOUT_MS = 600_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };

const { package: folder, threads, beams: beamSize, lanes = 1 } = orderOf(process.argv);
const session = { provider: 'cpu' as const, threads, alone: lanes === 1 };
const captioner = await captionerPool({ folder, session, lanes, limits: LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });

await serve(async (files) => {
  const share = Math.ceil(files.length / lanes);
  const pictures = await Promise.all(files.map(async (file) => ({ bytes: await readFile(file) })));
  const parts = Array.from({ length: lanes }, (_, lane) => pictures.slice(lane * share, (lane + 1) * share));
  const outcomes = (await Promise.all(parts.map((part) => captioner.caption(part, { beamSize })))).flat();
  const captions = outcomes.map((outcome) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const sum = (part: 'decode' | 'encode' | 'steps'): number => captions.reduce((total, { ms }) => total + ms[part], 0);
  return {
    texts: captions.map(({ plain }) => plain),
    shares: { decode: sum('decode'), encoder: sum('encode'), steps: sum('steps') },
  };
});
