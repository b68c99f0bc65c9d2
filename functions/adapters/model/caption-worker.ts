// The thread that owns a package's sessions. It reads and checks the package itself, so that the checked bytes never leave it.
import { parentPort, workerData } from 'node:worker_threads';
import { captionPixels, captionWithFeatures } from '../../captioner/caption-pixels.ts';
import type { Run } from '../../captioner/graphs.ts';
import type { GridFeatures } from '../../captioner/grid-features.ts';
import type { ImageSpec } from '../../captioner/manifest.ts';
import { modelName, openPackage } from '../../captioner/package.ts';
import type { Caption, CaptionChoices } from '../../core/caption.ts';
import { CodedError, type ErrorCode } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type NativeGate, throughGate } from './native-gate.ts';
import { onnxGraphs, type SessionChoices } from './onnx-graphs.ts';
import { packageFolder } from './package-folder.ts';
import { tokenizerWords } from './tokenizer-words.ts';

/** What a worker is started with. */
export type WorkerOrders = { folder: string; session: SessionChoices };

/** What a worker tells about its package; `fingerprint` is equal for equal packages, `features` names the grid features that it gives. */
export type Loaded = { model: string; styles: string[]; image: ImageSpec; fingerprint: string; features: string | undefined };

/** A batch of pictures, uint8 [height, width, 3] each; `features`: their grid features are wanted, too. */
export type WorkerRequest = { pixels: Uint8Array[]; choices: CaptionChoices; features: boolean };

/** What a worker sends: first `loaded` or `failed`, then one answer for each request. */
export type WorkerAnswer =
  | { kind: 'loaded'; loaded: Loaded }
  | { kind: 'captions'; captions: Caption[]; features: GridFeatures[] }
  | { kind: 'failed'; code: ErrorCode; message: string };

const port = parentPort;
if (port === null) throw new Error('caption-worker.ts runs as a worker thread only');
const { folder, session, gate } = workerData as WorkerOrders & { gate: NativeGate };
const answer = (message: WorkerAnswer, transferred: ArrayBuffer[] = []): void => port.postMessage(message, transferred);

const fail = (thrown: unknown): void => {
  const code = thrown instanceof CodedError ? thrown.code : 'INFERENCE_UNAVAILABLE';
  answer({ kind: 'failed', code, message: thrown instanceof Error ? thrown.message : String(thrown) });
};

const start = async (): Promise<void> => {
  const { encoder, decoder, ...words } = await openPackage(packageFolder(folder), tokenizerWords);
  const { encode, step, ...rest } = await throughGate(gate, () => onnxGraphs({ encoder, decoder }, session));
  const gated =
    (run: Run): Run =>
    (feeds) =>
      throughGate(gate, () => run(feeds));
  const graphs = { ...rest, encode: encode.map(gated), step: gated(step) };
  const { manifest } = words;
  const now = (): number => performance.now();
  port.on('message', async ({ pixels, choices, features: wanted }: WorkerRequest) => {
    try {
      const { captions, features } = wanted
        ? await captionWithFeatures(graphs, words, pixels, choices, now)
        : { captions: await captionPixels(graphs, words, pixels, choices, now), features: [] };
      answer(
        { kind: 'captions', captions, features },
        features.flatMap(({ data: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
      );
    } catch (thrown) {
      fail(thrown);
    }
  });
  const fingerprint = await sha256Hex(new TextEncoder().encode(JSON.stringify(manifest)));
  answer({
    kind: 'loaded',
    loaded: {
      model: modelName(manifest),
      styles: Object.keys(manifest.tokens.styles),
      image: manifest.image,
      fingerprint,
      features: manifest.encoder.features?.name,
    },
  });
};

start().catch(fail); // no top-level await: bundles are CommonJS
