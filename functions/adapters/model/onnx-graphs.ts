// onnxruntime-node: a package's graphs as sessions. `run()` and session creation block, so this is used in worker threads only.
import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Feeds, Graphs, Output } from '../../captioner/graphs.ts';
import type { ModelPackage } from '../../captioner/package.ts';
import { PictureError } from '../../core/errors.ts';

/** Where graphs run. The choice is explicit: a list of fallbacks would hide which one it was. */
export const PROVIDERS = ['cpu', 'cuda'] as const;

/** An execution provider. */
export type Provider = (typeof PROVIDERS)[number];

/** How sessions run. */
export type SessionChoices = { provider: Provider; threads: number };

const LOG_FATAL_ONLY = 4;
env.logLevel = 'fatal'; // errors are thrown; onnxruntime would write them to stderr as well

const optionsFor = ({ provider, threads }: SessionChoices): InferenceSession.SessionOptions => ({
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
      // a waiting thread sleeps instead of burning the core that another worker needs
      intra_op: { allow_spinning: '0' },
    },
  },
});

const toOrt = ({ data, dims }: Output): OrtTensor => {
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims);
  if (data instanceof BigInt64Array) return new OrtTensor('int64', data, dims);
  throw new TypeError('Expected Float32Array or BigInt64Array as tensor data');
};

const run = async (session: InferenceSession, feeds: Feeds): Promise<Record<string, Output>> => {
  const tensors = Object.entries(feeds).map(([name, tensor]) => [name, tensor instanceof OrtTensor ? tensor : toOrt(tensor)]);
  return await session.run(Object.fromEntries(tensors));
};

const create = async (bytes: Uint8Array, choices: SessionChoices): Promise<InferenceSession> => {
  try {
    return await InferenceSession.create(bytes, optionsFor(choices));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new PictureError('INFERENCE_UNAVAILABLE', `the model cannot run on ${choices.provider}: ${why}`, cause);
  }
};

/**
 * Sessions made from the checked bytes of a package; nothing is read from disk again.
 * @throws PictureError INFERENCE_UNAVAILABLE when the provider is not there or a graph cannot be loaded
 */
export const onnxGraphs = async ({ encoder, decoder }: ModelPackage, choices: SessionChoices): Promise<Graphs> => {
  const stages: InferenceSession[] = [];
  for (const bytes of encoder) stages.push(await create(bytes, choices));
  const decoderSession = await create(decoder, choices);
  return {
    encode: stages.map((session) => (feeds) => run(session, feeds)),
    step: (feeds) => run(decoderSession, feeds),
  };
};
