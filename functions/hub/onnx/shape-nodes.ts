// The shape of an encoder's output from sizes of other values, for a step that does not get that output itself.
import type { Known } from './infer.ts';
import type { Node, Tensor } from './model.ts';
import { int64Tensor, node } from './nodes.ts';
import type { Size } from './sizes.ts';

/** Nodes and the constants that they need. */
export type Pieces = { readonly nodes: readonly Node[]; readonly constants: readonly Tensor[] };

/** `like` has as many rows on axis 0 as sizes in `rows` stand for; other sizes are looked for in `others`. */
export type Sources = { readonly rows: ReadonlySet<Size>; readonly like: string; readonly others: readonly string[] };

const pieceOf = (size: Size, part: string, known: Known, { rows, like, others }: Sources): Pieces | undefined => {
  if (size === undefined) return undefined;
  if (typeof size === 'number') return { nodes: [], constants: [int64Tensor(part, [size])] };
  const source = rows.has(size) ? like : others.find((name) => known.get(name)?.dims?.includes(size));
  if (source === undefined) return undefined;
  const axis = rows.has(size) ? 0 : (known.get(source)?.dims?.indexOf(size) ?? 0);
  return {
    nodes: [node('Shape', [source], [`${part}/all`]), node('Gather', [`${part}/all`, `${part}/axis`], [part])],
    constants: [int64Tensor(`${part}/axis`, [axis])],
  };
};

/** Stands in for `shape`, a Shape of `input`; undefined when one of the sizes is in none of the sources. */
export const shapeNodes = (input: string, known: Known, sources: Sources, shape: Node): Pieces | undefined => {
  const [name = ''] = shape.output ?? [];
  const { dims = [] } = known.get(input) ?? {};
  const parts = dims.map((_, axis) => `${name}/${axis}`);
  const pieces = dims.map((size, axis) => pieceOf(size, parts[axis] ?? '', known, sources));
  const found = pieces.filter((piece) => piece !== undefined);
  if (found.length === 0 || found.length < pieces.length || (shape.attribute ?? []).length > 0) return undefined;
  return {
    nodes: [...found.flatMap(({ nodes }) => nodes), node('Concat', parts, [name], [{ name: 'axis', type: 2, i: 0 }])],
    constants: found.flatMap(({ constants }) => constants),
  };
};
