// Takes what depends only on the encoder's outputs out of the decoder step, so that it is computed once for each picture.
import { classify, type Dependence } from './classes.ts';
import type { Known } from './infer.ts';
import type { Graph, Node, Tensor, Value } from './model.ts';
import { FLOAT, FLOAT16, node, producersOf, valuesGiven, valuesRead } from './nodes.ts';
import { prune } from './prune.ts';
import { renameValues } from './rename.ts';
import { type Pieces, shapeNodes } from './shape-nodes.ts';
import type { Size } from './sizes.ts';
import { elementTypes } from './types.ts';

/** Both halves: `cross` takes the encoder's outputs and gives `memory`, which the step takes. */
type Hoisted = { readonly cross: Graph; readonly step: Graph; readonly memory: readonly string[] };

type Plan = { readonly boundary: readonly string[]; readonly kept: ReadonlySet<Node> };
type Facts = { readonly known: Known; readonly types: ReadonlyMap<string, number>; readonly classes: ReadonlyMap<string, Dependence> };

/** The inputs that come from the encoder, the symbols of their axis 0, and an input of the step with as many rows. */
type FromEncoder = { readonly memory: ReadonlySet<string>; readonly rows: ReadonlySet<Size>; readonly like: string };

/** Whether a value can be handed over: real numbers, pictures (or rows) on axis 0. */
const canCross = (name: string, { known, types, classes }: Facts, rows: ReadonlySet<Size>): boolean => {
  const type = types.get(name);
  const first = known.get(name)?.dims?.[0];
  return classes.get(name) === 'memory' && (type === FLOAT || type === FLOAT16) && first !== undefined && rows.has(first);
};

/** Shapes of the encoder's outputs that the step reads: they are taken from what crosses anyway (see shapeNodes). */
const readsShapeOnly = (each: Node, memory: ReadonlySet<string>): boolean => each.opType === 'Shape' && memory.has(each.input?.[0] ?? '');

const planOf = (graph: Graph, facts: Facts, memory: ReadonlySet<string>, rows: ReadonlySet<Size>): Plan => {
  const producers = producersOf(graph);
  const kept = new Set<Node>();
  const boundary = new Set<string>();
  const keep = (each: Node) => {
    if (kept.has(each)) return;
    kept.add(each);
    if (!readsShapeOnly(each, memory)) valuesRead(each).forEach(read);
  };
  const read = (name: string) => {
    if (canCross(name, facts, rows)) boundary.add(name);
    else {
      const producer = producers.get(name);
      if (producer !== undefined) keep(producer);
    }
  };
  for (const each of graph.node ?? []) if (valuesGiven(each).some((name) => facts.classes.get(name) === 'step')) keep(each);
  return { boundary: [...boundary], kept };
};

const described = (name: string, renamed: string, { known, types }: Facts): Value => ({
  name: renamed,
  type: {
    tensorType: {
      elemType: types.get(name) ?? FLOAT,
      shape: {
        dim: (known.get(name)?.dims ?? []).map((size, axis) =>
          typeof size === 'number' ? { dimValue: size } : { dimParam: axis === 0 ? 'rows' : (size ?? `${renamed}.${axis}`) },
        ),
      },
    },
  },
});

/** The half before the boundary. An input that crosses as it is needs a node to be an output too. */
const crossGraph = (graph: Graph, boundary: readonly string[], names: ReadonlyMap<string, string>, facts: Facts): Graph => {
  const inputs = new Set((graph.input ?? []).map(({ name }) => name));
  const output = boundary.map((name) => described(name, inputs.has(name) ? `${name}/crossing` : name, facts));
  const copies = boundary.filter((name) => inputs.has(name)).map((name) => node('Identity', [name], [`${name}/crossing`]));
  const cross = { ...graph, node: [...(graph.node ?? []), ...copies], output };
  const half = prune(
    cross,
    output.map(({ name }) => name),
  );
  const renamed = new Map(boundary.map((name) => [inputs.has(name) ? `${name}/crossing` : name, names.get(name) ?? name]));
  return renameValues(half, (name) => renamed.get(name) ?? name);
};

/** The step's nodes, with shapes of the encoder's outputs taken from what crosses; where that fails the output itself crosses. */
const replaceShapes = (
  graph: Graph,
  { boundary, kept }: Plan,
  known: Known,
  { memory, ...sources }: FromEncoder,
): Pieces & { boundary: string[] } => {
  const crossing = [...boundary];
  const constants: Tensor[] = [];
  const nodes = (graph.node ?? [])
    .filter((each) => kept.has(each))
    .flatMap((each) => {
      const [source = ''] = each.input ?? [];
      if (!readsShapeOnly(each, memory) || crossing.includes(source)) return [each];
      const pieces = shapeNodes(source, known, { ...sources, others: boundary }, each);
      if (pieces === undefined) crossing.push(source);
      constants.push(...(pieces?.constants ?? []));
      return pieces?.nodes ?? [each];
    });
  return { boundary: crossing, nodes, constants };
};

/**
 * Splits a step graph in two that give the same numbers together.
 * @param known what infer found in it
 */
export const hoist = (graph: Graph, known: Known, from: FromEncoder): Hoisted => {
  const { memory, rows } = from;
  const facts: Facts = { known, types: elementTypes(graph), classes: classify(graph, memory) };
  const plan = planOf(graph, facts, memory, rows);
  const { boundary, nodes, constants } = replaceShapes(graph, plan, known, from);
  const names = new Map(boundary.map((name, i) => [name, `memory.${i}`]));
  const half = { ...graph, node: nodes, initializer: [...(graph.initializer ?? []), ...constants] };
  const step = renameValues(half, (name) => names.get(name) ?? name);
  const inputs = (graph.input ?? []).filter(({ name }) => !memory.has(name));
  const crossing = boundary.map((name) => described(name, names.get(name) ?? name, facts));
  const outputs = (graph.output ?? []).map(({ name }) => name);
  return {
    cross: crossGraph(graph, boundary, names, facts),
    step: prune({ ...step, input: [...inputs, ...crossing] }, outputs),
    memory: boundary.map((name) => names.get(name) ?? name),
  };
};
