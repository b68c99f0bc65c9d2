// PNG: chunks with a CRC (PNG 3rd ed. 5.3); XMP in an iTXt chunk (XMP part 3, 1.1.5), which libvips writes as zTXt; C2PA in caBX.
import { crc32, inflateSync } from 'node:zlib';
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { MAX_XMP_BYTES } from '../model/xmp.ts';
import { bigEndian, corrupt, fingerprint, hasText, latin1, part, textAt, viewOf } from './bytes.ts';
import { type Container, type Inspected, MAX_PARTS, sameLines } from './container.ts';

const SIGNATURE_BYTES = 8;
/** length and type before the data, the CRC after it */
const HEAD_BYTES = 8;
const CRC_BYTES = 4;
const KEYWORD = 'XML:com.adobe.xmp\0';
/** XMP as ImageMagick wrote it once: hexadecimal, in a chunk for text */
const OLD_KEYWORD = 'Raw profile type xmp\0';
const TEXT_CHUNKS = ['tEXt', 'zTXt', 'iTXt'];
const C2PA = 'caBX';

type Chunk = { type: string; from: number; data: number; end: number; to: number };

const readChunks = (bytes: Uint8Array): { chunks: Chunk[]; end: number } => {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; chunks.length < MAX_PARTS; ) {
    const data = at + HEAD_BYTES;
    const end = data + viewOf(bytes).getUint32(at);
    const chunk = { type: textAt(bytes, at + 4, 4), from: at, data, end, to: end + CRC_BYTES };
    part(bytes, at, chunk.to);
    chunks.push(chunk);
    at = chunk.to;
    if (chunk.type === 'IEND') return { chunks, end: at };
  }
  throw corrupt('the PNG has too many chunks');
};

const isXmp = (bytes: Uint8Array, { type, data, end }: Chunk): boolean =>
  TEXT_CHUNKS.includes(type) && end - data >= KEYWORD.length && hasText(bytes, data, KEYWORD);

const checkCrc = (bytes: Uint8Array, { from, end }: Chunk): void => {
  if (viewOf(bytes).getUint32(end) !== crc32(part(bytes, from + 4, end))) throw corrupt('the XMP chunk of the PNG has a wrong CRC');
};

/** Where the next zero byte is. */
const zeroAfter = (bytes: Uint8Array, from: number, to: number): number => {
  const at = bytes.indexOf(0, from);
  if (at === -1 || at >= to) throw corrupt('the XMP chunk of the PNG is not whole');
  return at;
};

const inflated = (bytes: Uint8Array): Uint8Array => {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_XMP_BYTES });
  } catch {
    throw corrupt('the XMP chunk of the PNG cannot be unpacked');
  }
};

/** In iTXt: whether and how it is compressed, language and translated keyword come before the text. */
const internationalText = (bytes: Uint8Array, flags: number, end: number): Uint8Array => {
  const text = zeroAfter(bytes, zeroAfter(bytes, flags + 2, end) + 1, end) + 1;
  const packet = part(bytes, text, end);
  return bytes[flags] === 1 ? inflated(packet) : packet;
};

const packetOf = (bytes: Uint8Array, chunk: Chunk): Uint8Array => {
  checkCrc(bytes, chunk);
  const after = chunk.data + KEYWORD.length;
  if (chunk.type === 'iTXt') return internationalText(bytes, after, chunk.end);
  return chunk.type === 'zTXt' ? inflated(part(bytes, after + 1, chunk.end)) : part(bytes, after, chunk.end);
};

const xmpChunk = (xmp: Uint8Array): Uint8Array => {
  const typed = joinedBytes([latin1('iTXt'), latin1(`${KEYWORD}\0\0\0\0`), xmp]);
  return joinedBytes([bigEndian(typed.length - 4, 4), typed, bigEndian(crc32(typed), CRC_BYTES)]);
};

const isOldXmp = (bytes: Uint8Array, { type, data }: Chunk): boolean => TEXT_CHUNKS.includes(type) && hasText(bytes, data, OLD_KEYWORD);

const inspect = (bytes: Uint8Array): Inspected => {
  const { chunks } = readChunks(bytes);
  if (chunks.some(({ type }) => type === C2PA)) return { c2pa: true };
  const [packet, ...more] = chunks.filter((chunk) => isXmp(bytes, chunk));
  if (more.length > 0) throw new SidecarOnly('it holds two XMP packets');
  if (chunks.some((chunk) => isOldXmp(bytes, chunk))) throw new SidecarOnly('it holds XMP in a form that was never a standard');
  return { c2pa: false, ...(packet !== undefined && { xmp: packetOf(bytes, packet) }) };
};

const linesOf = (bytes: Uint8Array): string[] => {
  const { chunks, end } = readChunks(bytes);
  const others = chunks.filter((chunk) => !isXmp(bytes, chunk));
  return [...others.map(({ type, from, to }) => fingerprint(type, part(bytes, from, to))), fingerprint('rest', part(bytes, end))];
};

/** Where the packet goes: to its place, or right behind the header when that is behind the picture, where libpng's readers do not look. */
const placeOf = (chunks: readonly Chunk[], header: Chunk, present: Chunk | undefined): number => {
  const picture = chunks.find(({ type }) => type === 'IDAT');
  return present !== undefined && picture !== undefined && present.from < picture.from ? present.from : header.to;
};

/** PNG, animated ones as well. A new packet comes after the header, so that readers find it before the picture. */
export const PNG: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const { chunks } = readChunks(bytes);
    const [header] = chunks;
    if (header?.type !== 'IHDR') throw corrupt('the PNG does not begin with its header');
    const present = chunks.find((chunk) => isXmp(bytes, chunk));
    const place = placeOf(chunks, header, present);
    const { from, to } = present ?? { from: place, to: place };
    return joinedBytes([part(bytes, 0, place), xmpChunk(xmp), part(bytes, place, from), part(bytes, to)]);
  },
  isSameBesideXmp: sameLines(linesOf),
};
