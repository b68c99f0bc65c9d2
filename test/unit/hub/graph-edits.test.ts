// Edits of graphs: branches, pruning, joining, and the edits that make a decoder step. Edited graphs give what the originals give.
import { describe, expect, it } from 'vitest';
import { fuse } from '../../../functions/hub/onnx/fuse.ts';
import { inlineBranch } from '../../../functions/hub/onnx/inline-branch.ts';
import type { Attribute, Graph } from '../../../functions/hub/onnx/model.ts';
import { int64Tensor, intAttribute, intsAttribute, node } from '../../../functions/hub/onnx/nodes.ts';
import { prune } from '../../../functions/hub/onnx/prune.ts';
import { fillMask, giveTop, reorderStates, takeTokens } from '../../../functions/hub/onnx/step-edits.ts';
import { elementTypes } from '../../../functions/hub/onnx/types.ts';
import { floats, floatTensor, graphOf, integers, modelOf, runModel, someFloats, value } from '../../support/onnx-graphs.ts';

const BOOL = 9;
const branch = (name: string, graph: Graph): Attribute => ({ name, type: 5, g: graph });
const inner = (node: Graph['node'], output: string, constants: Graph['initializer'] = []): Graph =>
  graphOf([], [floats(output, ['n'])], [...(node ?? [])], [...constants]);

/** y = past ? x + one : x * two, with the constant of the first branch inside it. */
const merged = graphOf(
  [floats('x', ['n']), value('use_cache_branch', BOOL, [1])],
  [floats('y', ['n'])],
  [
    node(
      'If',
      ['use_cache_branch'],
      ['y'],
      [
        branch('then_branch', inner([node('Add', ['x', 'one'], ['with_past'])], 'with_past', [floatTensor('one', [1], [1])])),
        branch('else_branch', inner([node('Mul', ['x', 'two'], ['y'])], 'y')),
      ],
    ),
  ],
  [floatTensor('two', [1], [2])],
);

describe('inlineBranch', () => {
  it.each([
    [true, [2, 4]],
    [false, [2, 6]],
  ])('takes the branch for %s', async (past, expected) => {
    const graph = inlineBranch(merged, 'use_cache_branch', past);
    expect(graph.input?.map(({ name }) => name)).toEqual(['x']);
    expect((await runModel(modelOf(graph), { x: { data: [1, 3], dims: [2] } })).y?.data).toEqual(expected);
  });

  it('leaves a graph without the input alone', () => {
    const graph = prune(inlineBranch(merged, 'use_cache_branch', true), ['y']);
    expect(inlineBranch(graph, 'use_cache_branch', true)).toBe(graph);
  });

  it('sees through a condition in another shape', () => {
    const [condition] = merged.node ?? [];
    const squeezed = [
      node('Squeeze', ['use_cache_branch'], ['past']),
      { ...node('If', ['past'], ['y']), attribute: condition?.attribute ?? [] },
    ];
    expect(inlineBranch({ ...merged, node: squeezed }, 'use_cache_branch', false).node?.map(({ opType }) => opType)).toEqual([
      'Squeeze',
      'Mul',
    ]);
  });

  it('refuses an input that nothing depends on', () => {
    const graph = { ...merged, node: [node('Identity', ['x'], ['y'])] };
    expect(() => inlineBranch(graph, 'use_cache_branch', true)).toThrow('a branch that depends on the input use_cache_branch');
  });
});

describe('prune', () => {
  it('keeps what the outputs need, also from inside branches', () => {
    const graph = {
      ...merged,
      node: [...(merged.node ?? []), node('Neg', ['x'], ['other'])],
      initializer: [...(merged.initializer ?? []), floatTensor('unused', [1], [1])],
    };
    const pruned = prune(graph, ['y']);
    expect(pruned.node?.map(({ opType }) => opType)).toEqual(['If']);
    expect(pruned.initializer?.map(({ name }) => name)).toEqual(['two']);
    expect(pruned.input?.map(({ name }) => name)).toEqual(['x', 'use_cache_branch']);
  });

  it('refuses an output that is not there', () => {
    expect(() => prune(merged, ['z'])).toThrow('with the output z but it has y');
  });
});

describe('fuse', () => {
  const double = modelOf(
    graphOf([floats('x', ['n'])], [floats('y', ['n']), floats('z', ['n'])], [node('Add', ['x', 'x'], ['y']), node('Neg', ['x'], ['z'])]),
  );
  const scale = modelOf(
    graphOf(
      [floats('x', ['n']), floats('by', [1])],
      [floats('scaled', ['n'])],
      [node('Mul', ['x', 'by'], ['y']), node('Identity', ['y'], ['scaled'])],
    ),
  );

  it('feeds outputs of the first graph to the second, whatever names are inside', async () => {
    const fused = fuse(double, scale, { x: 'y' }, 'second/', ['z']);
    expect(fused.graph.output?.map(({ name }) => name)).toEqual(['z', 'scaled']);
    const found = await runModel(fused, { x: { data: [1, 2], dims: [2] }, by: { data: [10], dims: [1] } });
    expect(found.scaled?.data).toEqual([20, 40]);
    expect(found.z?.data).toEqual([-1, -2]);
  });

  it('leaves names alone that every object of JavaScript knows', () => {
    const other = modelOf(
      graphOf([floats('x', ['n']), floats('toString', [1])], [floats('w', ['n'])], [node('Mul', ['x', 'toString'], ['w'])]),
    );
    expect(fuse(double, other, { x: 'y' }, 'second/').graph.input?.map(({ name }) => name)).toEqual(['x', 'toString']);
  });

  it('adds the operators of both, and refuses two versions of the same', () => {
    const contrib = { ...scale, opsetImport: [{ domain: 'com.microsoft', version: 1 }, {}] };
    expect(() => fuse(double, { ...scale, opsetImport: [{ version: 13 }] }, { x: 'y' }, 's/')).toThrow('opsets 17 and 13');
    expect(fuse(double, { ...contrib, opsetImport: [{ domain: 'com.microsoft', version: 1 }] }, { x: 'y' }, 's/').opsetImport).toHaveLength(
      2,
    );
  });
});

describe('the edits of a step', () => {
  /** logits = embedding of the token, plus what the past sums up to; present = past and the token as a number */
  const decoder = graphOf(
    [integers('ids', ['batch', 'length']), floats('past', ['batch', 1, 'time', 1]), integers('mask', ['batch', 'all'])],
    [floats('logits', ['batch', 1, 4]), floats('present', ['batch', 1, 'time', 1])],
    [
      node('Gather', ['embedding', 'ids'], ['embedded']),
      node('ReduceSum', ['past'], ['summed'], [intAttribute('keepdims', 0), intsAttribute('axes', [])]),
      node('ReduceSum', ['mask'], ['ones'], [intAttribute('keepdims', 0)]),
      node('Cast', ['ones'], ['count'], [intAttribute('to', 1)]),
      node('Add', ['embedded', 'count'], ['logits']),
      node('Cast', ['ids'], ['number'], [intAttribute('to', 1)]),
      node('Reshape', ['number', 'shape'], ['now']),
      node('Concat', ['past', 'now'], ['present'], [intAttribute('axis', 2)]),
    ],
    [floatTensor('embedding', [3, 4], [4, 3, 2, 1, 1, 2, 3, 4, 0, 9, 0, 1]), int64Tensor('shape', [-1, 1, 1, 1])],
  );
  const masked = fillMask(decoder, 'mask', [
    { source: 'tokens', axis: 0 },
    { source: 'past', axis: 2, more: 1 },
  ]);
  const step = prune(takeTokens(giveTop(reorderStates(masked, ['past']), 'logits', 2), 'ids'), ['top_log_probs', 'top_tokens', 'present']);

  it('takes tokens and parents, and gives the best', async () => {
    const found = await runModel(modelOf(step), {
      tokens: { data: [2n, 0n, 1n], dims: [3] },
      parents: { data: [1n, 1n, 0n], dims: [3] },
      past: { data: [5, 6, 7, 8], dims: [2, 1, 2, 1] },
    });
    expect(found.top_tokens?.data).toEqual([1, 3, 0, 1, 3, 2]);
    expect(found.present?.data).toEqual([7, 8, 2, 7, 8, 0, 5, 6, 1]);
    const logSum = Math.log([4, 3, 2, 1].reduce((sum, x) => sum + Math.exp(x), 0));
    expect(found.top_log_probs?.data[2]).toBeCloseTo(4 - logSum, 5);
  });

  it('begins without a past', async () => {
    const feeds = { tokens: { data: [1n], dims: [1] }, parents: { data: [0n], dims: [1] }, past: someFloats([1, 1, 0, 1]) };
    expect((await runModel(modelOf(step), feeds)).present?.data).toEqual([1]);
  });

  it('leaves a decoder without that mask alone, and refuses one without logits', () => {
    expect(fillMask(step, 'mask', [])).toBe(step);
    expect(() => giveTop(step, 'logits', 2)).toThrow('a decoder with the output logits');
  });

  it('knows the types of values', () => {
    const types = elementTypes(step);
    expect(['mask/ones', 'top/float', 'top/k', 'past', 'mask', 'tokens'].map((name) => types.get(name))).toEqual([7, 1, 7, 1, 7, 7]);
  });
});
