// Bytes of a page -> text, in the encoding that HTML 13.2.3 finds: byte order mark, Content-Type, the first kilobyte, else UTF-8.
import { TextDecoder } from 'node:util';

/** Where pages that are to be audited end; larger ones are no pages but data. */
export const MAX_PAGE_BYTES = 10 * 1024 * 1024;

/** HTML looks for an encoding in so many bytes. */
const PRESCAN_BYTES = 1_024;

const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
];

const DECLARED = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i;
const UTF_16 = /^utf-?16/i;

const markedAs = (bytes: Uint8Array): string | undefined => MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1];

const declaredAs = (bytes: Uint8Array): string | undefined => {
  const label = DECLARED.exec(new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN_BYTES)))?.[1];
  return label !== undefined && UTF_16.test(label) ? 'utf-8' : label;
};

const decoderOf = (label: string): TextDecoder => {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
};

/** @param charset of the Content-Type, when there was one */
export const pageText = (bytes: Uint8Array, charset?: string): string =>
  decoderOf(markedAs(bytes) ?? charset ?? declaredAs(bytes) ?? 'utf-8').decode(bytes);
