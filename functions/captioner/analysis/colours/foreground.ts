// The pixels whose colours count: the subject before an even background; else what lies in the boxes of found objects; else all.
import type { Box, Facts } from '../../../core/facts/facts.ts';
import type { Size } from '../ground/flood.ts';
import type { Ground } from '../ground/ground.ts';

/** Of the foreground, that must be left without its rim: things thinner than about 4 px of the small copy are taken with their rims. */
const LEAST_CORE_SHARE = 0.3;

const areaOf = (mask: Uint8Array): number => {
  let area = 0;
  for (let i = 0; i < mask.length; i += 1) area += mask[i] as number;
  return area;
};

/** Without the pixels at its rim, which are mixed with the background; the picture's own rim is none. */
const coreOf = (mask: Uint8Array, { width, height }: Size): Uint8Array => {
  const core = mask.slice();
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const open =
        (x > 0 && mask[at - 1] === 0) ||
        (x + 1 < width && mask[at + 1] === 0) ||
        (y > 0 && mask[at - width] === 0) ||
        (y + 1 < height && mask[at + width] === 0);
      if (open) core[at] = 0;
    }
  }
  return areaOf(core) >= LEAST_CORE_SHARE * areaOf(mask) ? core : mask;
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
export const foregroundOf = ({ small, background, subject }: Ground, found: Readonly<Facts>): Uint8Array => {
  if (subject !== undefined) return coreOf(subject.mask, small);
  return objectsMask(background === undefined ? (found.objects ?? []) : [], small);
};
