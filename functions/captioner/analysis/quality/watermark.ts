// How much a faint regular overlay is suspected, as tiled watermarks are: what is repeated all over a picture makes echoes, which the
// cepstrum shows as peaks (Bogert, Healy and Tukey 1963), however weak they are beside the picture's own edges. Parts of a thing that look
// the same make echoes, too, but in few places.
import { type Detail, echoOf, type Move } from './echo.ts';
import { halfSpectrum } from './fft.ts';
import type { Luma } from './luma.ts';

/** Side of the square that the picture is put into, px. */
const SIDE = 256;
/** Half the side of the window whose mean is taken away, px of the square. */
const WINDOW = 2;
const WINDOW_AREA = (2 * WINDOW + 1) ** 2;
/** Differences from the mean around count from this many levels of 255 on: less is how smooth shades are rounded, which is regular, too. */
const ROUNDING_LEVELS = 0.75;
/** And they count up to this many levels of 255, so that edges weigh no more than a faint overlay. */
const FAINT_LEVELS = 2;
/** Of the mean power, what is added before the logarithm: below it is rounding. */
const FLOOR = 0.1;
/** Moves that count, px of the square: nearer ones are textures, farther ones meet too little of the picture. */
const LEAST_MOVE = 12;
const MOST_MOVE = 110;
/** Peaks up to this many standard deviations over the mean are chance. */
const CHANCE = 8;
/**
 * Log odds of an overlay, by a logistic regression on train photos with and without one: the logarithm of the highest peak, how far its
 * echo is spread, and how much of all detail it is, which is more for patterns (up to a bound: nothing but the overlay is all there, too).
 * At even odds one in a hundred of those photos is suspected as it is (docs/colours.md).
 */
const ODDS = { peak: 4.44, spread: 7.32, likeness: -14.62, bias: -13 };
const MOST_LIKENESS = 0.4;

/** A square of values, float64 [SIDE, SIDE], of which the upper left `width` x `height` are the picture. */
type Square = { values: Float64Array; width: number; height: number };

/** The picture made smaller by block means, so that it fits into the square. */
const reduced = ({ data, width, height }: Luma): Square => {
  const block = Math.max(1, Math.ceil(Math.max(width, height) / SIDE));
  const [wide, high] = [Math.max(1, Math.floor(width / block)), Math.max(1, Math.floor(height / block))];
  const values = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < Math.min(height, high * block); y += 1) {
    const row = Math.floor(y / block) * SIDE;
    for (let x = 0, i = y * width; x < wide; x += 1) {
      let sum = 0;
      for (let k = Math.min(block, width); k > 0; k -= 1, i += 1) sum += data[i] as number;
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

/** Bounded differences from the mean around; none at the rim, where slopes would make lines of them. */
const faintOf = ({ values, width, height }: Square): Detail => {
  const sums = integralOf(values);
  const faint = new Float64Array(SIDE * SIDE);
  const line = SIDE + 1;
  for (let y = WINDOW; y + WINDOW < height; y += 1) {
    const [above, below] = [(y - WINDOW) * line, (y + WINDOW + 1) * line];
    for (let x = WINDOW; x + WINDOW < width; x += 1) {
      const [left, right] = [x - WINDOW, x + WINDOW + 1];
      const sum =
        (sums[below + right] as number) - (sums[above + right] as number) - (sums[below + left] as number) + (sums[above + left] as number);
      const difference = (values[y * SIDE + x] as number) - sum / WINDOW_AREA;
      faint[y * SIDE + x] = Math.sign(difference) * Math.min(FAINT_LEVELS, Math.max(0, Math.abs(difference) - ROUNDING_LEVELS));
    }
  }
  return { values: faint, side: SIDE, width, height };
};

/** Logarithm of the power spectrum, float64 [SIDE, SIDE]; undefined where nothing is but one colour. */
const logPowerOf = (values: Float64Array): Float64Array | undefined => {
  const { re, im } = halfSpectrum(values, SIDE);
  let total = 0;
  for (let i = 0; i < re.length; i += 1) {
    re[i] = (re[i] as number) ** 2 + (im[i] as number) ** 2;
    total += re[i] as number;
  }
  if (total === 0) return undefined;
  const floor = (FLOOR * total) / re.length;
  const log = new Float64Array(SIDE * SIDE);
  for (let column = 0; column <= SIDE / 2; column += 1) {
    for (let row = 0; row < SIDE; row += 1) {
      const value = Math.log((re[column * SIDE + row] as number) + floor);
      log[row * SIDE + column] = value;
      log[((SIDE - row) % SIDE) * SIDE + ((SIDE - column) % SIDE)] = value;
    }
  }
  return log;
};

/** Places, in a half spectrum, of the moves that count: a move to the left is its opposite. */
const MOVES: readonly number[] = Array.from({ length: MOST_MOVE + 1 }, (_, x) => x).flatMap((x) =>
  Array.from({ length: 2 * MOST_MOVE + 1 }, (_, i) => i - MOST_MOVE)
    .filter((y) => Math.max(x, Math.abs(y)) >= LEAST_MOVE && (x > 0 || y > 0))
    .map((y) => x * SIDE + ((y + SIDE) % SIDE)),
);

/** The highest peak, in standard deviations over the mean, and its move; undefined for an even cepstrum. */
const peakOf = (cepstrum: Float64Array): { height: number; move: Move } | undefined => {
  let sum = 0;
  let squares = 0;
  let highest = MOVES[0] as number;
  for (const place of MOVES) {
    const value = cepstrum[place] as number;
    sum += value;
    squares += value * value;
    if (value > (cepstrum[highest] as number)) highest = place;
  }
  const mean = sum / MOVES.length;
  const variance = squares / MOVES.length - mean * mean;
  if (variance <= 0) return undefined;
  const down = highest % SIDE;
  return {
    height: ((cepstrum[highest] as number) - mean) / Math.sqrt(variance),
    move: { right: Math.floor(highest / SIDE), down: down > SIDE / 2 ? down - SIDE : down },
  };
};

/** Suspicion of a faint regular overlay, 0..1. */
export const watermarkOf = (luma: Luma): number => {
  const detail: Detail = faintOf(reduced(luma));
  const logPower = logPowerOf(detail.values);
  if (logPower === undefined) return 0;
  const peak = peakOf(halfSpectrum(logPower, SIDE).re);
  if (peak === undefined || peak.height <= CHANCE) return 0;
  const { spread, likeness } = echoOf(detail, peak.move);
  const odds = ODDS.peak * Math.log(peak.height) + ODDS.spread * spread + ODDS.likeness * Math.min(MOST_LIKENESS, likeness) + ODDS.bias;
  return 1 / (1 + Math.exp(-odds));
};
