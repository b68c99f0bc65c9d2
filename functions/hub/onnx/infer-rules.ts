// What is known of the outputs of each kind of node. A kind that is not here is unknown, which is always safe.
import { axesOf, intOf, type Rule } from './infer-inputs.ts';
import { concat, gather, reshape, shape, slice, split, squeeze, tile, transpose, unsqueeze } from './infer-layout.ts';
import { attributeOf, INT64, int64Values } from './nodes.ts';
import { axisOf, broadcast, difference, MAX_ELEMENTS, plus, type Size } from './sizes.ts';

const same: Rule = (_, input) => [{ dims: input(0).dims }];
const passed: Rule = (_, input) => [input(0)];
const cast: Rule = (node, input) => (intOf(node, 'to', 0) === INT64 ? passed : same)(node, input);

const broadcasting: Rule = ({ input: names = [] }, input) => [{ dims: broadcast(names.map((_, i) => input(i).dims)) }];

/** Elementwise on short vectors of whole numbers too; one of both may be a single number. */
const calculating =
  (operation: (a: number, b: number) => number, onSymbols: (a: Size, b: Size) => Size = () => undefined): Rule =>
  (_, input) => {
    const [a, b] = [input(0), input(1)];
    const dims = broadcast([a.dims, b.dims]);
    if (a.elements === undefined || b.elements === undefined) return [{ dims }];
    const length = a.elements.length === 1 ? b.elements.length : a.elements.length;
    const at = (elements: readonly Size[], i: number) => elements[elements.length === 1 ? 0 : i];
    const elements = Array.from({ length }, (__, i) => {
      const [left, right] = [at(a.elements ?? [], i), at(b.elements ?? [], i)];
      return typeof left === 'number' && typeof right === 'number' ? operation(left, right) : onSymbols(left, right);
    });
    return [{ dims, elements }];
  };

/** A symbol is a size, so it is never -1. */
const symbolIsNot = (a: Size, b: Size): Size => (typeof a === 'string' && b === -1 ? 0 : undefined);

const where: Rule = (node, input) => {
  const [dims] = broadcasting(node, input).map((facts) => facts.dims);
  const [condition, a, b] = [input(0).elements, input(1).elements, input(2).elements];
  if (condition === undefined || a === undefined || b === undefined) return [{ dims }];
  const at = (elements: readonly Size[], i: number) => elements[elements.length === 1 ? 0 : i];
  const length = Math.max(condition.length, a.length, b.length);
  const choose = (i: number): Size => {
    const chosen = at(condition, i);
    return chosen === undefined ? undefined : at(chosen === 0 ? b : a, i);
  };
  return [{ dims, elements: Array.from({ length }, (_, i) => choose(i)) }];
};

const matMul: Rule = (_, input) => {
  const [a, b] = [input(0).dims, input(1).dims];
  if (a === undefined || b === undefined || a.length < 2 || b.length < 2) return [];
  const batch = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  return [{ dims: batch && [...batch, a.at(-2), b.at(-1)] }];
};

const gemm: Rule = (node, input) => {
  const [a, b] = [input(0).dims, input(1).dims];
  return [{ dims: [a?.[intOf(node, 'transA', 0) === 1 ? 1 : 0], b?.[intOf(node, 'transB', 0) === 1 ? 0 : 1]] }];
};

const matMulBits: Rule = (node, input) => {
  const { dims } = input(0);
  return [{ dims: dims?.with(-1, intOf(node, 'N', 0)) }];
};

const expand: Rule = (_, input) => [{ dims: broadcast([input(0).dims, input(1).elements]) }];

const reduce: Rule = (node, input) => {
  const { dims } = input(0);
  const axes = axesOf(node, input, 1);
  if (dims === undefined || axes === undefined || intOf(node, 'keepdims', 1) !== 1) return [];
  const gone = new Set(axes.map((axis) => axisOf(axis, dims.length)));
  return [{ dims: dims.map((size, axis) => (gone.has(axis) ? 1 : size)) }];
};

const filled: Rule = (node, input) => {
  const dims = input(0).elements;
  const value = attributeOf(node, 'value')?.t;
  const [length] = dims ?? [];
  const [number] = int64Values(value) ?? [];
  const constant = number !== undefined && dims?.length === 1 && typeof length === 'number' && length <= MAX_ELEMENTS;
  return [{ dims, elements: constant ? new Array<Size>(length).fill(number) : undefined }];
};

/** From, up to and by how much: the count is known when the step is 1. */
const range: Rule = (_, input) => {
  const [start, end, step] = [0, 1, 2].map((i) => input(i).elements?.[0]);
  return [{ dims: [step === 1 ? difference(start, end) : undefined] }];
};

const quantized: Rule = (_, input) => [{ dims: input(0).dims }, { dims: [] }, { dims: [] }];

const each = (names: string, rule: Rule): [string, Rule][] => names.split(' ').map((name) => [name, rule]);

/** Rules by kind of node. */
export const RULES: ReadonlyMap<string, Rule> = new Map([
  ...each('Identity', passed),
  ...each('Cast', cast),
  ...each(
    'Relu Gelu Erf Tanh Sigmoid Sqrt Neg Exp Softmax LogSoftmax LayerNormalization Reciprocal Not Abs IsNaN IsInf Clip Floor Sin Cos FastGelu QuickGelu BiasGelu',
    same,
  ),
  ...each('Pow And Or Less LessOrEqual Greater GreaterOrEqual Max Min', broadcasting),
  ...each(
    'Add',
    calculating((a, b) => a + b, plus),
  ),
  ...each(
    'Sub',
    calculating((a, b) => a - b),
  ),
  ...each(
    'Mul',
    calculating((a, b) => a * b),
  ),
  ...each(
    'Div',
    calculating((a, b) => Math.trunc(a / b)),
  ),
  ...each(
    'Equal',
    calculating((a, b) => Number(a === b), symbolIsNot),
  ),
  ...each('Where', where),
  ...each('MatMul MatMulInteger', matMul),
  ...each('Gemm', gemm),
  ...each('MatMulNBits MatMulBnb4', matMulBits),
  ...each('Transpose', transpose),
  ...each('Reshape', reshape),
  ...each('Shape', shape),
  ...each('Gather', gather),
  ...each('Unsqueeze', unsqueeze),
  ...each('Squeeze', squeeze),
  ...each('Concat', concat),
  ...each('Split', split),
  ...each('Slice', slice),
  ...each('Tile', tile),
  ...each('Expand', expand),
  ...each('ReduceMean ReduceSum ReduceMax', reduce),
  ...each('ConstantOfShape', filled),
  ...each('Range', range),
  ...each('DynamicQuantizeLinear', quantized),
]);
