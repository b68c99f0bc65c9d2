// Messages on a pipe between two processes: uint32 header length, uint32 body length (little-endian), JSON header, body bytes.
// Large bodies are neither copied nor serialised, so sending a 25 MB photo does not block the event loop.
import type { Readable, Writable } from 'node:stream';

/** A small JSON value and the bytes that belong to it. */
export type Frame = { header: unknown; body: Uint8Array };

const LENGTHS_BYTES = 8;

/** No picture and no pixels are larger; protects the reader from a wrong length. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Writes one frame. */
export const writeFrame = (to: Writable, header: unknown, body: Uint8Array = new Uint8Array(0)): void => {
  const json = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(json.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  to.cork();
  for (const part of [lengths, json, body]) if (part.length > 0) to.write(part);
  to.uncork();
};

/** Collects chunks until a wanted number of bytes is there; one copy for each piece. */
const chunkStore = () => {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    size: () => size,
    add(chunk: Buffer) {
      chunks.push(chunk);
      size += chunk.length;
    },
    take(bytes: number): Buffer {
      const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
      chunks = all.length > bytes ? [all.subarray(bytes)] : [];
      size -= bytes;
      return all.subarray(0, bytes);
    },
  };
};

/**
 * Calls back for every whole frame that arrives.
 * @param fail called once, and nothing after it, when what arrives is no frame or `receive` throws
 */
export const onFrames = (from: Readable, receive: (frame: Frame) => void, fail: (thrown: unknown) => void): void => {
  const store = chunkStore();
  let lengths: { header: number; body: number } | undefined;
  const takeFrame = (): Frame | undefined => {
    if (lengths === undefined) {
      if (store.size() < LENGTHS_BYTES) return undefined;
      const head = store.take(LENGTHS_BYTES);
      lengths = { header: head.readUInt32LE(0), body: head.readUInt32LE(4) };
      if (lengths.header + lengths.body > MAX_FRAME_BYTES) throw new RangeError(`Expected a frame of at most ${MAX_FRAME_BYTES} bytes`);
    }
    if (store.size() < lengths.header + lengths.body) return undefined;
    const header: unknown = JSON.parse(store.take(lengths.header).toString('utf8'));
    const body = store.take(lengths.body);
    lengths = undefined;
    return { header, body };
  };
  from.on('data', (chunk: Buffer) => {
    store.add(chunk);
    try {
      for (let frame = takeFrame(); frame !== undefined; frame = takeFrame()) receive(frame);
    } catch (thrown) {
      from.removeAllListeners('data');
      fail(thrown);
    }
  });
};
