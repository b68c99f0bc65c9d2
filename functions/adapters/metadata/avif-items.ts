// The items of an AVIF and what they are to each other: iinf, iref and pitm in its meta box (ISO/IEC 14496-12, 8.11), and which is its XMP.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { type Box, boxesOf, fullBox, readerOf } from './boxes.ts';
import { bigEndian, corrupt, latin1, part } from './bytes.ts';
import { type Places, readPlaces } from './item-places.ts';

const XMP_TYPE = 'application/rdf+xml';
const DESCRIBES = 'cdsc';
const MAX_SHORT = 0xffff;
const VERSION_AND_FLAGS = 4;

/** An item; `content` is the media type of a mime item, `encoding` how that is packed. */
export type Item = { id: number; type: string; content: string; encoding: string };

/** A reference of a kind from an item to others. */
export type Reference = { type: string; from: number; to: number[] };

/** The meta box: the boxes in it, and what the items' ones say. */
export type Meta = {
  box: Box;
  inside: Box[];
  primary: number;
  items: Item[];
  references: Reference[];
  places: Places;
  /** the item that is the primary one's XMP */
  xmp: number | undefined;
};

const only = (boxes: readonly Box[], type: string): Box | undefined => {
  const [found, ...more] = boxes.filter((candidate) => candidate.type === type);
  if (more.length > 0) throw corrupt(`the AVIF has two boxes of the type ${type}`);
  return found;
};

/** The one box of this type. @throws PictureError CORRUPT when there is none, or another one */
export const the = (boxes: readonly Box[], type: string): Box => {
  const found = only(boxes, type);
  if (found === undefined) throw corrupt(`the AVIF has no box of the type ${type}`);
  return found;
};

const itemOf = (bytes: Uint8Array, { type, body, to }: Box): Item => {
  const reader = readerOf(bytes, body, to);
  const version = reader.number(1);
  reader.number(3);
  if (type !== 'infe' || version < 2 || version > 3) throw corrupt('the AVIF describes an item in an unknown way');
  const id = reader.number(version === 2 ? 2 : 4);
  reader.number(2);
  const kind = latin1Of(reader.number(4));
  reader.text();
  if (kind !== 'mime') return { id, type: kind, content: '', encoding: '' };
  return { id, type: kind, content: reader.text(), encoding: reader.text() };
};

const latin1Of = (code: number): string => String.fromCharCode(...bigEndian(code, 4));

const countBytes = (bytes: Uint8Array, { body }: Box): 2 | 4 => (bytes[body] === 0 ? 2 : 4);

const readItems = (bytes: Uint8Array, info: Box): Item[] =>
  boxesOf(bytes, info.body + VERSION_AND_FLAGS + countBytes(bytes, info), info.to).map((entry) => itemOf(bytes, entry));

const referenceBytes = (bytes: Uint8Array, { body }: Box): 2 | 4 => (bytes[body] === 0 ? 2 : 4);

const readReferences = (bytes: Uint8Array, holder: Box | undefined): Reference[] => {
  if (holder === undefined) return [];
  const size = referenceBytes(bytes, holder);
  return boxesOf(bytes, holder.body + VERSION_AND_FLAGS, holder.to).map(({ type, body, to }) => {
    const reader = readerOf(bytes, body, to);
    const from = reader.number(size);
    return { type, from, to: Array.from({ length: reader.number(2) }, () => reader.number(size)) };
  });
};

const xmpOf = (items: readonly Item[], references: readonly Reference[], primary: number): number | undefined => {
  const describing = new Set(references.filter(({ type, to }) => type === DESCRIBES && to.includes(primary)).map(({ from }) => from));
  const [found, ...more] = items.filter(({ id, content }) => content === XMP_TYPE && describing.has(id));
  if (more.length > 0) throw new SidecarOnly('it holds two XMP packets');
  if (found !== undefined && found.encoding !== '') throw new SidecarOnly('its XMP is compressed');
  return found?.id;
};

/** What the meta box says. @throws PictureError CORRUPT, SidecarOnly */
export const readMeta = (bytes: Uint8Array, box: Box): Meta => {
  const inside = boxesOf(bytes, box.body + VERSION_AND_FLAGS, box.to);
  const pitm = the(inside, 'pitm');
  const reader = readerOf(bytes, pitm.body, pitm.to);
  const idSize = reader.number(1) === 0 ? 2 : 4;
  reader.number(3);
  const primary = reader.number(idSize);
  const items = readItems(bytes, the(inside, 'iinf'));
  if (new Set(items.map(({ id }) => id)).size !== items.length) throw corrupt('the AVIF has two items of one number');
  const references = readReferences(bytes, only(inside, 'iref'));
  const places = readPlaces(bytes, the(inside, 'iloc'));
  return { box, inside, primary, items, references, places, xmp: xmpOf(items, references, primary) };
};

/** A number that no item has. @throws SidecarOnly when there is none that every box can hold */
export const freeId = ({ items, places, references }: Meta): number => {
  // a reference may be of an item that is not there, and would become one of ours
  const numbers = [...items, ...places.places].map(({ id }) => id).concat(references.flatMap(({ from, to }) => [from, ...to]));
  const id = numbers.reduce((most, one) => Math.max(most, one), 0) + 1;
  if (id > MAX_SHORT) throw new SidecarOnly('it has no room for another item');
  return id;
};

/** The iinf box with an item more, which is XMP. */
export const withXmpItem = (bytes: Uint8Array, info: Box, id: number): Uint8Array => {
  const size = countBytes(bytes, info);
  const version = bytes[info.body] ?? 0;
  const reader = readerOf(bytes, info.body + VERSION_AND_FLAGS, info.to);
  const count = reader.number(size);
  const entry = fullBox('infe', 2, 0, bigEndian(id, 2), bigEndian(0, 2), latin1('mime'), latin1('XMP\0'), latin1(`${XMP_TYPE}\0`));
  return fullBox('iinf', version, 0, bigEndian(count + 1, size), reader.rest(), entry);
};

/** The iref box, or a first one, with the reference that makes the item `from` describe `to`. */
export const withDescription = (bytes: Uint8Array, holder: Box | undefined, from: number, to: number): Uint8Array => {
  const size = holder === undefined ? (to > MAX_SHORT ? 4 : 2) : referenceBytes(bytes, holder);
  const present = holder === undefined ? new Uint8Array() : part(bytes, holder.body + VERSION_AND_FLAGS, holder.to);
  const reference = joinedBytes([bigEndian(from, size), bigEndian(1, 2), bigEndian(to, size)]);
  const described = joinedBytes([bigEndian(reference.length + 8, 4), latin1(DESCRIBES), reference]);
  return fullBox('iref', size === 2 ? 0 : 1, 0, present, described);
};
