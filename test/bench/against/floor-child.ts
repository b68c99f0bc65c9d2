// The floor under this runtime: what cannot be left out. A full decode of each JPEG, and bare runs of the same sessions with the inputs
// that a real caption had; these are recorded once for each batch, before its time is taken.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { onnxGraphs } from '../../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../../functions/adapters/model/package-folder.ts';
import { decodePicture, restrictSharp } from '../../../functions/adapters/model/sharp-pixels.ts';
import { tokenizerWords } from '../../../functions/adapters/model/tokenizer-words.ts';
import { searchBatch } from '../../../functions/captioner/decode-batch.ts';
import { encodeBatch } from '../../../functions/captioner/encode-batch.ts';
import type { Feeds, Graphs, Run } from '../../../functions/captioner/graphs.ts';
import { openPackage } from '../../../functions/captioner/package.ts';
import { toPlanes } from '../../../functions/captioner/preprocess.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { orderOf, type Shares } from './protocol.ts';
import { serve } from './serve.ts';

const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };

type Call = { part: 'encoder' | 'steps'; run: Run; feeds: Feeds };
type Recorded = { calls: Call[]; sequences: number[][]; texts: string[] };

const { package: folder, threads, beams: beamSize } = orderOf(process.argv);
restrictSharp();
const modelPackage = await openPackage(packageFolder(folder), tokenizerWords);
const { manifest, detokenizer } = modelPackage;
const { start = [], prompt = [] } = manifest.tokens.styles[manifest.tokens.defaultStyle] ?? {};
const graphs = await onnxGraphs(modelPackage, { provider: 'cpu', threads, alone: true });

/** The same graphs; each call is kept with its inputs. */
const recording = (calls: Call[]): Graphs => {
  const kept =
    (part: Call['part'], run: Run): Run =>
    (feeds) => {
      calls.push({ part, run, feeds });
      return run(feeds);
    };
  return { ...graphs, encode: graphs.encode.map((run) => kept('encoder', run)), step: kept('steps', graphs.step) };
};

const record = async (bytes: readonly Uint8Array[]): Promise<Recorded> => {
  const planes: Float32Array[] = [];
  for (const one of bytes) planes.push(toPlanes((await decodePicture(one, manifest.image, LIMITS)).pixels, manifest.image));
  const calls: Call[] = [];
  const watched = recording(calls);
  const memory = await encodeBatch(watched, manifest, planes, prompt);
  const found = await searchBatch(watched, manifest, memory, planes.length, { start, beamSize });
  const sequences = found.map(([best]) => [...(best?.tokens ?? [])]);
  return { calls, sequences, texts: sequences.map((tokens) => detokenizer.text(tokens, 'skip').trim()) };
};

const known = new Map<string, Recorded>();

await serve(async (files) => {
  const bytes = await Promise.all(files.map((file) => readFile(file)));
  const name = files.join('\n');
  const recorded = known.get(name) ?? (await record(bytes));
  known.set(name, recorded);
  const shares: Shares = { decode: 0, encoder: 0, steps: 0 };
  const began = performance.now();
  for (const one of bytes) await sharp(one, { sequentialRead: true }).raw().toBuffer();
  shares.decode = performance.now() - began;
  for (const { part, run, feeds } of recorded.calls) {
    const from = performance.now();
    await run(feeds);
    shares[part] += performance.now() - from;
  }
  const { sequences, texts } = recorded;
  return { ms: performance.now() - began, sequences, texts, shares };
});
