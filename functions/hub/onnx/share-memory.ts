// Lets all rows of a picture read one copy of its memory. An exported decoder multiplies [rows, heads, 1, n] by a memory of as many
// rows; here the rows of a picture are put side by side, [pictures, heads, rows of a picture, n], and the memory stays one per picture.
import type { Known } from './infer.ts';
import type { Graph, Node, Tensor } from './model.ts';
import { int64Tensor, int64Values, intAttribute, intsAttribute, node, valuesRead } from './nodes.ts';

const SIDE_BY_SIDE = [0, 2, 1, 3];
const RANK = 4;

type Readers = ReadonlyMap<string, readonly Node[]>;

const readersOf = ({ node: nodes = [] }: Graph): Readers => {
  const readers = new Map<string, Node[]>();
  for (const each of nodes)
    for (const name of valuesRead(each)) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [each]);
      else known.push(each);
    }
  return readers;
};

/** The heads of a product of one position per row with the memory; undefined when it is something else. */
const headsOf = ({ opType, input = [] }: Node, memory: string, known: Known): number | undefined => {
  const [left, heads] = [known.get(input[0] ?? '')?.dims, known.get(memory)?.dims?.[1]];
  const isProduct = opType === 'MatMul' && input[1] === memory && input[0] !== memory;
  return isProduct && left?.length === RANK && left[1] === heads && left[2] === 1 && typeof heads === 'number' ? heads : undefined;
};

/** Whether a Shape of the memory is read for other axes than that of the rows only. */
const readsOtherAxes = ({ opType, output = [] }: Node, readers: Readers, constants: ReadonlyMap<string, Tensor>): boolean =>
  opType === 'Shape' &&
  (readers.get(output[0] ?? '') ?? []).every(({ opType: kind, input = [] }) => {
    const axes = int64Values(constants.get(input[1] ?? ''));
    return kind === 'Gather' && axes !== undefined && axes.every((axis) => axis > 0);
  });

const rewritten = (product: Node, heads: number): Node[] => {
  const [left = '', memory = ''] = product.input ?? [];
  const [output = ''] = product.output ?? [];
  const at = (step: string) => `${output}/${step}`;
  const turn = [intsAttribute('perm', SIDE_BY_SIDE)];
  return [
    node('Reshape', [left, `shared/${heads}`], [at('pictures')]),
    node('Transpose', [at('pictures')], [at('beside')], turn),
    node('MatMul', [at('beside'), memory], [at('product')]),
    node('Transpose', [at('product')], [at('apart')], turn),
    node('Reshape', [at('apart'), `shared/${heads}/rows`], [output]),
  ];
};

/**
 * The step with one row of memory per picture; rows of a picture are adjacent, and equally many for each.
 * @param known what infer found in the step
 * @returns undefined when the memory is read in another way
 */
export const shareMemory = (step: Graph, known: Known, memory: readonly string[]): Graph | undefined => {
  const readers = readersOf(step);
  const initializers = new Map((step.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  const products = new Map<Node, number>();
  for (const name of memory)
    for (const reader of readers.get(name) ?? []) {
      const heads = headsOf(reader, name, known);
      if (heads !== undefined) products.set(reader, heads);
      else if (!readsOtherAxes(reader, readers, initializers)) return undefined;
    }
  const [first = ''] = memory;
  const all = [...new Set(products.values())];
  const shapes = all.map((heads) =>
    node('Concat', ['shared/pictures', `shared/${heads}/rest`], [`shared/${heads}`], [intAttribute('axis', 0)]),
  );
  const constants = all.flatMap((heads) => [
    int64Tensor(`shared/${heads}/rest`, [-1, heads, 0]),
    int64Tensor(`shared/${heads}/rows`, [-1, heads, 1, 0]),
  ]);
  return {
    ...step,
    node: [
      node('Shape', [first], ['shared/shape']),
      node('Gather', ['shared/shape', 'shared/axis'], ['shared/pictures']),
      ...shapes,
      ...(step.node ?? []).flatMap((each) => {
        const heads = products.get(each);
        return heads === undefined ? [each] : rewritten(each, heads);
      }),
    ],
    initializer: [...(step.initializer ?? []), int64Tensor('shared/axis', [0]), ...constants],
  };
};
