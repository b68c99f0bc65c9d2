// One 12 megapixel photo to a caption, beam of the package, one thread, warm: the whole way through the pool against the sum
// of its parts (decoding, encoder, decoder steps), which are measured alone, in turns with it, in this same run.
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import { onnxGraphs } from '../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { decodePicture, restrictSharp } from '../../functions/adapters/model/sharp-pixels.ts';
import { captionPixels } from '../../functions/captioner/caption-pixels.ts';
import type { Graphs } from '../../functions/captioner/graphs.ts';
import { openPackage } from '../../functions/captioner/package.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { phonePhoto } from './photos.ts';

const WARM_ROUNDS = 4;
const ROUNDS = 25;
const TARGET_RATIO = 1.25;
const INFERENCE_TIMEOUT_MS = 60_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const session = { provider: 'cpu' as const, threads: 1 };

type Parts = { decode: number; encoder: number; steps: number };

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Graphs that add up the time inside of the model runtime. */
const timed = (graphs: Graphs, spent: Parts): Graphs => {
  const timing = (part: 'encoder' | 'steps', run: Graphs['step']): Graphs['step'] => {
    return async (feeds) => {
      const began = performance.now();
      const outputs = await run(feeds);
      spent[part] += performance.now() - began;
      return outputs;
    };
  };
  return { encode: graphs.encode.map((run) => timing('encoder', run)), step: timing('steps', graphs.step) };
};

/** Measures and prints. @param folder the model package */
export const benchLatency = async (folder: string): Promise<void> => {
  restrictSharp();
  const photo = await phonePhoto();
  const modelPackage = await openPackage(packageFolder(folder));
  const graphs = await onnxGraphs(modelPackage, session);
  const captioner = await captionerPool({ folder, session, lanes: 1, limits: LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });

  const measureParts = async (): Promise<Parts> => {
    const spent = { decode: 0, encoder: 0, steps: 0 };
    const began = performance.now();
    const { pixels } = await decodePicture(photo.bytes, modelPackage.manifest.image, LIMITS);
    spent.decode = performance.now() - began;
    await captionPixels(timed(graphs, spent), modelPackage, [pixels], {}, () => 0);
    return spent;
  };
  const measureWhole = async (): Promise<number> => {
    const began = performance.now();
    const [outcome] = await captioner.caption([photo], {});
    if (outcome instanceof Error) throw outcome;
    return performance.now() - began;
  };

  const parts: Parts[] = [];
  const wholes: number[] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const [whole, part] = [await measureWhole(), await measureParts()];
    if (round < 0) continue;
    wholes.push(whole);
    parts.push(part);
  }
  await captioner.close();

  const [decode, encoder, steps] = [
    median(parts.map((p) => p.decode)),
    median(parts.map((p) => p.encoder)),
    median(parts.map((p) => p.steps)),
  ];
  const whole = median(wholes);
  const sum = decode + encoder + steps;
  console.log(
    `latency: ${captioner.model}, 12 MP JPEG of ${(photo.bytes.length / 1e6).toFixed(1)} MB, 1 thread, medians of ${ROUNDS} rounds`,
  );
  console.log(
    `  decode ${decode.toFixed(1)} ms + encoder ${encoder.toFixed(1)} ms + decoder steps ${steps.toFixed(1)} ms = ${sum.toFixed(1)} ms`,
  );
  console.log(`  photo to caption ${whole.toFixed(1)} ms = ${(whole / sum).toFixed(2)} x (target at most ${TARGET_RATIO})`);
};
