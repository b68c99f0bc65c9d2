// Writes ONNX files. Constants are hundreds of megabytes, so their bytes are copied once: into the file.
import type protobuf from 'protobufjs/light.js';
import { HubError } from '../hub-error.ts';
import { GraphProto, ModelProto, TensorProto } from './messages.ts';
import type { Graph, Model, Tensor } from './model.ts';

/** The largest file that a protocol buffer can be. */
export const MAX_GRAPH_BYTES = 2 ** 31 - 1;

type Pieces = { readonly chunks: readonly Uint8Array[]; readonly bytes: number };

const LENGTH_DELIMITED = 2;
const TAG_BITS = 3;
const SEVEN_BITS = 0x80;

const varint = (value: number): number[] =>
  value < SEVEN_BITS ? [value] : [(value % SEVEN_BITS) + SEVEN_BITS, ...varint(Math.floor(value / SEVEN_BITS))];

const joined = (chunks: readonly Uint8Array[]): Pieces => ({ chunks, bytes: chunks.reduce((sum, { length }) => sum + length, 0) });

/** A message with one of its fields given as pieces that are written already; fields are in the order of their numbers. */
const around = (type: protobuf.Type, message: object, field: string, contents: readonly Pieces[]): Pieces => {
  const at = type.fields[field]?.id ?? 0;
  const part = (isIn: (id: number) => boolean) =>
    type
      .encode(Object.fromEntries(Object.entries(message).filter(([name]) => isIn(type.fields[name]?.id ?? Number.POSITIVE_INFINITY))))
      .finish();
  const tag = varint((at << TAG_BITS) + LENGTH_DELIMITED);
  const inner = contents.flatMap(({ chunks, bytes }) => [Uint8Array.from([...tag, ...varint(bytes)]), ...chunks]);
  return joined([part((id) => id < at), ...inner, part((id) => id > at)]);
};

const tensorPieces = (tensor: Tensor): Pieces =>
  around(TensorProto, tensor, 'rawData', tensor.rawData === undefined ? [] : [joined([tensor.rawData])]);

const graphPieces = (graph: Graph): Pieces => around(GraphProto, graph, 'initializer', (graph.initializer ?? []).map(tensorPieces));

/** The file of a model. @throws HubError when it would be larger than a protocol buffer can be */
export const writeModel = (model: Model, name: string): Uint8Array => {
  const { chunks, bytes } = around(ModelProto, model, 'graph', [graphPieces(model.graph)]);
  if (bytes > MAX_GRAPH_BYTES) throw new HubError(`Expected ${name} to have at most 2 GB but it would have ${bytes} bytes`);
  const file = new Uint8Array(bytes);
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.length;
  }
  return file;
};
