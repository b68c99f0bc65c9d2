// From the detector's map to lines of writing in the picture: kernels grow to the size of the writing, words in a row become one line.
import { components, type ProbabilityMap } from './components.ts';
import { cornersOf, type Point, type Strip, stripAlong, stripAround } from './strip.ts';

/** What counts as writing. */
export type FindRules = {
  /** probability from which a pixel of the map belongs to a kernel */
  pixelAtLeast: number;
  /** mean probability of a kernel from which it is writing */
  kernelAtLeast: number;
  /** px of the map: thinner kernels are specks */
  minKernelPx: number;
};

/** A line and how sure the detector is of it, 0..1; the strip in px of the picture. */
export type FoundLine = { strip: Strip; confidence: number };

/** The kernel is the ink less a quarter of its height on all sides: half as high, so that it grows by half of its own height on all sides. */
const GROWTH = 0.5;

/** Lines that are lower than this are not legible, in px of the picture. */
const MIN_LINE_PX = 6;

/** Words of one line: differ in angle by less than this, in radians, */
const SAME_ANGLE = 0.2;
/** in height by less than this factor, */
const SAME_HEIGHT = 1.7;
/** are off the line by less than this share of the height, */
const SAME_LEVEL = 0.4;
/** and are apart by less than this share of the height. */
const WORD_GAP = 1;

const grown = (strip: Strip): Strip => {
  const by = strip.height * GROWTH * 2;
  return { ...strip, length: strip.length + by, height: strip.height + by };
};

const scaled = (strip: Strip, toX: number, toY: number): Strip => {
  const [start, end, under] = cornersOf(strip).map(({ x, y }) => ({ x: x * toX, y: y * toY })) as [Point, Point, Point, Point];
  return {
    x: strip.x * toX,
    y: strip.y * toY,
    length: Math.hypot(end.x - start.x, end.y - start.y),
    height: Math.hypot(under.x - end.x, under.y - end.y),
    angle: Math.atan2(end.y - start.y, end.x - start.x),
  };
};

/** How `other` lies in the frame of `strip`: gap along the writing (negative: they overlap) and distance across it. */
const relation = (strip: Strip, other: Strip): { gap: number; off: number } => {
  const [cos, sin] = [Math.cos(strip.angle), Math.sin(strip.angle)];
  const [dx, dy] = [other.x - strip.x, other.y - strip.y];
  return { gap: Math.abs(dx * cos + dy * sin) - (strip.length + other.length) / 2, off: Math.abs(dy * cos - dx * sin) };
};

const longer = (a: FoundLine, b: FoundLine): [FoundLine, FoundLine] => (a.strip.length >= b.strip.length ? [a, b] : [b, a]);

/** A strip that is hardly longer than high has no direction of its own. */
const hasDirection = ({ length, height }: Strip): boolean => length > 1.5 * height;

const sameLine = (a: FoundLine, b: FoundLine): boolean => {
  const [{ strip }, { strip: other }] = longer(a, b);
  const height = Math.min(strip.height, other.height);
  if (Math.max(strip.height, other.height) > SAME_HEIGHT * height) return false;
  if (hasDirection(other) && Math.abs(strip.angle - other.angle) > SAME_ANGLE) return false;
  const { gap, off } = relation(strip, other);
  return gap < WORD_GAP * height && off < SAME_LEVEL * height;
};

const joined = (a: FoundLine, b: FoundLine): FoundLine => {
  const [long, short] = longer(a, b);
  const strip = stripAlong([...cornersOf(long.strip), ...cornersOf(short.strip)], long.strip.angle);
  const share = long.strip.length / (long.strip.length + short.strip.length);
  return { strip, confidence: long.confidence * share + short.confidence * (1 - share) };
};

/** Words joined to lines, until no two belong together. */
const joinWords = (words: readonly FoundLine[]): FoundLine[] => {
  const lines: FoundLine[] = [];
  const open = words.toSorted((a, b) => b.strip.length - a.strip.length);
  for (let word = open.shift(); word !== undefined; word = open.shift()) {
    const one = word;
    const at = lines.findIndex((line) => sameLine(line, one));
    if (at < 0) lines.push(one);
    else open.unshift(...lines.splice(at, 1).map((line) => joined(line, one)));
  }
  return lines;
};

/** Lines in a picture of `size` px, whose map this is; in no order. */
export const findLines = (map: ProbabilityMap, size: { width: number; height: number }, rules: FindRules): FoundLine[] => {
  const words = components(map, rules.pixelAtLeast).flatMap(({ xs, ys, mean }) => {
    if (mean < rules.kernelAtLeast) return [];
    const kernel = stripAround(xs.map((x, i) => ({ x, y: ys[i] as number })));
    if (Math.min(kernel.length, kernel.height) < rules.minKernelPx) return [];
    return [{ strip: scaled(grown(kernel), size.width / map.width, size.height / map.height), confidence: mean }];
  });
  return joinWords(words).filter(({ strip }) => strip.height >= MIN_LINE_PX);
};
