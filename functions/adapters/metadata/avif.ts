// AVIF: XMP is an item of its own that describes the primary one (MIAF, ISO/IEC 23000-22; HEIF, ISO/IEC 23008-12 annex A). Its data come last in
// the file; what lies behind the grown meta box moves, and so do the places that are told of it. C2PA lies in a uuid box.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { freeId, type Item, type Meta, readMeta, the, withDescription, withXmpItem } from './avif-items.ts';
import { type Box, box, boxesOfFile } from './boxes.ts';
import { bigEndian, copyOf, corrupt, fingerprint, part, readBigEndian } from './bytes.ts';
import { type Container, type Inspected, sameLines } from './container.ts';
import { type Extent, FROM, type Place, writePlaces } from './item-places.ts';

const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';
/** tracks and fragments have places of their own kind */
const SEQUENCE = ['moov', 'moof'];
const HEAD_BYTES = 8;
const SIZE_BYTES = 4;
const VERSION_AND_FLAGS = 4;
/** boxes whose content is told by the items that lie in them */
const HOLDERS = ['meta', 'mdat', 'free', 'skip'];

type File = { boxes: Box[]; meta: Meta };

/** Items may share data, but not so often that comparing them takes for ever. */
const MOST_SHARED = 4;

/** No item may lie in what is going to be written anew. */
const liesIn = ({ from, to }: Pick<Box, 'from' | 'to'>, { method, extents }: Place): boolean =>
  method === FROM.file && extents.some(({ offset, length }) => offset < to && offset + length > from);

const checkItems = (bytes: Uint8Array, boxes: readonly Box[], { box: meta, places }: Meta): void => {
  if (places.places.some((place) => liesIn(meta, place))) throw corrupt('an item of the AVIF lies where its description does');
  const last = boxes.at(-1) ?? meta;
  if (places.places.some((place) => liesIn({ from: last.from, to: last.body }, place)))
    throw corrupt('an item of the AVIF lies in the head of a box');
  const lengths = places.places.flatMap(({ extents }) => extents.map(({ length }) => length));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > bytes.length * MOST_SHARED) throw corrupt('the items of the AVIF are larger than it is');
};

const fileOf = (bytes: Uint8Array): File => {
  const boxes = boxesOfFile(bytes);
  const meta = readMeta(bytes, the(boxes, 'meta'));
  checkItems(bytes, boxes, meta);
  return { boxes, meta };
};

const dataOf = (bytes: Uint8Array, { inside }: Meta, { method, reference, extents }: Place): Uint8Array => {
  if (reference !== 0) throw new SidecarOnly('its parts lie in other files');
  if (method === FROM.item) return new Uint8Array();
  const start = method === FROM.idat ? the(inside, 'idat').body : 0;
  const end = method === FROM.idat ? the(inside, 'idat').to : bytes.length;
  const pieces = extents.map(({ offset, length }) => {
    if (length === 0) throw new SidecarOnly('it does not tell how long its parts are');
    if (start + offset + length > end) throw corrupt('an item of the AVIF has no right place');
    return part(bytes, start + offset, start + offset + length);
  });
  return joinedBytes(pieces);
};

const inspect = (bytes: Uint8Array): Inspected => {
  const boxes = boxesOfFile(bytes);
  if (boxes.some(({ uuid }) => uuid === C2PA_UUID)) return { c2pa: true };
  if (boxes.some(({ type }) => SEQUENCE.includes(type))) throw new SidecarOnly('it is a sequence of pictures');
  const { meta } = fileOf(bytes);
  const place = meta.places.places.find(({ id }) => id === meta.xmp);
  if (place?.method === FROM.item) throw new SidecarOnly('its XMP is part of another item');
  return { c2pa: false, ...(place !== undefined && { xmp: dataOf(bytes, meta, place) }) };
};

/** Places after the meta box has grown: what lies behind it moves by `growth`. */
const moved = (places: readonly Place[], end: number, growth: number): Place[] =>
  places.map((place) => {
    const move = (extent: Extent): Extent => (extent.offset >= end ? { ...extent, offset: extent.offset + growth } : extent);
    return place.method === FROM.file ? { ...place, extents: place.extents.map(move) } : place;
  });

/** The meta box with the XMP item `id`, whose data lie at `offset`. */
const metaWith = (bytes: Uint8Array, meta: Meta, id: number, growth: number, xmp: Extent): Uint8Array => {
  const isNew = meta.xmp === undefined;
  const { version, indexSize, places } = meta.places;
  const others = moved(
    places.filter((place) => place.id !== id),
    meta.box.to,
    growth,
  );
  const place: Place = { id, method: FROM.file, reference: 0, extents: [xmp] };
  const written = (inside: Box): Uint8Array => {
    if (inside.type === 'iloc') return writePlaces({ version, indexSize, places: [...others, place] });
    if (inside.type === 'iinf' && isNew) return withXmpItem(bytes, inside, id);
    if (inside.type === 'iref' && isNew) return withDescription(bytes, inside, id, meta.primary);
    return part(bytes, inside.from, inside.to);
  };
  const needsReferences = isNew && meta.inside.every(({ type }) => type !== 'iref');
  const references = needsReferences ? [withDescription(bytes, undefined, id, meta.primary)] : [];
  return box('meta', part(bytes, meta.box.body, meta.box.body + VERSION_AND_FLAGS), ...meta.inside.map(written), ...references);
};

/** What lies behind the meta box; a last box that reached to the end of the file says its size now. */
const tailOf = (bytes: Uint8Array, boxes: readonly Box[], from: number): Uint8Array => {
  const tail = copyOf(part(bytes, from));
  const last = boxes.at(-1);
  if (last !== undefined && last.from >= from && readBigEndian(bytes, last.from, SIZE_BYTES) === 0)
    tail.set(bigEndian(last.to - last.from, SIZE_BYTES), last.from - from);
  return tail;
};

/** Where an item's data lie does not matter, only which they are. */
const itemLine = (bytes: Uint8Array, meta: Meta, place: Place | undefined, { id, type, content, encoding }: Item): string => {
  const what = `${id} ${type} ${content} ${encoding}`;
  if (place === undefined) return what;
  return fingerprint(place.method === FROM.item ? `${what} ${JSON.stringify(place.extents)}` : what, dataOf(bytes, meta, place));
};

const itemLines = (bytes: Uint8Array, meta: Meta): string[] => {
  const places = new Map(meta.places.places.map((place) => [place.id, place]));
  return meta.items.filter(({ id }) => id !== meta.xmp).map((item) => itemLine(bytes, meta, places.get(item.id), item));
};

const linesOf = (bytes: Uint8Array): string[] => {
  const { boxes, meta } = fileOf(bytes);
  const whole = (found: Box): string => fingerprint(found.type, part(bytes, found.body, found.to));
  return [
    `primary ${meta.primary}`,
    ...itemLines(bytes, meta),
    ...meta.references.filter(({ from }) => from !== meta.xmp).map((reference) => JSON.stringify(reference)),
    ...meta.inside.filter(({ type }) => !['iloc', 'iinf', 'iref'].includes(type)).map(whole),
    ...boxes.filter(({ type }) => !HOLDERS.includes(type)).map(whole),
  ];
};

/** AVIF with one picture, also one of several tiles or with alpha; not sequences. */
export const AVIF: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const { boxes, meta } = fileOf(bytes);
    const id = meta.xmp ?? freeId(meta);
    const at = (growth: number, offset: number): Uint8Array => metaWith(bytes, meta, id, growth, { index: 0, offset, length: xmp.length });
    const growth = at(0, 0).length - (meta.box.to - meta.box.from);
    const offset = bytes.length + growth + HEAD_BYTES;
    return joinedBytes([part(bytes, 0, meta.box.from), at(growth, offset), tailOf(bytes, boxes, meta.box.to), box('mdat', xmp)]);
  },
  isSameBesideXmp: sameLines(linesOf),
};
