// A strip: the rectangle, turned any way, that a line of text fills. Found as the smallest one around points (rotating calipers over
// the convex hull: Toussaint 1983; hull: Andrew's monotone chain).

/** Centre, length along the writing, height across it, in px; `angle` in radians, 0 for level writing, positive clockwise. */
export type Strip = { x: number; y: number; length: number; height: number; angle: number };

/** A point in px. */
export type Point = { x: number; y: number };

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

const halfHull = (points: readonly Point[]): Point[] => {
  const hull: Point[] = [];
  for (const point of points) {
    while (hull.length >= 2 && cross(hull.at(-2) as Point, hull.at(-1) as Point, point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull.slice(0, -1);
};

/** The corners of the smallest convex shape around the points. */
export const convexHull = (points: readonly Point[]): Point[] => {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  return [...halfHull(sorted), ...halfHull(sorted.toReversed())];
};

/** Least u, least v, most u and most v of points, u along `angle` and v across it. */
const extent = (points: readonly Point[], angle: number): [number, number, number, number] => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    const u = x * cos + y * sin;
    const v = y * cos - x * sin;
    [left, right] = [Math.min(left, u), Math.max(right, u)];
    [top, bottom] = [Math.min(top, v), Math.max(bottom, v)];
  }
  return [left, top, right, bottom];
};

/** The rectangle with sides along `angle` around the points. */
export const stripAlong = (points: readonly Point[], angle: number): Strip => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top, right, bottom] = extent(points, angle);
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return { x: u * cos - v * sin, y: u * sin + v * cos, length: right - left, height: bottom - top, angle };
};

/** From how many times its width on a strip that is higher than long is writing that stands upright rather than a short level word. */
const UPRIGHT_RATIO = 2;

/** The same rectangle with an angle within 45 degrees of level; a high and narrow one is a line that stands upright. */
const readable = (strip: Strip): Strip => {
  const turns = Math.round(strip.angle / (Math.PI / 2));
  const level = turns % 2 === 0 ? strip : { ...strip, length: strip.height, height: strip.length };
  const near = { ...level, angle: strip.angle - (turns * Math.PI) / 2 };
  if (near.height < UPRIGHT_RATIO * near.length) return near;
  return { ...near, length: near.height, height: near.length, angle: near.angle - Math.PI / 2 };
};

/** Area that decides which rectangle is the smallest; a pixel has a side of 1, so that points in a row have an area too. */
const areaOf = ({ length, height }: Strip): number => (length + 1) * (height + 1);

/** The smallest rectangle around pixels given by their places; each is 1 px wide. */
export const stripAround = (points: readonly Point[]): Strip => {
  const hull = convexHull(points);
  const angles = [0, ...hull.map((a, i) => (({ x, y }) => Math.atan2(y - a.y, x - a.x))(hull[(i + 1) % hull.length] as Point))];
  const smallest = angles.map((angle) => stripAlong(hull, angle)).reduce((best, one) => (areaOf(one) < areaOf(best) - 1e-9 ? one : best));
  const { x, y, length, height } = smallest;
  return readable({ ...smallest, x: x + 0.5, y: y + 0.5, length: length + 1, height: height + 1 });
};

/** The corners: those of the writing's start above and below are first and last. */
export const cornersOf = ({ x, y, length, height, angle }: Strip): [Point, Point, Point, Point] => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const at = (u: number, v: number): Point => ({ x: x + u * cos - v * sin, y: y + u * sin + v * cos });
  const [u, v] = [length / 2, height / 2];
  return [at(-u, -v), at(u, -v), at(u, v), at(-u, v)];
};

/** Left, top, right and bottom of a strip, in px, on a page turned back by `angle`. */
export const extentAlong = (strip: Strip, angle: number): [number, number, number, number] => extent(cornersOf(strip), angle);
