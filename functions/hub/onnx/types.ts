// The element types of values, as far as splitting a graph needs them.
import type { Graph, Node } from './model.ts';
import { toNumber } from './model.ts';
import { attributeOf, INT64 } from './nodes.ts';

const UINT8 = 2;
const INT32 = 6;
const BOOL = 9;

const GIVES: Readonly<Record<string, number>> = {
  Shape: INT64,
  Size: INT64,
  ArgMax: INT64,
  NonZero: INT64,
  MatMulInteger: INT32,
  ConvInteger: INT32,
  Equal: BOOL,
  Less: BOOL,
  LessOrEqual: BOOL,
  Greater: BOOL,
  GreaterOrEqual: BOOL,
  Not: BOOL,
  And: BOOL,
  Or: BOOL,
  DynamicQuantizeLinear: UINT8,
  QuantizeLinear: UINT8,
};

const typeOfNode = (node: Node, types: ReadonlyMap<string, number>): number | undefined => {
  if (node.opType === 'Cast') return toNumber(attributeOf(node, 'to')?.i);
  if (node.opType === 'Constant' || node.opType === 'ConstantOfShape') return attributeOf(node, 'value')?.t?.dataType;
  const source = node.opType === 'Where' || node.opType === 'DequantizeLinear' ? 1 : 0;
  return GIVES[node.opType] ?? types.get(node.input?.[source] ?? '');
};

const known = ([name, type]: readonly [string | undefined, number | undefined]): [string, number][] =>
  name === undefined || name === '' || type === undefined ? [] : [[name, type]];

/** TensorProto.DataType of the outputs of every node, where it is known. */
export const elementTypes = (graph: Graph): ReadonlyMap<string, number> => {
  const inputs = (graph.input ?? []).flatMap(({ name, type }) => known([name, type?.tensorType?.elemType]));
  const constants = (graph.initializer ?? []).flatMap(({ name, dataType }) => known([name, dataType]));
  const types = new Map([...inputs, ...constants]);
  for (const node of graph.node ?? []) {
    const type = typeOfNode(node, types);
    for (const output of node.output ?? []) for (const [name, given] of known([output, type])) types.set(name, given);
  }
  return types;
};
