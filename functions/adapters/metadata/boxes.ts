// Boxes of ISO base media files (ISO/IEC 14496-12, 4.2): size, type, and for some a version with flags.

import { joinedBytes } from '../../core/joined-bytes.ts';
import { bigEndian, corrupt, latin1, part, readBigEndian, textAt } from './bytes.ts';
import { MAX_PARTS } from './container.ts';

/** A box of `bytes` from `from` to `to`; what it holds begins at `body`. `uuid` is the type of a uuid box, in hexadecimal. */
export type Box = { type: string; from: number; body: number; to: number; uuid?: string };

const HEAD_BYTES = 8;
const LARGE_BYTES = 8;
const UUID_BYTES = 16;

const boxAt = (bytes: Uint8Array, from: number, end: number, isTop: boolean): Box => {
  const size = readBigEndian(bytes, from, 4);
  const type = textAt(bytes, from + 4, 4);
  const head = from + HEAD_BYTES + (size === 1 ? LARGE_BYTES : 0);
  const sized = size === 1 ? readBigEndian(bytes, from + HEAD_BYTES, LARGE_BYTES) : size;
  // a size of 0: to the end of the file, and only there
  const to = size === 0 && isTop ? end : from + sized;
  if (to > end || to < head) throw corrupt('a box of the AVIF has no right size');
  if (type !== 'uuid') return { type, from, body: head, to };
  return { type, from, body: head + UUID_BYTES, to, uuid: Buffer.from(part(bytes, head, head + UUID_BYTES)).toString('hex') };
};

const boxesIn = (bytes: Uint8Array, from: number, end: number, isTop: boolean): Box[] => {
  const boxes: Box[] = [];
  for (let at = from; at < end; at = boxes.at(-1)?.to ?? end) {
    if (boxes.length === MAX_PARTS) throw corrupt('the AVIF has too many boxes');
    boxes.push(boxAt(bytes, at, end, isTop));
  }
  return boxes;
};

/** The boxes of a file. @throws PictureError CORRUPT */
export const boxesOfFile = (bytes: Uint8Array): Box[] => boxesIn(bytes, 0, bytes.length, true);

/** The boxes in a box, one after another from `from` to `end`. @throws PictureError CORRUPT */
export const boxesOf = (bytes: Uint8Array, from: number, end: number): Box[] => boxesIn(bytes, from, end, false);

/** Reads whole numbers and texts one after another, never beyond `end`. */
export type Reader = {
  readonly at: () => number;
  /** of 0 to 8 bytes */
  number(size: number): number;
  /** up to a zero byte, which is passed over; to the end where there is none */
  text(): string;
  rest(): Uint8Array;
};

/** A reader of `bytes` from `from` to `end`. @throws PictureError CORRUPT when it is asked for more */
export const readerOf = (bytes: Uint8Array, from: number, end: number): Reader => {
  let at = from;
  const within = part(bytes, 0, end);
  return {
    at: () => at,
    number(size) {
      const value = readBigEndian(within, at, size);
      at += size;
      return value;
    },
    text() {
      const zero = within.indexOf(0, at);
      const stop = zero === -1 ? end : zero;
      const text = textAt(within, at, stop - at);
      at = Math.min(stop + 1, end);
      return text;
    },
    rest: () => part(within, at, end),
  };
};

/** A box of this type. @throws RangeError when it is larger than 4 GB */
export const box = (type: string, ...contents: readonly Uint8Array[]): Uint8Array => {
  const body = joinedBytes(contents);
  return joinedBytes([bigEndian(body.length + HEAD_BYTES, 4), latin1(type), body]);
};

/** One with version and flags. */
export const fullBox = (type: string, version: number, flags: number, ...contents: readonly Uint8Array[]): Uint8Array =>
  box(type, bigEndian(version, 1), bigEndian(flags, 3), ...contents);
