// Gives the values of a graph other names, also inside branches.
import type { Attribute, Graph, Node } from './model.ts';

type Rename = (name: string) => string;

const renameAttribute = (attribute: Attribute, rename: Rename): Attribute => ({
  ...attribute,
  ...(attribute.g === undefined ? {} : { g: renameValues(attribute.g, rename) }),
  ...(attribute.graphs === undefined ? {} : { graphs: attribute.graphs.map((graph) => renameValues(graph, rename)) }),
});

/** The node with other names of what it reads and gives; its own name is that of its first output. */
const renameNode = (node: Node, rename: Rename): Node => {
  const each = (names: readonly string[] = []) => names.map((name) => (name === '' ? name : rename(name)));
  const output = each(node.output);
  return {
    ...node,
    name: output.find((name) => name !== '') ?? '',
    input: each(node.input),
    output,
    attribute: (node.attribute ?? []).map((attribute) => renameAttribute(attribute, rename)),
  };
};

/** The graph with every value renamed; annotations of types are left out. */
export const renameValues = (graph: Graph, rename: Rename): Graph => {
  const named = <T extends { readonly name?: string }>(values: readonly T[] = []) =>
    values.map((value) => ({ ...value, name: rename(value.name ?? '') }));
  return {
    ...graph,
    node: (graph.node ?? []).map((node) => renameNode(node, rename)),
    initializer: named(graph.initializer),
    sparseInitializer: (graph.sparseInitializer ?? []).map(({ values, ...rest }) => ({
      ...rest,
      ...(values === undefined ? {} : { values: { ...values, name: rename(values.name ?? '') } }),
    })),
    input: named(graph.input),
    output: named(graph.output),
    valueInfo: [],
  };
};

/** The graph with a prefix before every name but those in `keep`. */
export const prefixValues = (graph: Graph, prefix: string, keep: ReadonlySet<string> = new Set()): Graph =>
  renameValues(graph, (name) => (keep.has(name) ? name : prefix + name));
