// Takes out of a graph whatever the wanted outputs do not need.
import { HubError } from '../hub-error.ts';
import type { Graph, Node } from './model.ts';
import { valuesGiven, valuesRead } from './nodes.ts';

/** The graph's nodes that `wanted` needs, in the same order, and all the values that they read. */
const needed = (graph: Graph, wanted: readonly string[]): { nodes: Node[]; read: Set<string> } => {
  const read = new Set(wanted);
  const nodes: Node[] = [];
  for (const node of (graph.node ?? []).toReversed()) {
    if (!valuesGiven(node).some((name) => read.has(name))) continue;
    nodes.push(node);
    for (const name of valuesRead(node)) read.add(name);
  }
  return { nodes: nodes.reverse(), read };
};

/**
 * The graph with only these outputs and what they need: nodes, constants, inputs. Annotations of types are left out.
 * @throws HubError when the graph has no such output
 */
export const prune = (graph: Graph, outputs: readonly string[]): Graph => {
  const known = new Map((graph.output ?? []).map((value) => [value.name, value]));
  const values = outputs.map((name) => {
    const value = known.get(name);
    if (value === undefined) throw new HubError(`Expected a graph with the output ${name} but it has ${[...known.keys()].join(', ')}`);
    return value;
  });
  const { nodes, read } = needed(graph, outputs);
  return {
    ...graph,
    node: nodes,
    initializer: (graph.initializer ?? []).filter(({ name }) => read.has(name ?? '')),
    sparseInitializer: (graph.sparseInitializer ?? []).filter(({ values }) => read.has(values?.name ?? '')),
    input: (graph.input ?? []).filter(({ name }) => read.has(name)),
    output: values,
    valueInfo: [],
  };
};
