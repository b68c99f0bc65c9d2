// What a picture shows before its background: all that is not background, without specks, and the box around it.
import type { Box } from '../../../core/facts/facts.ts';

/** Specks below this share of the picture are no part of the subject: dust, and what JPEG leaves around edges. */
export const SPECK_SHARE = 0.0005;

/** 1 where the subject is, uint8 [height, width]; the share is of the picture's area, the box in fractions of its sides. */
export type Subject = { mask: Uint8Array; share: number; box: Box };

type Size = { width: number; height: number };

/** The places of one piece, found from one of its places; they are taken out of `left`. */
const pieceAt = (start: number, left: Uint8Array, { width }: Size): number[] => {
  const piece = [start];
  left[start] = 0;
  for (let i = 0; i < piece.length; i += 1) {
    const place = piece[i] as number;
    const x = place % width;
    const around = [x > 0 ? place - 1 : -1, x + 1 < width ? place + 1 : -1, place - width, place + width];
    for (const next of around) {
      if (left[next] !== 1) continue;
      left[next] = 0;
      piece.push(next);
    }
  }
  return piece;
};

const boxOf = (mask: Uint8Array, { width, height }: Size): Box => {
  let [left, top, right, bottom] = [width, height, 0, 0];
  mask.forEach((value, place) => {
    if (value === 0) return;
    const x = place % width;
    const y = (place - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = y + 1;
  });
  return [left / width, top / height, (right - left) / width, (bottom - top) / height];
};

/** The subject before a background; undefined when nothing is before it. */
export const subjectOf = (background: Uint8Array, size: Size): Subject | undefined => {
  const left = background.map((value) => 1 - value);
  const mask = new Uint8Array(left.length);
  let count = 0;
  for (let place = 0; place < left.length; place += 1) {
    if (left[place] !== 1) continue;
    const piece = pieceAt(place, left, size);
    if (piece.length < SPECK_SHARE * left.length) continue;
    for (const one of piece) mask[one] = 1;
    count += piece.length;
  }
  return count === 0 ? undefined : { mask, share: count / mask.length, box: boxOf(mask, size) };
};
