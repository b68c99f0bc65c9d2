// A straight line through points by least squares, and how well it fits.

/** One measurement. */
export type Point = { x: number; y: number };

/** y = intercept + slope * x; `r2` is the share of the variance that the line explains, 0..1. */
export type Fit = { slope: number; intercept: number; r2: number };

/** The line with the least squared errors; at least two different x. */
export const linearFit = (points: readonly Point[]): Fit => {
  const mean = (of: (point: Point) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const covariance = mean(({ x, y }) => (x - meanX) * (y - meanY));
  const [varianceX, varianceY] = [mean(({ x }) => (x - meanX) ** 2), mean(({ y }) => (y - meanY) ** 2)];
  const slope = covariance / varianceX;
  return { slope, intercept: meanY - slope * meanX, r2: varianceY === 0 ? 1 : covariance ** 2 / (varianceX * varianceY) };
};
