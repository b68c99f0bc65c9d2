// What is known of sizes is folded, and a step is split in what changes and what does not: the numbers stay the same.
import { describe, expect, it } from 'vitest';
import { fold } from '../../../functions/hub/onnx/fold.ts';
import { hoist } from '../../../functions/hub/onnx/hoist.ts';
import { infer } from '../../../functions/hub/onnx/infer.ts';
import type { Graph, Node } from '../../../functions/hub/onnx/model.ts';
import { int64Tensor, intAttribute, intsAttribute, node } from '../../../functions/hub/onnx/nodes.ts';
import { prune } from '../../../functions/hub/onnx/prune.ts';
import { shareMemory } from '../../../functions/hub/onnx/share-memory.ts';
import type { Size } from '../../../functions/hub/onnx/sizes.ts';
import { floats, floatTensor, graphOf, integers, modelOf, runModel, someFloats } from '../../support/onnx-graphs.ts';

const ALL = 2 ** 62;
const vector = (name: string, ...values: number[]) => int64Tensor(name, values);
const scalar = (name: string, number: number) => int64Tensor(name, [number], []);

describe('fold', () => {
  it('leaves no arithmetic of shapes where sizes are known, and the same numbers', async () => {
    const nodes = [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'i'], ['n']),
      node('Unsqueeze', ['n', 'zeros'], ['batch']),
      node('Concat', ['batch', 'minus', 'two'], ['to'], [intAttribute('axis', 0)]),
      node('Reshape', ['x', 'to'], ['y']),
      node('Add', ['y', 'float'], ['out']),
      node('Identity', ['batch'], ['rows']),
    ];
    const constants = [scalar('i', 0), vector('zeros', 0), vector('minus', -1), vector('two', 2), floatTensor('float', [1], [0.5])];
    const graph = graphOf([floats('x', ['a', 4, 6])], [floats('out', ['a', 12, 2]), integers('rows', [1])], nodes, constants);
    const folded = prune(fold(graph, infer(graph)), ['out', 'rows']);
    expect(folded.node?.map(({ opType }) => opType)).toEqual(['Shape', 'Gather', 'Reshape', 'Add', 'Identity']);
    const feeds = { x: someFloats([3, 4, 6]) };
    expect(await runModel(modelOf(folded), feeds)).toEqual(await runModel(modelOf(graph), feeds));
  });

  it('does not touch numbers that mean "to the end"', () => {
    const graph = graphOf(
      [floats('x', ['a', 4, 6])],
      [floats('out', [])],
      [node('Identity', ['end'], ['e']), node('Slice', ['x', 'from', 'e'], ['out'])],
      [vector('from', 0), vector('end', ALL)],
    );
    expect(fold(graph, infer(graph)).node?.map(({ opType }) => opType)).toEqual(['Identity', 'Slice']);
  });
});

describe('hoist', () => {
  const input = [floats('tokens', ['rows', 2]), floats('states', ['pictures', 'time', 2])];
  const weights = floatTensor('w', [2, 2], [1, 2, 3, 4]);
  const split = (nodes: Node[], constants: Graph['initializer'] = []) => {
    const graph = graphOf(input, [floats('out', [])], nodes, [weights, ...constants]);
    const found = infer(graph);
    return { graph, ...hoist(graph, found, { memory: new Set(['states']), rows: new Set<Size>(['states:0']), like: 'tokens' }) };
  };
  const feeds = { tokens: someFloats([3, 2]), states: someFloats([3, 5, 2], 2) };
  const both = async ({ cross, step, memory }: ReturnType<typeof split>) => {
    const given = await runModel(modelOf(cross), { states: feeds.states });
    return await runModel(modelOf(step), {
      tokens: feeds.tokens,
      ...Object.fromEntries(memory.map((name) => [name, given[name] ?? feeds.states])),
    });
  };
  const kinds = (graph: Graph) => graph.node?.map(({ opType }) => opType);

  it('computes once what does not change, and hands over as little as it can', async () => {
    const halves = split(
      [
        node('MatMul', ['states', 'w'], ['k']),
        node('Transpose', ['k'], ['kt'], [intsAttribute('perm', [0, 2, 1])]),
        node('Unsqueeze', ['tokens', 'one'], ['q']),
        node('MatMul', ['q', 'kt'], ['scores']),
        node('Shape', ['states'], ['s']),
        node('Cast', ['s'], ['f'], [intAttribute('to', 1)]),
        node('ReduceSum', ['f'], ['sum'], [intAttribute('keepdims', 0)]),
        node('Add', ['scores', 'sum'], ['out']),
      ],
      [vector('one', 1)],
    );
    expect(kinds(halves.cross)).toEqual(['MatMul', 'Transpose']);
    expect(halves.memory).toEqual(['memory.0']);
    expect(await both(halves)).toEqual(await runModel(modelOf(halves.graph), feeds));
  });

  it('leaves to the step what has no pictures on axis 0', async () => {
    const halves = split([
      node('Transpose', ['states'], ['turned'], [intsAttribute('perm', [1, 0, 2])]),
      node('ReduceMean', ['turned'], ['mean'], [intsAttribute('axes', [0]), intAttribute('keepdims', 0)]),
      node('Add', ['tokens', 'mean'], ['out']),
    ]);
    expect(kinds(halves.step)).toEqual(['Transpose', 'ReduceMean', 'Add']);
    expect(kinds(halves.cross)).toEqual(['Identity']);
    expect(await both(halves)).toEqual(await runModel(modelOf(halves.graph), feeds));
  });

  it('hands over the states themselves when their shape is all that a step needs', async () => {
    const halves = split([
      node('Shape', ['states'], ['s']),
      node('Cast', ['s'], ['f'], [intAttribute('to', 1)]),
      node('ReduceSum', ['f'], ['sum'], [intAttribute('keepdims', 0)]),
      node('Elu', ['sum'], ['e'], [{ name: 'alpha', type: 1, f: 1 }]),
      node('Add', ['tokens', 'e'], ['out']),
    ]);
    expect(halves.memory).toEqual(['memory.0']);
    expect(await both(halves)).toEqual(await runModel(modelOf(halves.graph), feeds));
  });
});

describe('shareMemory', () => {
  const input = [floats('q', ['rows', 2, 1, 3]), floats('memory', ['pictures', 2, 3, 5])];
  const graph = (...nodes: Node[]) => graphOf(input, [floats('out', [])], nodes, [vector('first', 0), vector('last', 3)]);
  const share = (whole: Graph) => shareMemory(whole, infer(whole), ['memory']);
  const product = node('MatMul', ['q', 'memory'], ['out']);

  it('lets rows of a picture read one memory', async () => {
    const shared = share(graph(product)) ?? graph(product);
    const memory = someFloats([2, 2, 3, 5], 2);
    const [one, other] = [memory.data.slice(0, 30), memory.data.slice(30)].map((data) => data.map(Number));
    const copied = {
      data: [...(one ?? []), ...(one ?? []), ...(one ?? []), ...(other ?? []), ...(other ?? []), ...(other ?? [])],
      dims: [6, 2, 3, 5],
    };
    const q = someFloats([6, 2, 1, 3]);
    const [found, expected] = [
      await runModel(modelOf(shared), { q, memory }),
      await runModel(modelOf(graph(product)), { q, memory: copied }),
    ];
    expect(found.out?.dims).toEqual([6, 2, 1, 5]);
    expect(Math.max(...(found.out?.data ?? []).map((x, i) => Math.abs(x - (expected.out?.data[i] ?? 0))))).toBeLessThan(1e-6);
  });

  it('does so where other axes of its shape are read too', () => {
    expect(share(graph(product, node('Shape', ['memory'], ['s']), node('Gather', ['s', 'last'], ['length'])))).toBeDefined();
  });

  it.each([
    ['in another product', [node('MatMul', ['memory', 'q'], ['out'])]],
    ['for its rows', [product, node('Shape', ['memory'], ['s']), node('Gather', ['s', 'first'], ['rows'])]],
    ['in another way', [product, node('Neg', ['memory'], ['negative'])]],
  ])('leaves a memory alone that is read %s', (_, nodes) => {
    expect(share(graph(...nodes))).toBeUndefined();
  });
});
