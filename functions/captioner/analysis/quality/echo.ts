// Whether what is repeated after a move is repeated all over the picture, as an overlay is, or in few places, as the edges of a thing are.

/** Blocks along each side in which the repetition is looked at. */
const BLOCKS = 6;

/** A block counts if this share of its pixels has a counterpart within the picture. */
const LEAST_INSIDE = 0.3;

/** Keeps quotients finite. */
const TINY = 1e-9;

/** Detail of a picture that lies in the upper left of a square, float64 [side, side]. */
export type Detail = { values: Float64Array; side: number; width: number; height: number };

/** A shift in px; `right` is not negative. */
export type Move = { right: number; down: number };

/**
 * `spread`: share of the blocks over which the repetition is evenly spread, 0..1 (Herfindahl's index, turned over).
 * `likeness`: how much of all detail is repeated, -1..1.
 */
export type Echo = { spread: number; likeness: number };

/** Sums over a block: pixels that have a counterpart, their products with it, and the squares of both. */
type Sums = { pairs: Float64Array; products: Float64Array; here: Float64Array; there: Float64Array };

const sumsOf = ({ values, side, width, height }: Detail, { right, down }: Move): Sums => {
  const zeros = (): Float64Array => new Float64Array(BLOCKS * BLOCKS);
  const [pairs, products, here, there] = [zeros(), zeros(), zeros(), zeros()];
  const add = (sums: Float64Array, block: number, value: number): void => {
    sums[block] = (sums[block] as number) + value;
  };
  for (let y = Math.max(0, -down); y < Math.min(height, height - down); y += 1) {
    const row = Math.floor((y * BLOCKS) / height) * BLOCKS;
    for (let x = 0; x < width - right; x += 1) {
      const block = row + Math.floor((x * BLOCKS) / width);
      const one = values[y * side + x] as number;
      const other = values[(y + down) * side + x + right] as number;
      add(pairs, block, 1);
      add(products, block, one * other);
      add(here, block, one * one);
      add(there, block, other * other);
    }
  }
  return { pairs, products, here, there };
};

/** How the detail of a picture meets itself after a move. */
export const echoOf = (detail: Detail, move: Move): Echo => {
  const { pairs, products, here, there } = sumsOf(detail, move);
  const least = (LEAST_INSIDE * detail.width * detail.height) / (BLOCKS * BLOCKS);
  const echo = { blocks: 0, repeated: 0, signed: 0, squares: 0, all: 0 };
  pairs.forEach((count, i) => {
    if (count < least || count === 0) return;
    const mean = (products[i] as number) / count;
    echo.blocks += 1;
    echo.signed += mean;
    echo.repeated += Math.max(0, mean);
    echo.squares += Math.max(0, mean) ** 2;
    echo.all += Math.sqrt((here[i] as number) * (there[i] as number)) / count;
  });
  return { spread: echo.repeated ** 2 / Math.max(TINY, echo.squares * echo.blocks), likeness: echo.signed / Math.max(TINY, echo.all) };
};
