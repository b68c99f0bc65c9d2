// onnxruntime-node: a package's graphs as sessions. `run()` and session creation block, so this is used in worker threads only.
import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Feeds, Graphs, Output, Run } from '../../captioner/graphs.ts';
import type { ModelPackage } from '../../captioner/package.ts';
import type { GraphSource, LargeFile } from '../../captioner/package-files.ts';
import { PackageRefused, PictureError } from '../../core/errors.ts';

/** Where graphs run. The choice is explicit: a list of fallbacks would hide which one it was. */
export const PROVIDERS = ['cpu', 'cuda'] as const;

/** An execution provider. */
export type Provider = (typeof PROVIDERS)[number];

/** How sessions run. `alone`: no other lane needs the cores, so a waiting thread may spin. */
export type SessionChoices = { provider: Provider; threads: number; alone?: boolean };

/** Pictures that the encoder takes at once: on a CPU one by one is as fast and needs less memory. */
const ENCODER_BATCH: Record<Provider, number> = { cpu: 1, cuda: 16 };

const LOG_FATAL_ONLY = 4;
env.logLevel = 'fatal'; // errors are thrown; onnxruntime would write them to stderr as well

const optionsFor = ({ provider, threads, alone = false }: SessionChoices): InferenceSession.SessionOptions => ({
  executionProviders: [provider],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: LOG_FATAL_ONLY,
  extra: {
    session: {
      // int8 packages keep weights as int8 behind DequantizeLinear: fold them to float once, at load.
      disable_quant_qdq: '1',
      // a waiting thread sleeps instead of burning the core that another lane needs; alone, waking up would cost more
      intra_op: { allow_spinning: alone && threads > 1 ? '1' : '0' },
    },
  },
});

/**
 * A float16 tensor, shown with 16-bit integers of the same bytes: where the engine has Float16Array, tensors hold that, but the
 * native side of onnxruntime-node 1.30 finds no bytes in it.
 */
const float16Tensor = (data: ArrayBufferView, dims: readonly number[]): OrtTensor => {
  const halves = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / Uint16Array.BYTES_PER_ELEMENT);
  const shown: OrtTensor = Object.create(new OrtTensor('float16', halves, dims), { data: { value: halves } });
  return shown;
};

const toOrt = ({ data, dims, type }: Output): OrtTensor => {
  if (type === 'float16' && ArrayBuffer.isView(data)) return float16Tensor(data, dims);
  if (type === 'bool' && data instanceof Uint8Array) return new OrtTensor('bool', data, dims);
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims);
  if (data instanceof BigInt64Array) return new OrtTensor('int64', data, dims);
  if (data instanceof Int32Array) return new OrtTensor('int32', data, dims);
  throw new TypeError(`Expected numbers that a graph takes but received ${type ?? typeof data}`);
};

/** Runs a session. What a graph gave goes into the next run as it is, whatever its type. */
export const runSession = async (session: InferenceSession, feeds: Feeds): Promise<Record<string, Output>> => {
  const tensors = Object.entries(feeds).map(([name, tensor]) => [
    name,
    tensor instanceof OrtTensor && tensor.type !== 'float16' ? tensor : toOrt(tensor),
  ]);
  return await session.run(Object.fromEntries(tensors));
};

/** Between its check and now a large file may have been replaced: then what was loaded is not what was checked. */
const refuseChanged = async (file: LargeFile): Promise<void> => {
  if (!(await file.unchanged().catch(() => false)))
    throw new PackageRefused(`model package refused: ${file.path} changed while it was loaded`);
};

const create = async (graph: GraphSource, choices: SessionChoices): Promise<InferenceSession> => {
  try {
    if (graph instanceof Uint8Array) return await InferenceSession.create(graph, optionsFor(choices));
    const session = await InferenceSession.create(graph.path, optionsFor(choices));
    await refuseChanged(graph);
    return session;
  } catch (cause) {
    if (cause instanceof PackageRefused) throw cause;
    const why = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new PictureError('INFERENCE_UNAVAILABLE', `the model cannot run on ${choices.provider}: ${why}`, cause);
  }
};

/** A session of one checked graph. @throws PictureError INFERENCE_UNAVAILABLE; PackageRefused */
export const onnxRun = async (graph: GraphSource, choices: SessionChoices): Promise<Run> => {
  const session = await create(graph, choices);
  return (feeds) => runSession(session, feeds);
};

/**
 * Sessions made from a package's checked graphs: of the checked bytes or, of large files, from the path, which must not have changed since.
 * @throws PictureError INFERENCE_UNAVAILABLE when the provider is not there or a graph cannot be loaded; PackageRefused
 */
export const onnxGraphs = async (
  { encoder, decoder }: Pick<ModelPackage, 'encoder' | 'decoder'>,
  choices: SessionChoices,
): Promise<Graphs> => {
  const encode: Run[] = [];
  for (const graph of encoder) encode.push(await onnxRun(graph, choices));
  return { encode, step: await onnxRun(decoder, choices), encoderBatch: ENCODER_BATCH[choices.provider] };
};
