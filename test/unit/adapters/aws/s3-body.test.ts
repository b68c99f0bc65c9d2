import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BrokenBody, readBody } from '../../../../functions/adapters/aws/s3-body.ts';

const LIMIT = 100;
const LONG_MS = 60_000;
const chunks = (...texts: string[]): Readable => Readable.from(texts.map((text) => Buffer.from(text)));

describe('the body of an object', () => {
  it('is read whole', async () => {
    expect(await readBody(chunks('ab', 'c', 'def'), 6, LIMIT, LONG_MS)).toEqual(new TextEncoder().encode('abcdef'));
  });

  it('is not read when it is too large', async () => {
    const body = chunks('x'.repeat(LIMIT + 1));
    await expect(readBody(body, LIMIT + 1, LIMIT, LONG_MS)).rejects.toMatchObject({ code: 'TOO_MANY_BYTES' });
    expect(body.destroyed).toBe(true);
  });

  it.each([
    { name: 'fewer bytes', body: () => chunks('abc') },
    { name: 'more bytes', body: () => chunks('abc', 'def', 'g') },
    {
      name: 'an error',
      body: () =>
        Readable.from(
          (async function* () {
            yield Buffer.from('a');
            throw new Error('checksum');
          })(),
        ),
    },
    { name: 'silence', body: () => new Readable({ read() {} }) },
  ])('is broken when $name came', async ({ body }) => {
    await expect(readBody(body(), 6, LIMIT, 50)).rejects.toThrow(BrokenBody);
  });
});
