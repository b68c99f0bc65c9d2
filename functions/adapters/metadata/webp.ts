// WebP: chunks of a RIFF file (developers.google.com/speed/webp/docs/riff_container); XMP needs the extended header; C2PA has a chunk.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { copyOf, corrupt, fingerprint, latin1, part, textAt, viewOf } from './bytes.ts';
import { type Container, type Inspected, MAX_PARTS, sameLines } from './container.ts';

const FORM_BYTES = 12;
const HEAD_BYTES = 8;
const XMP = 'XMP ';
const EXTENDED = 'VP8X';
const EXTENDED_BYTES = 10;
const FLAG = { xmp: 0x04, alpha: 0x10 };
const SIDE_MASK = 0x3fff;

/** A chunk; `to` counts the byte that pads it to an even length. */
type Chunk = { type: string; from: number; data: number; end: number; to: number };

const readChunks = (bytes: Uint8Array): { chunks: Chunk[]; end: number } => {
  const view = viewOf(bytes);
  const end = HEAD_BYTES + view.getUint32(4, true);
  if (end > bytes.length || end < FORM_BYTES) throw corrupt('the WebP is not as long as it says');
  const chunks: Chunk[] = [];
  for (let at = FORM_BYTES; at < end; ) {
    const data = at + HEAD_BYTES;
    const size = view.getUint32(at + 4, true);
    const chunk = { type: textAt(bytes, at, 4), from: at, data, end: data + size, to: data + size + (size % 2) };
    // some writers leave the last padding out
    if (chunk.end > end || chunks.length === MAX_PARTS) throw corrupt('a chunk of the WebP has no right length');
    chunks.push({ ...chunk, to: Math.min(chunk.to, end) });
    at = chunk.to;
  }
  return { chunks, end };
};

const little = (value: number, size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);

const chunkOf = (type: string, data: Uint8Array): Uint8Array =>
  joinedBytes([latin1(type), little(data.length, 4), data, new Uint8Array(data.length % 2)]);

type Header = { flags: number; width: number; height: number };

/** Width and height of a lossy picture, from the header of its key frame (RFC 6386, 9.1). */
const lossyHeader = (bytes: Uint8Array, data: number): Header => {
  if (textAt(bytes, data + 3, 3) !== '\x9d\x01\x2a') throw corrupt('the picture of the WebP has no start code');
  const view = viewOf(bytes);
  return { flags: 0, width: view.getUint16(data + 6, true) & SIDE_MASK, height: view.getUint16(data + 8, true) & SIDE_MASK };
};

/** Of a lossless picture: 14 bits for each side less one, and one that says whether alpha is used. */
const losslessHeader = (bytes: Uint8Array, data: number): Header => {
  if (bytes[data] !== 0x2f) throw corrupt('the picture of the WebP has no signature');
  const bits = viewOf(bytes).getUint32(data + 1, true);
  const flags = ((bits >>> 28) & 1) === 1 ? FLAG.alpha : 0;
  return { flags, width: (bits & SIDE_MASK) + 1, height: ((bits >>> 14) & SIDE_MASK) + 1 };
};

const extendedHeader = ({ flags, width, height }: Header): Uint8Array =>
  joinedBytes([little(flags, 4), little(width - 1, 3), little(height - 1, 3)]);

/** The file's extended header with the flag for XMP, made from the picture's own where it has none. */
const headerWithXmp = (bytes: Uint8Array, { type, data, end }: Chunk): Uint8Array => {
  if (type === EXTENDED) {
    if (end - data < EXTENDED_BYTES) throw corrupt('the header of the WebP is not whole');
    const header = copyOf(part(bytes, data, end));
    header[0] = (header[0] ?? 0) | FLAG.xmp;
    return header;
  }
  if (type !== 'VP8 ' && type !== 'VP8L') throw corrupt('the WebP begins with no picture');
  const header = type === 'VP8 ' ? lossyHeader(bytes, data) : losslessHeader(bytes, data);
  if (header.width === 0 || header.height === 0) throw corrupt('the picture of the WebP has no size');
  return extendedHeader({ ...header, flags: header.flags | FLAG.xmp });
};

const inspect = (bytes: Uint8Array): Inspected => {
  const { chunks } = readChunks(bytes);
  if (chunks.some(({ type }) => type === 'C2PA')) return { c2pa: true };
  const [packet, ...more] = chunks.filter(({ type }) => type === XMP);
  if (more.length > 0) throw new SidecarOnly('it holds two XMP packets');
  return { c2pa: false, ...(packet !== undefined && { xmp: part(bytes, packet.data, packet.end) }) };
};

const padded = (bytes: Uint8Array, { from, end, to }: Chunk): Uint8Array =>
  (to - from) % 2 === 0 ? part(bytes, from, to) : joinedBytes([part(bytes, from, end), new Uint8Array(1)]);

/** The header as it would be with XMP, so that it tells the rest of it only. */
const headerLine = (bytes: Uint8Array, first: Chunk): string => fingerprint(EXTENDED, headerWithXmp(bytes, first));

const linesOf = (bytes: Uint8Array): string[] => {
  const { chunks, end } = readChunks(bytes);
  const [first] = chunks;
  if (first === undefined) throw corrupt('the WebP is empty');
  const others = chunks.filter(({ type }) => type !== XMP && type !== EXTENDED);
  const lines = others.map(({ type, data, end: to }) => fingerprint(type, part(bytes, data, to)));
  return [headerLine(bytes, first), ...lines, fingerprint('rest', part(bytes, end))];
};

/** WebP, lossy, lossless and animated. */
export const WEBP: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const { chunks, end } = readChunks(bytes);
    const [first] = chunks;
    if (first === undefined) throw corrupt('the WebP is empty');
    const header = chunkOf(EXTENDED, headerWithXmp(bytes, first));
    const others = first.type === EXTENDED ? chunks.slice(1) : chunks;
    const replaced = others.map((chunk) => (chunk.type === XMP ? chunkOf(XMP, xmp) : padded(bytes, chunk)));
    const body = joinedBytes([header, ...replaced, ...(others.some(({ type }) => type === XMP) ? [] : [chunkOf(XMP, xmp)])]);
    return joinedBytes([latin1('RIFF'), little(body.length + 4, 4), latin1('WEBP'), body, part(bytes, end)]);
  },
  isSameBesideXmp: sameLines(linesOf),
};
