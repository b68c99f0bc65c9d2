// Works out sizes through a graph: the axes of values, and the small vectors of whole numbers that shapes are made of.
import { RULES } from './infer-rules.ts';
import type { Dimension, Graph, Node, Tensor } from './model.ts';
import { toNumber } from './model.ts';
import { attributeOf, int64Values } from './nodes.ts';
import { type Facts, MAX_ELEMENTS, type Size, symbol } from './sizes.ts';

const ATTRIBUTE_VALUE = 'value';

/** What is known of a constant. */
const factsOfTensor = (tensor: Tensor): Facts => {
  const dims = (tensor.dims ?? []).map(toNumber);
  const count = dims.reduce((product, size) => product * size, 1);
  return { dims, elements: dims.length <= 1 && count <= MAX_ELEMENTS ? int64Values(tensor) : undefined };
};

/** Facts without lists that are too long: joined with themselves they would double from node to node. */
const bounded = ({ dims, elements }: Facts): Facts => {
  const short = (sizes: readonly Size[] | undefined) => (sizes === undefined || sizes.length > MAX_ELEMENTS ? undefined : sizes);
  return { dims: short(dims), elements: short(elements) };
};

const sizeOf = (input: string, { dimValue, dimParam }: Dimension, axis: number): Size =>
  dimParam === undefined && dimValue !== undefined ? toNumber(dimValue) : symbol(input, axis);

/** Values by name; a value without an entry is unknown. */
export type Known = Map<string, Facts>;

const factsOfNode = (node: Node, known: Known): readonly Facts[] => {
  if (node.opType === 'Constant') {
    const tensor = attributeOf(node, ATTRIBUTE_VALUE)?.t;
    return tensor === undefined ? [] : [factsOfTensor(tensor)];
  }
  const rule = RULES.get(node.opType);
  return rule?.(node, (i) => known.get(node.input?.[i] ?? '') ?? {}) ?? [];
};

/**
 * What is known of every value of a graph.
 * @param inputs shapes of inputs where more is known than the graph says
 */
export const infer = (graph: Graph, inputs: Readonly<Record<string, readonly Size[]>> = {}): Known => {
  const known: Known = new Map();
  for (const { name, type } of graph.input ?? []) {
    const dims = inputs[name] ?? type?.tensorType?.shape?.dim?.map((dim, axis) => sizeOf(name, dim, axis));
    known.set(name, { dims });
  }
  for (const tensor of graph.initializer ?? []) known.set(tensor.name ?? '', factsOfTensor(tensor));
  for (const node of graph.node ?? [])
    factsOfNode(node, known).forEach((facts, i) => {
      const name = node.output?.[i] ?? '';
      if (name !== '') known.set(name, bounded(facts));
    });
  return known;
};
