// Every byte of a resized picture is Pillow's own.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pillowFit, pillowResize } from '../../../functions/captioner/pillow-resize.ts';

const size = z.tuple([z.int(), z.int()]);
const schema = z.object({
  cases: z.array(z.object({ from: size, to: size, filter: z.enum(['bilinear', 'bicubic', 'lanczos']), sha256: z.string() })),
});
const { cases } = schema.parse(JSON.parse(readFileSync(new URL('../../fixtures/pillow-resize.json', import.meta.url), 'utf8')));

/** The noise that make-pillow-goldens.py made. */
const pattern = (width: number, height: number): Uint8Array => {
  let value = (width * 7919 + height) % 2 ** 31;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    value = Number((BigInt(value) * 1103515245n + 12345n) % 2n ** 31n);
    return (value >> 16) & 255;
  });
};

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('resizing as Pillow does', () => {
  it.each(cases)('$filter from $from to $to', ({ from: [width, height], to, filter, sha256 }) => {
    const resized = pillowResize({ data: pattern(width, height), width, height }, ...to, filter);
    expect([resized.width, resized.height]).toEqual(to);
    expect(digest(resized.data)).toBe(sha256);
  });
});

describe('fitting as Pillow resizes', () => {
  const data = Uint8Array.from({ length: 5 * 2 * 3 }, (_, i) => i);
  const picture = { data, width: 5, height: 2 };

  it('stretches to fill', () => {
    expect(pillowFit(picture, { width: 3, height: 4, fit: 'fill' }, 'bicubic')).toEqual(pillowResize(picture, 3, 4, 'bicubic'));
  });

  it('covers, and keeps the middle', () => {
    const middle = Uint8Array.from([3, 4, 5, 6, 7, 8, 18, 19, 20, 21, 22, 23]);
    expect(pillowFit(picture, { width: 2, height: 2, fit: 'cover' }, 'bicubic')).toEqual({ data: middle, width: 2, height: 2 });
    const larger = pillowResize(picture, 10, 4, 'lanczos');
    const covered = pillowFit(picture, { width: 4, height: 4, fit: 'cover' }, 'lanczos');
    expect([...covered.data.subarray(0, 12)]).toEqual([...larger.data.subarray(9, 21)]);
  });
});
