// Sorts the values of a decoder step by what they depend on: the step, the encoder's outputs, their shapes only, or nothing.
import type { Graph, Node } from './model.ts';
import { valuesGiven, valuesRead } from './nodes.ts';

/** `step`: changes in every step; `memory`: the encoder's outputs; `shape`: only the shapes of those; `constant`: neither. */
export type Dependence = 'constant' | 'shape' | 'memory' | 'step';

const STRENGTH: readonly Dependence[] = ['constant', 'shape', 'memory', 'step'];
const TAKES_SHAPE = new Set(['Shape', 'Size']);

const strongest = (dependences: readonly Dependence[]): Dependence =>
  STRENGTH[Math.max(0, ...dependences.map((dependence) => STRENGTH.indexOf(dependence)))] ?? 'step';

const dependenceOf = (node: Node, classes: ReadonlyMap<string, Dependence>): Dependence => {
  const strength = strongest(valuesRead(node).map((name) => classes.get(name) ?? 'constant'));
  return strength === 'memory' && TAKES_SHAPE.has(node.opType) ? 'shape' : strength;
};

/** What each value depends on, given which of the graph's inputs come from the encoder. */
export const classify = (graph: Graph, memory: ReadonlySet<string>): ReadonlyMap<string, Dependence> => {
  const classes = new Map<string, Dependence>();
  for (const { name } of graph.input ?? []) classes.set(name, memory.has(name) ? 'memory' : 'step');
  for (const node of graph.node ?? []) {
    const dependence = dependenceOf(node, classes);
    for (const name of valuesGiven(node)) classes.set(name, dependence);
  }
  return classes;
};
