// Replaces an If by one of its branches. Merged decoders choose so between the first step and the steps with a past.
import { HubError } from '../hub-error.ts';
import type { Graph, Node, Tensor } from './model.ts';
import { attributeOf, node, producersOf } from './nodes.ts';

const PASSES_THROUGH = new Set(['Identity', 'Cast', 'Squeeze', 'Reshape']);

/** Whether a condition is the input itself, or the input in another shape. */
const comesFrom = (value: string, input: string, producers: ReadonlyMap<string, Node>): boolean => {
  if (value === input) return true;
  const producer = producers.get(value);
  return producer !== undefined && PASSES_THROUGH.has(producer.opType) && comesFrom(producer.input?.[0] ?? '', input, producers);
};

/** Nodes and constants of the branch; its outputs get the names that the If gave. */
const nodesOf = (chosen: Node, branch: Graph): { nodes: Node[]; constants: readonly Tensor[] } => {
  const outputs = (chosen.output ?? []).flatMap((name, i) => (name === '' ? [] : [{ name, inner: branch.output?.[i]?.name ?? '' }]));
  return {
    nodes: [
      ...(branch.node ?? []),
      ...outputs.filter(({ name, inner }) => name !== inner).map(({ name, inner }) => node('Identity', [inner], [name])),
    ],
    constants: branch.initializer ?? [],
  };
};

/**
 * The graph as it is when the boolean input `input` is `value`; the input is gone. A graph without such an input stays as it is.
 * @throws HubError when no If depends on the input
 */
export const inlineBranch = (graph: Graph, input: string, value: boolean): Graph => {
  if (!(graph.input ?? []).some(({ name }) => name === input)) return graph;
  const producers = producersOf(graph);
  const nodes: Node[] = [];
  const constants: Tensor[] = [...(graph.initializer ?? [])];
  let found = false;
  for (const each of graph.node ?? []) {
    const branch = attributeOf(each, value ? 'then_branch' : 'else_branch')?.g;
    if (each.opType !== 'If' || branch === undefined || !comesFrom(each.input?.[0] ?? '', input, producers)) {
      nodes.push(each);
      continue;
    }
    found = true;
    const inlined = nodesOf(each, branch);
    nodes.push(...inlined.nodes);
    constants.push(...inlined.constants);
  }
  if (!found) throw new HubError(`Expected a branch that depends on the input ${input} but there is none`);
  return { ...graph, node: nodes, initializer: constants, input: (graph.input ?? []).filter(({ name }) => name !== input), valueInfo: [] };
};
