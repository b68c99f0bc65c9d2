// The messages of ONNX files for protobufjs.
import protobuf from 'protobufjs/light.js';
import { MESSAGES } from './descriptor.ts';
import { TYPE_MESSAGES } from './descriptor-types.ts';

const nested = Object.fromEntries(
  Object.entries({ ...MESSAGES, ...TYPE_MESSAGES }).map(([name, type]) => [name, { edition: 'proto2', ...type }]),
);
const root = protobuf.Root.fromJSON({ nested: { onnx: { nested } } });

/** onnx.ModelProto */
export const ModelProto: protobuf.Type = root.lookupType('onnx.ModelProto');
/** onnx.GraphProto */
export const GraphProto: protobuf.Type = root.lookupType('onnx.GraphProto');
/** onnx.TensorProto */
export const TensorProto: protobuf.Type = root.lookupType('onnx.TensorProto');
