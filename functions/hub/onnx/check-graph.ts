// What every graph of a repository has to be, before anything is done with it.
import { HubError } from '../hub-error.ts';
import type { Graph, Model, Node } from './model.ts';
import { subgraphsOf, valuesGiven } from './nodes.ts';

/** Nodes that may run for ever. Exporters write none for these layouts: they follow one pass through the model. */
const LOOPS = new Set(['Loop', 'Scan', 'SequenceMap']);

const checkKind = ({ opType }: Node, path: string): void => {
  if (LOOPS.has(opType)) throw new HubError(`Expected ${path} to be without loops but it has a ${opType}, which is not supported`);
};

/** @param outside whether a value of the graph around this one is there */
const checkNodes = (graph: Graph, path: string, outside: (name: string) => boolean): void => {
  const given = new Set([
    ...(graph.input ?? []).map(({ name }) => name),
    ...(graph.initializer ?? []).map(({ name = '' }) => name),
    ...(graph.sparseInitializer ?? []).map(({ values }) => values?.name ?? ''),
  ]);
  const isThere = (name: string): boolean => name === '' || given.has(name) || outside(name);
  for (const node of graph.node ?? []) {
    checkKind(node, path);
    const missing = (node.input ?? []).find((name) => !isThere(name));
    if (missing !== undefined)
      throw new HubError(`Expected ${path} to have its nodes in the order in which they run but "${missing}" is read before it is there`);
    for (const inner of subgraphsOf(node)) checkNodes(inner, path, isThere);
    for (const name of valuesGiven(node)) given.add(name);
  }
};

/** @throws HubError for a loop, and for a node that reads what nothing before it gives: all edits rely on the order */
export const checkGraph = ({ graph, functions = [] }: Model, path: string): void => {
  checkNodes(graph, path, () => false);
  for (const { node = [] } of functions) for (const each of node) checkKind(each, path);
};
