// Joins two graphs: outputs of the first become inputs of the second.
import { HubError } from '../hub-error.ts';
import type { Graph, Model, Value } from './model.ts';
import { toNumber } from './model.ts';
import { prune } from './prune.ts';
import { prefixValues, renameValues } from './rename.ts';

type Opsets = NonNullable<Model['opsetImport']>;

/** The version of the standard operators that a model uses. */
export const opsetOf = ({ opsetImport = [] }: Model): number =>
  toNumber(opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version);

/** Whether both models use the same versions of all operators that both use. */
export const sameOpsets = ({ opsetImport: first = [] }: Model, { opsetImport: second = [] }: Model): boolean =>
  second.every(({ domain = '', version }) =>
    first.every((other) => (other.domain ?? '') !== domain || toNumber(other.version) === toNumber(version)),
  );

const joinOpsets = (first: Opsets, second: Opsets): Opsets => [
  ...first,
  ...second.filter(({ domain = '' }) => !first.some((other) => (other.domain ?? '') === domain)),
];

/** How the graphs are wired: input of the second graph -> output of the first. */
type Wires = Readonly<Record<string, string>>;

const both = <T>(first: readonly T[] = [], second: readonly T[] = []): T[] => [...first, ...second];

const namesOf = (values: readonly Value[] = []): string[] => values.map(({ name }) => name);

/** The values without those whose name came before. */
const firstOfEach = (values: readonly Value[]): Value[] => {
  const seen = new Set<string>();
  return values.filter(({ name }) => !seen.has(name) && seen.add(name));
};

/** The second graph with the names that it has inside the whole. */
const wiredIn = (graph: Graph, wires: Wires, prefix: string): Graph => {
  const kept = new Set(both(namesOf(graph.input), namesOf(graph.output)));
  return renameValues(prefixValues(graph, prefix, kept), (name) => (Object.hasOwn(wires, name) ? (wires[name] ?? name) : name));
};

/**
 * One model that runs `first` and then `second`. Its outputs are those of the second and `keep` of the first. Names inside the second get
 * `prefix`; its inputs that are not wired and its outputs keep their names.
 * @throws HubError when they use different versions of the same operators
 */
export const fuse = (first: Model, second: Model, wires: Wires, prefix: string, keep: readonly string[] = []): Model => {
  if (!sameOpsets(first, second))
    throw new HubError(`Expected graphs of one version of ONNX but found opsets ${opsetOf(first)} and ${opsetOf(second)}`);
  const given = Object.values(wires);
  const a = prune(first.graph, [...new Set([...given, ...keep])]);
  const b = wiredIn(second.graph, wires, prefix);
  const inputs = both(
    a.input,
    b.input?.filter(({ name }) => !given.includes(name)),
  );
  return {
    ...first,
    irVersion: Math.max(toNumber(first.irVersion), toNumber(second.irVersion)),
    opsetImport: joinOpsets(first.opsetImport ?? [], second.opsetImport ?? []),
    functions: both(first.functions, second.functions),
    graph: {
      ...a,
      node: both(a.node, b.node),
      initializer: both(a.initializer, b.initializer),
      sparseInitializer: both(a.sparseInitializer, b.sparseInitializer),
      input: firstOfEach(inputs),
      output: both(
        a.output?.filter(({ name }) => keep.includes(name)),
        b.output,
      ),
    },
  };
};
