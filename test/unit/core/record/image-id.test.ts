// Public ids: the shape, the bytes they stand for, and what must not share one.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_ID, imageId } from '../../../../functions/core/record/image-id.ts';
import { sha256Hex } from '../../../../functions/core/sha256.ts';

describe('imageId', () => {
  it('is the beginning of the digest of bucket, zero byte and key', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, text, async (bucket, key) => {
        const id = await imageId(bucket, key);
        expect(id).toBe(createHash('sha256').update(`${bucket}\0${key}`).digest('base64url').slice(0, 22));
        expect(id).toMatch(IMAGE_ID);
      }),
    );
  });

  it('differs for keys that only look the same', async () => {
    const keys = ['é', 'é'.normalize('NFD'), 'a b', 'a+b', 'a%20b', '/a', 'a/', 'a'];
    expect(new Set(await Promise.all(keys.map((key) => imageId('photos', key)))).size).toBe(keys.length);
    expect(await imageId('photos', 'a')).not.toBe(await imageId('photo', 'sa'));
  });
});

describe('sha256Hex', () => {
  it('is the digest as hexadecimal digits', async () => {
    const bytes = new TextEncoder().encode('a picture');
    expect(await sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
