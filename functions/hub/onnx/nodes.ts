// Small pieces of graphs: nodes, constants, and which values a node reads.
import type { Attribute, Graph, Node, Tensor } from './model.ts';
import { toNumber } from './model.ts';

/** TensorProto.DataType */
export const FLOAT = 1;
/** TensorProto.DataType */
export const INT64 = 7;
/** TensorProto.DataType */
export const FLOAT16 = 10;

const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** An attribute of one whole number. */
export const intAttribute = (name: string, i: number): Attribute => ({ name, type: ATTRIBUTE_INT, i });
/** An attribute of whole numbers. */
export const intsAttribute = (name: string, ints: readonly number[]): Attribute => ({ name, type: ATTRIBUTE_INTS, ints });

/** A node of the standard operators. It is named after its first output. */
export const node = (opType: string, input: readonly string[], output: readonly string[], attribute: readonly Attribute[] = []): Node => ({
  opType,
  name: output[0] ?? '',
  input,
  output,
  attribute,
});

/** A constant of int64 numbers; without `dims` a vector. */
export const int64Tensor = (name: string, values: readonly number[], dims: readonly number[] = [values.length]): Tensor => ({
  name,
  dims,
  dataType: INT64,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

/** The numbers of an int64 constant; undefined for other types. */
export const int64Values = (tensor: Tensor | undefined): number[] | undefined => {
  if (tensor?.dataType !== INT64) return undefined;
  if (tensor.rawData === undefined || tensor.rawData.length === 0) return (tensor.int64Data ?? []).map(toNumber);
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
};

/** The attribute of that name. */
export const attributeOf = ({ attribute = [] }: Node, name: string): Attribute | undefined => attribute.find((a) => a.name === name);

/** Graphs inside a node: branches and bodies of loops. */
export const subgraphsOf = ({ attribute = [] }: Node): Graph[] =>
  attribute.flatMap(({ g, graphs = [] }) => (g === undefined ? [...graphs] : [g, ...graphs]));

/** Names that a graph defines itself. */
const definedIn = ({ node = [], initializer = [], sparseInitializer = [], input = [] }: Graph): Set<string> =>
  new Set([
    ...node.flatMap(({ output = [] }) => output),
    ...initializer.map(({ name = '' }) => name),
    ...sparseInitializer.map(({ values }) => values?.name ?? ''),
    ...input.map(({ name }) => name),
  ]);

/** Values of the graph around it that a graph reads. */
const freeIn = (graph: Graph): string[] => {
  const own = definedIn(graph);
  const read = [...(graph.node ?? []).flatMap(valuesRead), ...(graph.output ?? []).map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
};

/** Every value that a node reads, also from inside its graphs. */
export const valuesRead = (node: Node): string[] => [
  ...(node.input ?? []).filter((name) => name !== ''),
  ...subgraphsOf(node).flatMap(freeIn),
];

/** Every value that a node gives. */
export const valuesGiven = ({ output = [] }: Node): string[] => output.filter((name) => name !== '');

/** The node that gives each value. */
export const producersOf = (graph: Graph): Map<string, Node> =>
  new Map((graph.node ?? []).flatMap((node) => valuesGiven(node).map((name): [string, Node] => [name, node])));
