// Edits that make an exported decoder our step: a token per row in, reordered states, the best log probabilities out.
import { HubError } from '../hub-error.ts';
import type { Graph, Value } from './model.ts';
import { FLOAT, INT64, int64Tensor, intAttribute, node } from './nodes.ts';
import { renameValues } from './rename.ts';

const vector = (name: string, elemType: number, dims: readonly string[]): Value => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map((dimParam) => ({ dimParam })) } } },
});

const without = (values: readonly Value[] = [], names: readonly string[]): Value[] => values.filter(({ name }) => !names.includes(name));

/** Input `tokens` [rows] instead of `ids` [rows, 1]. */
export const takeTokens = (graph: Graph, ids: string): Graph => ({
  ...graph,
  input: [vector('tokens', INT64, ['rows']), ...without(graph.input, [ids])],
  initializer: [...(graph.initializer ?? []), int64Tensor('tokens/shape', [-1, 1])],
  node: [node('Reshape', ['tokens', 'tokens/shape'], [ids]), ...(graph.node ?? [])],
});

/** Input `parents` [rows]: row i of every state is row parents[i] of what is fed. */
export const reorderStates = (graph: Graph, states: readonly string[]): Graph => {
  const reordered = new Map(states.map((name) => [name, `${name}/reordered`]));
  const renamed = renameValues(graph, (name) => reordered.get(name) ?? name);
  const gathers = states.map((name) => node('Gather', [name, 'parents'], [reordered.get(name) ?? name], [intAttribute('axis', 0)]));
  return {
    ...renamed,
    input: [vector('parents', INT64, ['rows']), ...(graph.input ?? [])],
    output: graph.output ?? [],
    node: [...gathers, ...(renamed.node ?? [])],
  };
};

/** Outputs `top_log_probs` and `top_tokens` [rows, topK] instead of logits [rows, 1, words]. */
export const giveTop = (graph: Graph, logits: string, topK: number): Graph => {
  if (!(graph.output ?? []).some(({ name }) => name === logits)) throw new HubError(`Expected a decoder with the output ${logits}`);
  const last = [
    node('Gather', [logits, 'top/last'], ['top/logits'], [intAttribute('axis', 1)]),
    node('Cast', ['top/logits'], ['top/float'], [intAttribute('to', FLOAT)]),
    node('LogSoftmax', ['top/float'], ['top/log_probs'], [intAttribute('axis', -1)]),
    node('TopK', ['top/log_probs', 'top/k'], ['top_log_probs', 'top_tokens'], [intAttribute('axis', -1)]),
  ];
  return {
    ...graph,
    output: [
      vector('top_log_probs', FLOAT, ['rows', 'top']),
      vector('top_tokens', INT64, ['rows', 'top']),
      ...without(graph.output, [logits]),
    ],
    initializer: [...(graph.initializer ?? []), int64Tensor('top/last', [-1], []), int64Tensor('top/k', [topK])],
    node: [...(graph.node ?? []), ...last],
  };
};

/** A size of a value: axis `axis` of `source`, and so many more. */
type MaskAxis = { readonly source: string; readonly axis: number; readonly more?: number };

/** Ones of these sizes instead of the input `mask`: pictures of one size and sentences without padding need no mask. */
export const fillMask = (graph: Graph, mask: string, axes: readonly MaskAxis[]): Graph => {
  const value = (graph.input ?? []).find(({ name }) => name === mask);
  if (value === undefined) return graph;
  const sizes = axes.map((_, i) => `${mask}/size.${i}`);
  const nodes = axes.flatMap(({ source }, i) => [
    node('Shape', [source], [`${sizes[i]}/shape`]),
    node('Gather', [`${sizes[i]}/shape`, `${sizes[i]}/axis`], [`${sizes[i]}/known`]),
    node('Add', [`${sizes[i]}/known`, `${sizes[i]}/more`], [sizes[i] ?? '']),
  ]);
  const constants = axes.flatMap(({ axis, more = 0 }, i) => [
    int64Tensor(`${sizes[i]}/axis`, [axis]),
    int64Tensor(`${sizes[i]}/more`, [more]),
  ]);
  return {
    ...graph,
    input: without(graph.input, [mask]),
    initializer: [...(graph.initializer ?? []), ...constants, int64Tensor(`${mask}/one`, [1], [])],
    node: [
      ...nodes,
      node('Concat', sizes, [`${mask}/shape`], [intAttribute('axis', 0)]),
      node('Expand', [`${mask}/one`, `${mask}/shape`], [`${mask}/ones`]),
      node('Cast', [`${mask}/ones`], [mask], [intAttribute('to', value.type?.tensorType?.elemType ?? INT64)]),
      ...(graph.node ?? []),
    ],
  };
};
