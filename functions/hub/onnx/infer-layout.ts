// What is known of the outputs of nodes that move, cut and join values.
import { axesOf, intOf, intsOf, numbersAt, type Rule } from './infer-inputs.ts';
import { areNumbers, axisOf, difference, type Facts, MAX_ELEMENTS, plus, reshaped, type Size, sliceBounds } from './sizes.ts';

/** The end of a Slice or Shape that means "to the end": 2^63 - 1 is not a safe number here. */
const END = Number.MAX_SAFE_INTEGER;

/** So many sizes that are not known; undefined where they are too many, or their number is not known. */
const unknowns = (count: Size): readonly Size[] | undefined =>
  typeof count === 'number' && count <= MAX_ELEMENTS ? new Array<Size>(count).fill(undefined) : undefined;

/** Transpose */
export const transpose: Rule = (node, input) => {
  const { dims } = input(0);
  const order = intsOf(node, 'perm');
  return [{ dims: dims && (order === undefined ? dims.toReversed() : order.map((axis) => dims[axis])) }];
};

/** Reshape */
export const reshape: Rule = (_, input) => {
  const [from, wanted] = [input(0), input(1)];
  if (wanted.elements === undefined) return [{ dims: unknowns(wanted.dims?.[0]) }];
  return [{ dims: reshaped(from.dims, wanted.elements), elements: wanted.elements.length <= 1 ? from.elements : undefined }];
};

/** Shape */
export const shape: Rule = (node, input) => {
  const { dims } = input(0);
  if (dims === undefined) return [{ dims: [undefined] }];
  const elements = dims.slice(intOf(node, 'start', 0), intOf(node, 'end', END));
  return [{ dims: [elements.length], elements }];
};

/** Gather */
export const gather: Rule = (node, input) => {
  const [data, indices] = [input(0), input(1)];
  if (data.dims === undefined || indices.dims === undefined) return [];
  const axis = axisOf(intOf(node, 'axis', 0), data.dims.length);
  const { elements } = data;
  const picked = elements && areNumbers(indices.elements) ? indices.elements.map((i) => elements[axisOf(i, elements.length)]) : undefined;
  return [{ dims: [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)], elements: picked }];
};

/** Unsqueeze */
export const unsqueeze: Rule = (node, input) => {
  const { dims, elements } = input(0);
  const axes = axesOf(node, input, 1);
  if (dims === undefined || axes === undefined) return [{ elements }];
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = [...dims];
  return [
    { dims: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift())), elements: rank <= 1 ? elements : undefined },
  ];
};

/** Squeeze */
export const squeeze: Rule = (node, input) => {
  const { dims, elements } = input(0);
  const axes = axesOf(node, input, 1);
  if (dims === undefined || axes === undefined) return [{ elements }];
  const gone = new Set(axes.map((axis) => axisOf(axis, dims.length)));
  return [{ dims: dims.filter((_, axis) => !gone.has(axis)), elements }];
};

/** Concat */
export const concat: Rule = (node, input) => {
  const parts = (node.input ?? []).map((_, i) => input(i));
  const shapes = parts.map(({ dims }) => dims);
  const [first] = shapes;
  if (first === undefined || shapes.some((dims) => dims === undefined)) return [];
  const axis = axisOf(intOf(node, 'axis', 0), first.length);
  const sizes = shapes.map((dims) => dims?.[axis]);
  const total = sizes.reduce(plus, 0);
  const elementsOf = (part: Facts) => part.elements ?? (part.dims?.length === 1 ? unknowns(part.dims[0]) : undefined);
  const elements = parts.map(elementsOf);
  const whole = first.length === 1 && elements.every((part) => part !== undefined);
  return [{ dims: first.with(axis, total), elements: whole ? elements.flatMap((part) => part ?? []) : undefined }];
};

/** Split */
export const split: Rule = (node, input) => {
  const { dims } = input(0);
  const outputs = node.output ?? [];
  if (dims === undefined) return [];
  const axis = axisOf(intOf(node, 'axis', 0), dims.length);
  const whole = dims[axis];
  const even = typeof whole === 'number' && whole % outputs.length === 0 ? whole / outputs.length : undefined;
  const sizes = intsOf(node, 'split') ?? numbersAt(input, 1);
  return outputs.map((_, i) => ({ dims: dims.with(axis, sizes?.[i] ?? even) }));
};

/** How long a slice is; `from` and `to` may be sizes of run time that are a known number apart, and are then taken to be inside. */
const sliced = (size: Size, from: Size, to: Size, step: Size): { start: number | undefined; length: number } | undefined => {
  if (typeof step !== 'number' || step < 1) return undefined;
  if (typeof size === 'number' && typeof from === 'number' && typeof to === 'number') return sliceBounds(from, to, step, size);
  const length = typeof from === 'string' && step === 1 ? difference(from, to) : undefined;
  return length === undefined || length < 0 ? undefined : { start: undefined, length };
};

/** Slice */
export const slice: Rule = ({ input: names = [] }, input) => {
  const { dims, elements } = input(0);
  const [starts, ends] = [input(1).elements, input(2).elements];
  if (dims === undefined) return [];
  const given = (index: number) => names[index] !== undefined && names[index] !== '';
  const axes = given(3) ? numbersAt(input, 3) : starts?.map((_, i) => i);
  const steps = given(4) ? input(4).elements : starts?.map(() => 1);
  if (axes === undefined) return [{ dims: dims.map(() => undefined) }];
  let result: readonly Size[] = dims;
  let picked = elements;
  axes.forEach((at, i) => {
    const axis = axisOf(at, dims.length);
    const [from, to, step] = [starts?.[i], ends?.[i], steps?.[i]];
    if (from === 0 && step === 1 && typeof to === 'number' && to >= END) return;
    const bounds = sliced(dims[axis], from, to, step);
    result = result.with(axis, bounds?.length);
    picked = bounds?.start === undefined || step !== 1 ? undefined : picked?.slice(bounds.start, bounds.start + bounds.length);
  });
  return [{ dims: result, elements: picked }];
};

const times = (size: Size, count: Size): Size => {
  if (size === 1) return count;
  if (count === 1) return size;
  return typeof size === 'number' && typeof count === 'number' ? size * count : undefined;
};

/** Tile */
export const tile: Rule = (_, input) => {
  const counts = input(1).elements;
  return [{ dims: input(0).dims?.map((size, axis) => times(size, counts?.[axis])) }];
};
