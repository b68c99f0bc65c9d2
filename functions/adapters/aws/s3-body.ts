// Reads the body of an object within bounds of size and time, and notices when it ends early.
import type { Readable } from 'node:stream';
import { PictureError } from '../../core/errors.ts';
import { checkByteCount } from '../../core/picture/picture-checks.ts';

/** The body did not come whole: it ended early, took too long, or was not what its checksum says. */
export class BrokenBody extends Error {}

/**
 * All bytes of the body, which announced `length` of them.
 * @throws PictureError EMPTY, TOO_MANY_BYTES before anything is read; BrokenBody
 */
export const readBody = async (body: Readable, length: number, maxBytes: number, timeoutMs: number): Promise<Uint8Array> => {
  const timer = setTimeout(() => body.destroy(new BrokenBody(`no whole body within ${timeoutMs} ms`)), timeoutMs);
  try {
    checkByteCount(length, { maxBytes });
    const bytes = new Uint8Array(length);
    let read = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (read + chunk.length > length) throw new BrokenBody('more bytes than announced');
      bytes.set(chunk, read);
      read += chunk.length;
    }
    if (read < length) throw new BrokenBody(`${read} of ${length} bytes`);
    return bytes;
  } catch (thrown) {
    if (thrown instanceof PictureError || thrown instanceof BrokenBody) throw thrown;
    throw new BrokenBody('the body broke off', { cause: thrown });
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
};
