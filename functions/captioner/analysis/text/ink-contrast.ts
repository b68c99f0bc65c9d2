// Ink against its ground: which mixture of the colours parts them best, and even contrast along the line, however light and shadow fall.

/** Values of a line, float32 [height, width]. */
export type Plane = { data: Float32Array; width: number; height: number };

/** Shares of red, green and blue: luma (ITU-R BT.601), each colour alone, and two differences, for ink that is as light as its ground. */
const MIXTURES: readonly (readonly [number, number, number])[] = [
  [0.299, 0.587, 0.114],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.5, -0.5, 0],
  [0.3, 0.3, -0.6],
];

/** How much better another mixture must part ink and ground than luma does. */
const LUMA_BONUS = 0.05;

/** Levels that are told apart when a threshold is looked for. */
const LEVELS = 64;

/** Least share of the line that ink and ground each have. */
const MIN_SHARE = 0.08;

/** A smaller deviation, of 255, is noise on plain ground, which is not made stronger. */
const MIN_DEVIATION = 8;

/** Sums of the values and of their squares over the columns before each column. */
const columnSums = ({ data, width }: Plane): { sums: Float64Array; squares: Float64Array } => {
  const sums = new Float64Array(width + 1);
  const squares = new Float64Array(width + 1);
  for (let i = 0; i < data.length; ) {
    for (let x = 1; x <= width; x++, i++) {
      const value = data[i] as number;
      sums[x] = (sums[x] as number) + value;
      squares[x] = (squares[x] as number) + value * value;
    }
  }
  for (let x = 1; x <= width; x++) {
    sums[x] = (sums[x] as number) + (sums[x - 1] as number);
    squares[x] = (squares[x] as number) + (squares[x - 1] as number);
  }
  return { sums, squares };
};

/** Each pixel as deviations from the mean of what is around it. @param around px to both sides that are looked at */
export const evened = (plane: Plane, around: number): Plane => {
  const { data, width, height } = plane;
  const { sums, squares } = columnSums(plane);
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let x = 0; x < width; x++) {
    const [from, to] = [Math.max(0, x - around), Math.min(width, x + around + 1)];
    const count = (to - from) * height;
    const mean = ((sums[to] as number) - (sums[from] as number)) / count;
    const variance = ((squares[to] as number) - (squares[from] as number)) / count - mean * mean;
    means[x] = mean;
    deviations[x] = Math.max(Math.sqrt(Math.max(0, variance)), MIN_DEVIATION);
  }
  const even = new Float32Array(data.length);
  for (let i = 0; i < even.length; )
    for (let x = 0; x < width; x++, i++) even[i] = ((data[i] as number) - (means[x] as number)) / (deviations[x] as number);
  return { data: even, width, height };
};

/** Counts of levels between the least and the most of the values. */
const histogram = (data: Float32Array): Float64Array => {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < data.length; i++) {
    low = Math.min(low, data[i] as number);
    high = Math.max(high, data[i] as number);
  }
  const counts = new Float64Array(LEVELS);
  const range = Math.max(high - low, Number.EPSILON);
  for (let i = 0; i < data.length; i++) {
    const level = Math.min(LEVELS - 1, Math.floor((((data[i] as number) - low) / range) * LEVELS));
    counts[level] = (counts[level] as number) + 1;
  }
  return counts;
};

/** Share of the variance, 0..1, that the best threshold explains (Otsu 1979), with a least share on both of its sides. */
export const parting = ({ data }: Plane): number => {
  const counts = histogram(data);
  const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / data.length;
  const variance = counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0) / data.length;
  let [below, sum, best] = [0, 0, 0];
  for (const [level, count] of counts.entries()) {
    below += count / data.length;
    sum += (count * (level - mean)) / data.length;
    if (below >= MIN_SHARE && below <= 1 - MIN_SHARE) best = Math.max(best, sum ** 2 / (below * (1 - below)));
  }
  return variance === 0 ? 0 : best / variance;
};

const mixed = ([red, green, blue]: readonly [Plane, Plane, Plane], [r, g, b]: readonly [number, number, number]): Plane => {
  const data = new Float32Array(red.data.length);
  for (let i = 0; i < data.length; i++)
    data[i] = r * (red.data[i] as number) + g * (green.data[i] as number) + b * (blue.data[i] as number);
  return { ...red, data };
};

/** How much stronger than noise an even plane is, at most 1: what is fainter than noise parts nothing. */
const strength = ({ data }: Plane): number => {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] as number) * (data[i] as number);
  return Math.min(1, Math.sqrt(sum / data.length));
};

/** The mixture of red, green and blue in which ink and ground part best, of even contrast. @see evened */
export const bestContrast = (colours: readonly [Plane, Plane, Plane], around: number): Plane => {
  const planes = MIXTURES.map((mixture) => evened(mixed(colours, mixture), around));
  const scores = planes.map((plane, i) => (parting(plane) + (i === 0 ? LUMA_BONUS : 0)) * strength(plane));
  return planes[scores.indexOf(Math.max(...scores))] as Plane;
};
