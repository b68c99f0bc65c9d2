// Sizes that are worked out before a graph runs.
import { describe, expect, it } from 'vitest';
import { infer } from '../../../functions/hub/onnx/infer.ts';
import type { Attribute, Graph, Node } from '../../../functions/hub/onnx/model.ts';
import { int64Tensor, intAttribute, intsAttribute, node } from '../../../functions/hub/onnx/nodes.ts';
import { broadcast, difference, plus, reshaped, type Size, sliceBounds, symbolSource } from '../../../functions/hub/onnx/sizes.ts';
import { floats, floatTensor, graphOf } from '../../support/onnx-graphs.ts';

describe('sizes', () => {
  it('add up, also where they are known only at run time', () => {
    expect([plus(2, 3), plus('a:1', 2), plus(2, 'a:1'), plus('a:1+2', 3), plus('a:1+2', -2), plus('a:1', -1)]).toEqual([
      5,
      'a:1+2',
      'a:1+2',
      'a:1+5',
      'a:1',
      undefined,
    ]);
    expect([plus(undefined, 1), plus('a:1', 'b:1'), plus(1, undefined)]).toEqual([undefined, undefined, undefined]);
    expect([difference(2, 5), difference('a:1', 'a:1+3'), difference('a:1', 'b:1'), difference(1, 'a:1')]).toEqual([
      3,
      3,
      undefined,
      undefined,
    ]);
    expect([symbolSource('x:y:12'), symbolSource('x:1+2')]).toEqual([{ input: 'x:y', axis: 12 }, undefined]);
  });

  it('broadcast', () => {
    expect(
      broadcast([
        ['a:0', 1, 3],
        [5, 1],
      ]),
    ).toEqual(['a:0', 5, 3]);
    expect(broadcast([['a:0'], ['b:0']])).toEqual(['a:0']);
    expect(broadcast([['a:0'], [undefined]])).toEqual(['a:0']);
    expect(broadcast([[1], undefined])).toBeUndefined();
  });

  it.each<[Size[] | undefined, Size[], Size[]]>([
    [
      ['a:0', 6],
      [0, 2, -1],
      ['a:0', 2, 3],
    ],
    [
      ['a:0', 'b:1', 4],
      ['a:0', -1, 2, 2],
      ['a:0', 'b:1', 2, 2],
    ],
    [
      ['a:0', 'b:1', 4],
      [-1, 4],
      [undefined, 4],
    ],
    [
      ['a:0', 4],
      ['b:0', -1],
      ['b:0', undefined],
    ],
    [[2, 3], [-1], [6]],
    [undefined, [-1, 3], [undefined, 3]],
    [
      [undefined, 3],
      [3, -1],
      [3, undefined],
    ],
  ])('of %j reshaped to %j are %j', (from, wanted, expected) => {
    expect(reshaped(from, wanted)).toEqual(expected);
  });

  it('of slices', () => {
    expect([sliceBounds(-2, 9, 1, 5), sliceBounds(0, 5, 2, 5), sliceBounds(4, 2, 1, 5)].map(({ length }) => length)).toEqual([2, 3, 0]);
  });
});

const ALL = 2 ** 62;
const vector = (name: string, ...values: number[]) => int64Tensor(name, values);
const scalar = (name: string, number: number) => int64Tensor(name, [number], []);

/** What is known of `out` after these nodes on x [a, 4, 6]. */
const known = (nodes: Node[], constants: Graph['initializer'] = []) =>
  infer(graphOf([floats('x', ['a', 4, 6])], [floats('out', [])], nodes, [...constants])).get('out');

describe('infer', () => {
  const attribute = (name: string, value: number | number[]): Attribute =>
    typeof value === 'number' ? intAttribute(name, value) : intsAttribute(name, value);
  const on = (opType: string, settings: Record<string, number | number[]> = {}, ...others: string[]) => [
    node(
      opType,
      ['x', ...others],
      ['out'],
      Object.entries(settings).map(([name, value]) => attribute(name, value)),
    ),
  ];

  it.each<[string, Node[], (Size | undefined)[] | undefined, Graph['initializer']]>([
    ['Transpose', on('Transpose', { perm: [0, 2, 1] }), ['x:0', 6, 4], []],
    ['Transpose without an order', on('Transpose'), [6, 4, 'x:0'], []],
    ['MatMul', on('MatMul', {}, 'w'), ['x:0', 4, 2], [floatTensor('w', [6, 2], new Array(12).fill(0))]],
    ['Gemm', on('Gemm', { transB: 1 }, 'w'), ['x:0', 2], [floatTensor('w', [2, 6], new Array(12).fill(0))]],
    ['MatMulNBits', on('MatMulNBits', { N: 9 }), ['x:0', 4, 9], []],
    ['Unsqueeze', on('Unsqueeze', {}, 'axes'), ['x:0', 1, 4, 6], [vector('axes', 1)]],
    ['Squeeze', on('Squeeze', { axes: [1] }), ['x:0', 6], []],
    ['Concat', on('Concat', { axis: 1 }, 'x'), ['x:0', 8, 6], []],
    ['Concat on a size of run time', on('Concat', { axis: 0 }, 'x'), [undefined, 4, 6], []],
    ['Split', [node('Split', ['x', 'sizes'], ['first', 'out'], [intAttribute('axis', -1)])], ['x:0', 4, 5], [vector('sizes', 1, 5)]],
    ['Split in equal parts', [node('Split', ['x'], ['out', 'rest'], [intAttribute('axis', 1)])], ['x:0', 2, 6], []],
    ['Slice', on('Slice', {}, 'from', 'to', 'axes'), ['x:0', 4, 2], [vector('from', -2), vector('to', ALL), vector('axes', 2)]],
    ['Slice of all', on('Slice', {}, 'from', 'to', 'axes'), ['x:0', 4, 6], [vector('from', 0), vector('to', ALL), vector('axes', 0)]],
    ['Slice to where nobody knows', on('Slice', {}, 'from', 'y', 'axes'), ['x:0', undefined, 6], [vector('from', 0), vector('axes', 1)]],
    [
      'Slice on axes that nobody knows',
      on('Slice', {}, 'from', 'to', 'y'),
      [undefined, undefined, undefined],
      [vector('from', 0), vector('to', 1)],
    ],
    ['Tile', on('Tile', {}, 'counts'), ['x:0', 8, 6], [vector('counts', 1, 2, 1)]],
    ['ReduceMean', on('ReduceMean', { axes: [-1] }), ['x:0', 4, 1], []],
    ['ReduceMean that drops axes', on('ReduceMean', { axes: [-1], keepdims: 0 }), undefined, []],
    ['LayerNormalization', on('LayerNormalization'), ['x:0', 4, 6], []],
    ['DynamicQuantizeLinear', [node('DynamicQuantizeLinear', ['x'], ['q', 'out', 'z'])], [], []],
    ['Expand', on('Expand', {}, 'to'), [3, 'x:0', 4, 6], [vector('to', 3, 1, 1, 1)]],
    [
      'Reshape to where nobody knows',
      [node('Shape', ['x'], ['s']), node('Mul', ['s', 'y'], ['t']), node('Reshape', ['x', 't'], ['out'])],
      undefined,
      [],
    ],
    ['something else', on('Whatever'), undefined, []],
  ])('knows the shape of %s', (_, nodes, expected, constants) => {
    expect(known(nodes, constants)?.dims).toEqual(expected);
  });

  it.each<[string, Node[], (Size | undefined)[], Graph['initializer']]>([
    ['Shape', [node('Shape', ['x'], ['out'], [intAttribute('start', 1)])], [4, 6], []],
    ['Gather', [node('Shape', ['x'], ['s']), node('Gather', ['s', 'i'], ['out'])], ['x:0'], [scalar('i', 0)]],
    ['Slice', [node('Shape', ['x'], ['s']), node('Slice', ['s', 'f', 't'], ['out'])], [6], [vector('f', -1), vector('t', ALL)]],
    ['Cast', [node('Shape', ['x'], ['s']), node('Cast', ['s'], ['out'], [intAttribute('to', 7)])], ['x:0', 4, 6], []],
    [
      'arithmetic',
      [node('Mul', ['a', 'b'], ['c']), node('Div', ['c', 'b'], ['d']), node('Sub', ['d', 'b'], ['out'])],
      [1, 2],
      [vector('a', 3, 4), vector('b', 2)],
    ],
    [
      'ConstantOfShape',
      [node('ConstantOfShape', ['n'], ['out'], [{ name: 'value', type: 4, t: vector('v', 7) }])],
      [7, 7],
      [vector('n', 2)],
    ],
    [
      'the exporter\'s "-1 means as it is"',
      [
        node('Shape', ['x'], ['s']),
        node('Mul', ['ones', 'minus'], ['m']),
        node('Equal', ['s', 'm'], ['e']),
        node('Where', ['e', 'ones', 's'], ['out']),
      ],
      ['x:0', 4, 6],
      [vector('ones', 1, 1, 1), scalar('minus', -1)],
    ],
  ])('knows the numbers of %s', (_, nodes, expected, constants) => {
    expect(known(nodes, constants)?.elements).toEqual(expected);
  });

  it('does not follow lists that double from node to node, or sizes that are out of reason', () => {
    const doubled = (kind: string) =>
      Array.from({ length: 40 }, (_, i) => node(kind, [`v${i}`, `v${i}`], [i === 39 ? 'out' : `v${i + 1}`], [intAttribute('axis', 0)]));
    expect(known(doubled('Concat'), [vector('v0', 1, 2)])?.elements).toBeUndefined();
    expect(known(doubled('Gather'), [int64Tensor('v0', [0], [1, 1])])?.dims).toBeUndefined();
    const huge = { name: 'huge', dims: [2 ** 31], dataType: 7 };
    expect(known([node('Reshape', ['x', 'huge'], ['out'])], [huge])?.dims).toBeUndefined();
    expect(known([node('Concat', ['huge', 'huge'], ['out'], [intAttribute('axis', 0)])], [huge])).toEqual({ dims: [2 ** 32] });
  });

  it('knows how long a Slice from a past to the next step is', () => {
    const nodes = [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'i'], ['p']),
      node('Add', ['p', 'one'], ['n']),
      node('Slice', ['x', 'p', 'n', 'one'], ['out']),
    ];
    expect(known(nodes, [vector('i', 0), vector('one', 1)])?.dims).toEqual(['x:0', 1, 6]);
  });

  it('knows how long a Range from a past to the next step is', () => {
    const nodes = [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'i'], ['p']),
      node('Add', ['p', 'one'], ['n']),
      node('Range', ['p', 'n', 'one'], ['out']),
    ];
    expect(known(nodes, [scalar('i', 0), scalar('one', 1)])?.dims).toEqual([1]);
  });
});
