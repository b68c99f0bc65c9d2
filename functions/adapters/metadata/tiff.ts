// TIFF 6.0: the first directory is written anew at the end with XMP in tag 700; nothing else moves, so no offset changes. C2PA in tag 52545.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { corrupt, fingerprint, part, textAt, viewOf } from './bytes.ts';
import { type Container, type Inspected, MAX_PARTS } from './container.ts';

const XMP_TAG = 700;
const C2PA_TAG = 52_545;
const BIG_TIFF = 43;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
/** the place of the first directory's offset */
const FIRST_AT = 4;
const TYPE = { byte: 1, undefined: 7 };
/** values of up to 4 bytes stand in the entry itself */
const INLINE_BYTES = 4;
const MAX_FILE_BYTES = 0xffff_ffff;

type Entry = { tag: number; at: number };
type Directory = { at: number; entries: Entry[]; next: number };
type File = { bytes: Uint8Array; view: DataView; little: boolean };

const fileOf = (bytes: Uint8Array): File => {
  const little = textAt(bytes, 0, 2) === 'II';
  const view = viewOf(bytes);
  if (view.getUint16(2, little) === BIG_TIFF) throw new SidecarOnly('it is a BigTIFF, which is not written to');
  return { bytes, view, little };
};

const directoryAt = ({ bytes, view, little }: File, at: number): Directory => {
  if (at < HEADER_BYTES) throw corrupt('a directory of the TIFF lies in its header');
  const count = view.getUint16(at, little);
  const end = at + 2 + count * ENTRY_BYTES;
  part(bytes, at, end + 4);
  const entries = Array.from({ length: count }, (_, i) => {
    const entry = at + 2 + i * ENTRY_BYTES;
    return { tag: view.getUint16(entry, little), at: entry };
  });
  return { at, entries, next: view.getUint32(end, little) };
};

/** Directories of all pages. @throws PictureError CORRUPT when they go round in a circle, or have more entries than files have */
const directories = (file: File): Directory[] => {
  const found: Directory[] = [];
  const seen = new Set<number>();
  let parts = 0;
  for (let at = file.view.getUint32(FIRST_AT, file.little); at !== 0; at = found.at(-1)?.next ?? 0) {
    if (seen.has(at)) throw corrupt('the pages of the TIFF go round in a circle');
    seen.add(at);
    const directory = directoryAt(file, at);
    parts += directory.entries.length + 1;
    if (parts > MAX_PARTS) throw corrupt('the TIFF has too many pages');
    found.push(directory);
  }
  return found;
};

const packetOf = ({ bytes, view, little }: File, { at }: Entry): Uint8Array => {
  const type = view.getUint16(at + 2, little);
  if (type !== TYPE.byte && type !== TYPE.undefined) throw corrupt('the XMP of the TIFF is of a wrong type');
  const count = view.getUint32(at + 4, little);
  const from = count <= INLINE_BYTES ? at + 8 : view.getUint32(at + 8, little);
  return part(bytes, from, from + count);
};

const inspect = (bytes: Uint8Array): Inspected => {
  const file = fileOf(bytes);
  const pages = directories(file);
  if (pages.some(({ entries }) => entries.some(({ tag }) => tag === C2PA_TAG))) return { c2pa: true };
  const [packet, ...more] = (pages[0]?.entries ?? []).filter(({ tag }) => tag === XMP_TAG);
  if (more.length > 0) throw new SidecarOnly('it holds two XMP packets');
  return { c2pa: false, ...(packet !== undefined && { xmp: packetOf(file, packet) }) };
};

const entryOf = (count: number, offset: number, little: boolean): Uint8Array => {
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = viewOf(entry);
  view.setUint16(0, XMP_TAG, little);
  view.setUint16(2, TYPE.byte, little);
  view.setUint32(4, count, little);
  view.setUint32(8, offset, little);
  return entry;
};

const evenly = (bytes: Uint8Array): Uint8Array[] => [bytes, new Uint8Array(bytes.length % 2)];

const numbers = (little: boolean, size: 2 | 4, value: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  if (size === 2) viewOf(bytes).setUint16(0, value, little);
  else viewOf(bytes).setUint32(0, value, little);
  return bytes;
};

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => fingerprint('', one) === fingerprint('', other);

/** Directories as they stand; what their offsets point to is compared as one piece. */
const linesOf = (bytes: Uint8Array): string[] =>
  directories(fileOf(bytes)).flatMap(({ entries, next }, page) => {
    const others = entries.filter(({ tag }) => page > 0 || tag !== XMP_TAG);
    return [...others.map(({ tag, at }) => fingerprint(`${page} ${tag}`, part(bytes, at, at + ENTRY_BYTES))), `${page} ${next}`];
  });

/** TIFF in either byte order, with one page or more; the texts are the first page's. */
export const TIFF: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const file = fileOf(bytes);
    const { little } = file;
    const [first] = directories(file);
    if (first === undefined) throw corrupt('the TIFF has no page');
    const others = first.entries.filter(({ tag }) => tag !== XMP_TAG);
    const before = others.filter(({ tag }) => tag < XMP_TAG).length;
    const [packet, place] = [Math.max(xmp.length, INLINE_BYTES + 1), bytes.length + (bytes.length % 2)];
    const entries = others.map(({ at }) => part(bytes, at, at + ENTRY_BYTES));
    const value = joinedBytes([xmp, new Uint8Array(packet - xmp.length).fill(0x20)]);
    const directory = place + packet + (packet % 2);
    const written = joinedBytes([
      ...evenly(bytes),
      ...evenly(value),
      numbers(little, 2, entries.length + 1),
      ...entries.slice(0, before),
      entryOf(packet, place, little),
      ...entries.slice(before),
      numbers(little, 4, first.next),
    ]);
    if (written.length > MAX_FILE_BYTES) throw new SidecarOnly('it would be larger than a TIFF can be');
    viewOf(written).setUint32(FIRST_AT, directory, little);
    return written;
  },
  isSameBesideXmp(before, after) {
    const [pages, written] = [before, after].map(linesOf);
    return isEqual(part(before, HEADER_BYTES), part(after, HEADER_BYTES, before.length)) && pages?.join() === written?.join();
  },
};
