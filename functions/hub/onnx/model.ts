// An ONNX file as plain data, read without loss. Bytes of tensors stay views of the file that was read.
import protobuf from 'protobufjs/light.js';
import { HubError } from '../hub-error.ts';
import { ModelProto } from './messages.ts';

/** A 64-bit number of an ONNX file. */
type Int64 = number | { toNumber(): number };

/** TensorProto: a constant. `dataLocation` 1 says that its bytes lie in another file. */
export type Tensor = {
  readonly name?: string;
  readonly dims?: readonly Int64[];
  readonly dataType?: number;
  readonly rawData?: Uint8Array;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly int64Data?: readonly Int64[];
  readonly externalData?: readonly { readonly key?: string; readonly value?: string }[];
  readonly dataLocation?: number;
};

/** AttributeProto: a setting of a node. */
export type Attribute = {
  readonly name: string;
  readonly type?: number;
  readonly i?: Int64;
  readonly f?: number;
  readonly s?: Uint8Array;
  readonly t?: Tensor;
  readonly g?: Graph;
  readonly ints?: readonly Int64[];
  readonly floats?: readonly number[];
  readonly graphs?: readonly Graph[];
};

/** NodeProto: one operation. An empty name stands for an input or output that is left out. */
export type Node = {
  readonly opType: string;
  readonly domain?: string;
  readonly name?: string;
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly attribute?: readonly Attribute[];
};

/** TensorShapeProto.Dimension: a size, the name of a size, or neither. */
export type Dimension = { readonly dimValue?: Int64; readonly dimParam?: string };

/** ValueInfoProto: an input or output of a graph. */
export type Value = {
  readonly name: string;
  readonly type?: { readonly tensorType?: { readonly elemType?: number; readonly shape?: { readonly dim?: readonly Dimension[] } } };
};

/** GraphProto: nodes in an order in which they can run. */
export type Graph = {
  readonly name?: string;
  readonly node?: readonly Node[];
  readonly initializer?: readonly Tensor[];
  readonly sparseInitializer?: readonly { readonly values?: Tensor }[];
  readonly input?: readonly Value[];
  readonly output?: readonly Value[];
  readonly valueInfo?: readonly Value[];
};

/** ModelProto. */
export type Model = {
  readonly irVersion?: Int64;
  readonly opsetImport?: readonly { readonly domain?: string; readonly version?: Int64 }[];
  readonly functions?: readonly { readonly node?: readonly Node[] }[];
  readonly graph: Graph;
};

/** Takes the prototypes off messages, so that a field that a file has not is undefined. */
const plain = (value: unknown): void => {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'object') value.forEach(plain);
  } else if (value instanceof protobuf.Message) {
    Object.setPrototypeOf(value, Object.prototype);
    if (value.$unknowns !== undefined) Object.defineProperty(value, '$unknowns', { enumerable: true }); // so that copies have them
    Object.values(value).forEach(plain);
  }
};

const isModel = (message: object): message is Model => 'graph' in message && typeof message.graph === 'object' && message.graph !== null;

/** A 64-bit number as a plain one. */
export const toNumber = (value: Int64 | undefined): number => (typeof value === 'object' ? value.toNumber() : (value ?? 0));

/** The model in a file. @throws HubError when it is not an ONNX file */
export const readModel = (bytes: Uint8Array, name: string): Model => {
  let message: object;
  try {
    const reader = protobuf.Reader.create(bytes);
    reader.discardUnknown = false; // fields of later versions stay
    message = ModelProto.decode(reader);
  } catch (error) {
    throw new HubError(`Expected ${name} to be an ONNX graph but it cannot be read: the file is broken or is not ONNX`, error);
  }
  plain(message);
  if (isModel(message)) return message;
  throw new HubError(`Expected ${name} to be an ONNX graph but it holds none`);
};
