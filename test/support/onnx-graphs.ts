// Tiny ONNX models for tests, and how they are run.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Tensor as Constant, Graph, Model, Node, Value } from '../../functions/hub/onnx/model.ts';
import { FLOAT, INT64 } from '../../functions/hub/onnx/nodes.ts';
import { writeModel } from '../../functions/hub/onnx/write-model.ts';

/** A value of that type; strings are names of sizes. */
export const value = (name: string, elemType: number, dims: readonly (number | string)[]): Value => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) } } },
});

/** float32 */
export const floats = (name: string, dims: readonly (number | string)[]): Value => value(name, FLOAT, dims);

/** int64 */
export const integers = (name: string, dims: readonly (number | string)[]): Value => value(name, INT64, dims);

/** A float32 constant. */
export const floatTensor = (name: string, dims: readonly number[], values: readonly number[]): Constant => ({
  name,
  dims,
  dataType: FLOAT,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});

/** A graph of these parts. */
export const graphOf = (input: Value[], output: Value[], node: Node[], initializer: Constant[] = []): Graph => ({
  name: 'test',
  node,
  initializer,
  input,
  output,
});

/** A model of the standard operators. */
export const modelOf = (graph: Graph): Model => ({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph });

/** Numbers for a graph: float32, or int64 from bigints. */
export type Feed = { data: readonly number[] | readonly bigint[]; dims: readonly number[] };

const isBig = (data: Feed['data']): data is readonly bigint[] => typeof data[0] === 'bigint';

/** float32 of these sizes, a fixed sequence of small numbers. */
export const someFloats = (dims: readonly number[], seed = 1): Feed => ({
  dims,
  data: Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, i) => Math.sin((i + 1) * 12.9898 * seed)),
});

const tensorOf = ({ data, dims }: Feed): Tensor =>
  isBig(data) ? new Tensor('int64', BigInt64Array.from(data), dims) : new Tensor('float32', Float32Array.from(data), dims);

/** What a model gives, as numbers by output. */
export const runModel = async (model: Model, feeds: Record<string, Feed>): Promise<Record<string, { data: number[]; dims: number[] }>> => {
  const session = await InferenceSession.create(writeModel(model, 'test.onnx'), { logSeverityLevel: 4, intraOpNumThreads: 1 });
  const found = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)])));
  await session.release();
  return Object.fromEntries(
    Object.entries(found).map(([name, { data, dims }]) => [
      name,
      { data: Array.from(data as ArrayLike<number | bigint>, Number), dims: [...dims] },
    ]),
  );
};
