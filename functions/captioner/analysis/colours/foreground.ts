// The pixels whose colours count: the subject before an even background; else what lies in the boxes of found objects; else all.
import type { Box, Facts } from '../../../core/facts/facts.ts';
import { backgroundOf, rimOf } from '../ground/background.ts';
import type { SmallLab } from '../ground/small-lab.ts';
import { subjectOf } from '../ground/subject.ts';

/** Of the foreground, that must be left without its rim: things thinner than about 4 px of the small copy are taken with their rims. */
const LEAST_CORE_SHARE = 0.3;

type Size = { width: number; height: number };

/** Without the pixels at its rim, which are mixed with the background. */
const coreOf = (mask: Uint8Array, { width, height }: Size): Uint8Array => {
  const inside = (x: number, y: number): boolean => x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x] === 1;
  const core = mask.map((value, place) => {
    if (value === 0) return 0;
    const x = place % width;
    const y = (place - x) / width;
    return inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1) ? 1 : 0;
  });
  const area = (of: Uint8Array): number => of.reduce((sum, value) => sum + value, 0);
  return area(core) >= LEAST_CORE_SHARE * area(mask) ? core : mask;
};

/** Marks the ellipse in a box: things seldom reach into its corners. */
const markEllipse = (mask: Uint8Array, { width, height }: Size, [left, top, wide, high]: Box): void => {
  const [middleX, middleY] = [(left + wide / 2) * width, (top + high / 2) * height];
  const [radiusX, radiusY] = [(wide * width) / 2, (high * height) / 2];
  const fromY = Math.max(0, Math.floor(top * height));
  const toY = Math.min(height, Math.ceil((top + high) * height));
  for (let y = fromY; y < toY; y += 1) {
    const reach = radiusX * Math.sqrt(Math.max(0, 1 - ((y + 0.5 - middleY) / radiusY) ** 2));
    for (let x = Math.max(0, Math.ceil(middleX - reach - 0.5)); x < Math.min(width, middleX + reach - 0.5); x += 1) mask[y * width + x] = 1;
  }
};

const objectsMask = (objects: NonNullable<Facts['objects']>, size: Size): Uint8Array => {
  const mask = new Uint8Array(size.width * size.height);
  for (const { box } of objects) markEllipse(mask, size, box);
  return mask.includes(1) ? mask : mask.fill(1);
};

/** 1 where the foreground is, uint8 [height, width] of the small copy; never empty. */
export const foregroundOf = (small: SmallLab, found: Readonly<Facts>): Uint8Array => {
  const background = backgroundOf(small, rimOf(small));
  const subject = background && subjectOf(background, small);
  if (subject) return coreOf(subject.mask, small);
  return objectsMask(background === undefined ? (found.objects ?? []) : [], small);
};
