// What a picture shows before its background: all that is not background, without specks, and the box around it.
import type { Box } from '../../../core/facts/facts.ts';
import { flood, type Size } from './flood.ts';

/** Specks below this share of the picture are no part of the subject: dust, and what JPEG leaves around edges. */
const SPECK_SHARE = 0.0005;

/** 1 where the subject is, uint8 [height, width]; the share is of the picture's area, the box in fractions of its sides. */
export type Subject = { mask: Uint8Array; share: number; box: Box };

const boxOf = (mask: Uint8Array, { width, height }: Size): Box => {
  const top = Math.floor(mask.indexOf(1) / width);
  const bottom = Math.floor(mask.lastIndexOf(1) / width) + 1;
  let [left, right] = [width, 0];
  for (let y = top; y < bottom; y += 1) {
    const row = mask.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first >= 0) left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1) + 1);
  }
  return [left / width, top / height, (right - left) / width, (bottom - top) / height];
};

/** The subject before a background; undefined when nothing is before it. */
export const subjectOf = (background: Uint8Array, size: Size): Subject | undefined => {
  const seen = background.slice();
  const mask = new Uint8Array(seen.length);
  let count = 0;
  for (let place = seen.indexOf(0); place >= 0; place = seen.indexOf(0, place)) {
    seen[place] = 1;
    const piece = flood([place], size, (next) => {
      if (seen[next] === 1) return false;
      seen[next] = 1;
      return true;
    });
    if (piece.length < SPECK_SHARE * seen.length) continue;
    for (const one of piece) mask[one] = 1;
    count += piece.length;
  }
  return count === 0 ? undefined : { mask, share: count / mask.length, box: boxOf(mask, size) };
};
