// Replaces what is known before a graph runs: whole numbers by constants, sizes of values by sizes of the graph's inputs.
// A step has one token per row, so most of the arithmetic of shapes in an exported decoder is known.
import type { Known } from './infer.ts';
import type { Graph, Node, Tensor } from './model.ts';
import { toNumber } from './model.ts';
import { attributeOf, int64Tensor, node } from './nodes.ts';
import { areNumbers, type Facts, type Size, symbolSource } from './sizes.ts';

/** Nodes that give int64 numbers where `Facts` has elements. */
const FOLDABLE = new Set(
  'Shape Gather Concat Slice Unsqueeze Squeeze Where Add Sub Mul Div Cast Reshape ConstantOfShape Identity'.split(' '),
);

/** The name of the shape of an input of the graph, after folding. */
const shapeName = (input: string): string => `shape/${input}`;

type Folded = { nodes: Node[]; constants: Tensor[]; sources: Set<string> };

/** A Reshape's target as constant numbers (0: as before, -1: the rest), when at most one size stays open. */
const constantTarget = (from: readonly Size[] | undefined, target: readonly Size[], rows: ReadonlySet<Size>): number[] | undefined => {
  const isSame = (a: Size, b: Size) => typeof a === 'string' && (a === b || (rows.has(a) && rows.has(b)));
  const sizes = target.map((size, axis) => (isSame(size, from?.[axis]) ? 0 : typeof size === 'number' ? size : -1));
  return sizes.filter((size) => size === -1).length <= 1 ? sizes : undefined;
};

const foldReshape = (each: Node, known: Known, rows: ReadonlySet<Size>, folded: Folded): Node => {
  const [from = '', target = ''] = each.input ?? [];
  const elements = known.get(target)?.elements;
  if (elements === undefined || areNumbers(elements) || toNumber(attributeOf(each, 'allowzero')?.i) !== 0) return each;
  const numbers = constantTarget(known.get(from)?.dims, elements, rows);
  if (numbers === undefined) return each;
  const name = `${each.output?.[0] ?? ''}/shape`;
  folded.constants.push(int64Tensor(name, numbers));
  return { ...each, input: [from, name] };
};

/** The value as a constant or as a size of an input; undefined when it is neither. */
const replacement = (name: string, { dims, elements }: Facts, folded: Folded): boolean => {
  if (dims === undefined || dims.length > 1 || elements === undefined) return false;
  const shape = dims.length === 0 ? [] : [elements.length];
  if (areNumbers(elements)) {
    // 2^63 - 1, "to the end", is not a number here
    if (!elements.every(Number.isSafeInteger)) return false;
    folded.constants.push(int64Tensor(name, elements, shape));
    return true;
  }
  const [only] = elements;
  const source = elements.length === 1 && typeof only === 'string' ? symbolSource(only) : undefined;
  if (source === undefined || name === shapeName(source.input)) return false;
  folded.sources.add(source.input);
  folded.constants.push(int64Tensor(`${name}/axis`, [source.axis], shape));
  folded.nodes.push(node('Gather', [shapeName(source.input), `${name}/axis`], [name]));
  return true;
};

/**
 * The graph with constants for all that is known of its values. What is not needed any more is left in; prune takes it out.
 * @param known what infer found
 * @param rows symbols that are the same size whenever the graph runs: the rows of a step and of its memory
 */
export const fold = (graph: Graph, known: Known, rows: ReadonlySet<Size> = new Set()): Graph => {
  const outputs = new Set((graph.output ?? []).map(({ name }) => name));
  const folded: Folded = { nodes: [], constants: [...(graph.initializer ?? [])], sources: new Set() };
  for (const each of graph.node ?? []) {
    const [name = ''] = each.output ?? [];
    const facts = known.get(name) ?? {};
    if (FOLDABLE.has(each.opType) && !outputs.has(name) && replacement(name, facts, folded)) continue;
    folded.nodes.push(each.opType === 'Reshape' ? foldReshape(each, known, rows, folded) : each);
  }
  const given = new Set((graph.node ?? []).flatMap(({ output = [] }) => output));
  const shapes = [...folded.sources]
    .filter((input) => !given.has(shapeName(input)))
    .map((input) => node('Shape', [input], [shapeName(input)]));
  const constants = new Map(folded.constants.map((tensor) => [tensor.name, tensor])); // folding again makes some of them again
  return { ...graph, node: [...shapes, ...folded.nodes], initializer: [...constants.values()], valueInfo: [] };
};
