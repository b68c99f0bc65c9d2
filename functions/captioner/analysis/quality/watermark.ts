// How much a faint regular overlay is suspected, as tiled watermarks are: what is left of the luma without its large shapes and strong
// edges is compared with itself moved (autocorrelation, by Wiener and Khinchin over the power spectrum); an overlay that is repeated all
// over the picture agrees with itself moved by one tile in most parts of the picture, which fabrics and fences in it do not.
import { type ComplexSquare, transformSquare } from './fft.ts';
import type { Luma } from './luma.ts';

/** Side of the square that the picture is put into, px. */
const SIDE = 256;
/** Half the side of the window whose mean is taken away, px of the square. */
const WINDOW = 3;
/** Faint: differences count up to this many levels of 255; over the second the pixel is an edge of the picture and does not count. */
const FAINT_LEVELS = 5;
const EDGE_LEVELS = 20;
/** Moves that count, px of the square: nearer ones are textures, farther ones meet too little of the picture. */
/** px of the square. */
const RING_PX = 4;
const LEAST_MOVE = 12;
const MOST_MOVE = 100;
/** Parts of the square, per side, that must agree each for itself. */
const PARTS = 4;
/** Which of the parts' agreements decides, as share of them from the lowest. */
const DECIDES = 0.5;
/** A part agrees with less than the first by chance, and wholly from the second on. */
const CHANCE = 0.06;
const SURE = 0.3;

/** A square of values, float64 [SIDE, SIDE], of which `width` x `height` are the picture. */
type Faint = { values: Float64Array; width: number; height: number };

/** The picture made smaller by block means, so that it fits into the square. */
const reduced = ({ data, width, height }: Luma): Faint => {
  const block = Math.max(1, Math.ceil(Math.max(width, height) / SIDE));
  const [wide, high] = [Math.floor(width / block), Math.floor(height / block)];
  const values = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < high * block; y += 1) {
    const row = Math.floor(y / block) * SIDE;
    for (let x = 0, i = y * width; x < wide; x += 1) {
      let sum = 0;
      for (let k = 0; k < block; k += 1, i += 1) sum += data[i] as number;
      values[row + x] = (values[row + x] as number) + sum / (block * block);
    }
  }
  return { values, width: wide, height: high };
};

/** Sums over all that is above and left, float64 [SIDE + 1, SIDE + 1]. */
const integralOf = (values: Float64Array): Float64Array => {
  const sums = new Float64Array((SIDE + 1) * (SIDE + 1));
  for (let y = 0; y < SIDE; y += 1) {
    let row = 0;
    for (let x = 0; x < SIDE; x += 1) {
      row += values[y * SIDE + x] as number;
      sums[(y + 1) * (SIDE + 1) + x + 1] = (sums[y * (SIDE + 1) + x + 1] as number) + row;
    }
  }
  return sums;
};

/** Differences from the mean around, bounded to faint ones, without edges. */
const faintOf = ({ values, width, height }: Faint): Faint => {
  const sums = integralOf(values);
  const faint = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - WINDOW) * (SIDE + 1), Math.min(height, y + WINDOW + 1) * (SIDE + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - WINDOW), Math.min(width, x + WINDOW + 1)];
      const area = ((bottom - top) / (SIDE + 1)) * (right - left);
      const sum =
        (sums[bottom + right] as number) - (sums[top + right] as number) - (sums[bottom + left] as number) + (sums[top + left] as number);
      const difference = (values[y * SIDE + x] as number) - sum / area;
      if (Math.abs(difference) < EDGE_LEVELS) faint[y * SIDE + x] = Math.max(-FAINT_LEVELS, Math.min(FAINT_LEVELS, difference));
    }
  }
  return { values: faint, width, height };
};

/** The autocorrelation, float64 [SIDE, SIDE], round the corners; [0, 0] is the energy. */
const autocorrelation = ({ values }: Faint): Float64Array => {
  const square: ComplexSquare = { re: values.slice(), im: new Float64Array(SIDE * SIDE), size: SIDE };
  transformSquare(square);
  for (let i = 0; i < square.re.length; i += 1) square.re[i] = (square.re[i] as number) ** 2 + (square.im[i] as number) ** 2;
  square.im.fill(0);
  transformSquare(square);
  return square.re;
};

type Move = { x: number; y: number };

/** The ring around a move, where an overlay's agreement has gone but a ridge's or a texture's has not. */
const RING: readonly Move[] = Array.from({ length: 8 }, (_, i) => ({
  x: Math.round(RING_PX * Math.cos((i * Math.PI) / 4)),
  y: Math.round(RING_PX * Math.sin((i * Math.PI) / 4)),
}));

/** The move whose agreement stands out most from those around it. */
const bestMove = (sums: Float64Array): Move => {
  const at = (x: number, y: number): number => sums[((y + SIDE) % SIDE) * SIDE + ((x + SIDE) % SIDE)] as number;
  let best = { x: 0, y: 0, value: Number.NEGATIVE_INFINITY };
  for (let y = 0; y <= MOST_MOVE; y += 1) {
    for (let x = -MOST_MOVE; x <= MOST_MOVE; x += 1) {
      if (Math.max(Math.abs(x), y) < LEAST_MOVE || at(x, y) <= best.value) continue;
      const value = at(x, y) - Math.max(...RING.map((step) => at(x + step.x, y + step.y)));
      if (value > best.value) best = { x, y, value };
    }
  }
  return best;
};

/** How much each part agrees with itself moved, -1..1; parts without anything faint agree with nothing. */
const agreements = ({ values, width, height }: Faint, move: { x: number; y: number }): number[] => {
  const products = new Float64Array(PARTS * PARTS);
  const energies = new Float64Array(PARTS * PARTS);
  for (let y = Math.max(0, -move.y); y + move.y < height; y += 1) {
    const part = Math.floor((y * PARTS) / (height - move.y)) * PARTS;
    const [fromX, toX] = [Math.max(0, -move.x), Math.min(width, width - move.x)];
    for (let x = fromX; x < toX; x += 1) {
      const at = part + Math.floor(((x - fromX) * PARTS) / (toX - fromX));
      const [one, other] = [values[y * SIDE + x] as number, values[(y + move.y) * SIDE + x + move.x] as number];
      products[at] = (products[at] as number) + one * other;
      energies[at] = (energies[at] as number) + (one * one + other * other) / 2;
    }
  }
  return Array.from(products, (product, at) => (energies[at] === 0 ? 0 : product / (energies[at] as number)));
};

/** Suspicion of a faint regular overlay, 0..1. */
export const watermarkOf = (luma: Luma): number => {
  const faint = faintOf(reduced(luma));
  const move = bestMove(autocorrelation(faint));
  const around = RING.map((step) => agreements(faint, { x: move.x + step.x, y: move.y + step.y }));
  const parts = agreements(faint, move).map((own, i) => own - Math.max(...around.map((other) => other[i] as number)));
  const decides = parts.toSorted((one, other) => one - other)[Math.floor(DECIDES * parts.length)] ?? 0;
  return Math.min(1, Math.max(0, (decides - CHANCE) / (SURE - CHANCE)));
};
