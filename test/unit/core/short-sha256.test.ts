// The short digest against Node's own, at all lengths around a block's end and of any bytes.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortSha256 } from '../../../functions/core/short-sha256.ts';

const LONGEST = 300;

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('shortSha256', () => {
  it('is SHA-256 at every length', () => {
    for (let length = 0; length < LONGEST; length++) {
      const bytes = new Uint8Array(length).fill(length);
      expect(hex(shortSha256(bytes)), `of ${length} bytes`).toBe(expected(bytes));
    }
  });

  it('is SHA-256 of any bytes, also of a part of a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(LONGEST), (all, from) => {
        const bytes = all.subarray(Math.min(from, all.length));
        expect(hex(shortSha256(bytes))).toBe(expected(bytes));
      }),
    );
  });
});
