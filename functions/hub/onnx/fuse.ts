// Joins two graphs: outputs of the first become inputs of the second.
import { HubError } from '../hub-error.ts';
import type { Model, Value } from './model.ts';
import { toNumber } from './model.ts';
import { prune } from './prune.ts';
import { prefixValues, renameValues } from './rename.ts';

type Opsets = NonNullable<Model['opsetImport']>;

/** The opsets of two models together. @throws HubError when they use different versions of the same operators */
export const joinOpsets = (first: Opsets = [], second: Opsets = []): Opsets => {
  const merged = [...first];
  for (const { domain = '', version } of second) {
    const known = merged.find((opset) => (opset.domain ?? '') === domain);
    if (known === undefined) merged.push(version === undefined ? { domain } : { domain, version });
    else if (toNumber(known.version) !== toNumber(version))
      throw new HubError(`Expected graphs of one version of ONNX but found opsets ${toNumber(known.version)} and ${toNumber(version)}`);
  }
  return merged;
};

/** How the graphs are wired: input of the second graph -> output of the first. */
export type Wires = Readonly<Record<string, string>>;

/**
 * One model that runs `first` and then `second`. Its outputs are those of the second and `keep` of the first. Names inside the second get
 * `prefix`; its inputs that are not wired and its outputs keep their names.
 */
export const fuse = (first: Model, second: Model, wires: Wires, prefix: string, keep: readonly string[] = []): Model => {
  const b = second.graph;
  const open = (b.input ?? []).map(({ name }) => name).filter((name) => !(name in wires));
  const outer = new Set([...open, ...(b.output ?? []).map(({ name }) => name)]);
  const inner = new Set(Object.keys(wires));
  const wired = renameValues(prefixValues(b, prefix, new Set([...outer, ...inner])), (name) => wires[name] ?? name);
  const a = prune(first.graph, [...new Set([...Object.values(wires), ...keep])]);
  const inputs: Value[] = [...(a.input ?? []), ...(wired.input ?? []).filter(({ name }) => open.includes(name))];
  return {
    ...first,
    irVersion: Math.max(toNumber(first.irVersion), toNumber(second.irVersion)),
    opsetImport: joinOpsets(first.opsetImport, second.opsetImport),
    functions: [...(first.functions ?? []), ...(second.functions ?? [])],
    graph: {
      ...a,
      node: [...(a.node ?? []), ...(wired.node ?? [])],
      initializer: [...(a.initializer ?? []), ...(wired.initializer ?? [])],
      sparseInitializer: [...(a.sparseInitializer ?? []), ...(wired.sparseInitializer ?? [])],
      input: inputs.filter(({ name }, i) => inputs.findIndex((other) => other.name === name) === i),
      output: [...(a.output ?? []).filter(({ name }) => keep.includes(name)), ...(wired.output ?? [])],
    },
  };
};
