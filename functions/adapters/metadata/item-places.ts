// Where the items of an AVIF lie: the iloc box (ISO/IEC 14496-12, 8.11.3), read whole and written with one set of sizes.

import { joinedBytes } from '../../core/joined-bytes.ts';
import { type Box, fullBox, readerOf } from './boxes.ts';
import { bigEndian, corrupt } from './bytes.ts';

/** Where offsets count from. */
export const FROM = { file: 0, idat: 1, item: 2 } as const;

/** A piece of an item; `offset` counts from where its method says. */
export type Extent = { index: number; offset: number; length: number };

/** An item's data. `reference` other than 0: in another file. */
export type Place = { id: number; method: number; reference: number; extents: Extent[] };

/** The box: what stands in it, and how it is written. */
export type Places = { version: number; indexSize: number; places: Place[] };

const OFFSET_BYTES = 4;
const MAX_EXTENTS = 65_535;
const HALF = 4;
const NIBBLE = 0x0f;

const idBytes = (version: number): 2 | 4 => (version < 2 ? 2 : 4);

/** @throws PictureError CORRUPT */
export const readPlaces = (bytes: Uint8Array, { body, to }: Box): Places => {
  const reader = readerOf(bytes, body, to);
  const version = reader.number(1);
  if (version > 2) throw corrupt('the AVIF tells the places of its items in an unknown way');
  reader.number(3);
  const [sizes, more] = [reader.number(1), reader.number(1)];
  const [offsetSize, lengthSize, baseSize] = [sizes >> HALF, sizes & NIBBLE, more >> HALF];
  const indexSize = version === 0 ? 0 : more & NIBBLE;
  const count = reader.number(idBytes(version));
  const places: Place[] = [];
  for (let extentsSeen = 0; places.length < count; ) {
    const id = reader.number(idBytes(version));
    const method = version === 0 ? FROM.file : reader.number(2) & NIBBLE;
    if (method > FROM.item) throw corrupt('an item of the AVIF lies in an unknown place');
    const reference = reader.number(2);
    const base = reader.number(baseSize);
    const pieces = reader.number(2);
    extentsSeen += pieces;
    if (extentsSeen > MAX_EXTENTS) throw corrupt('the items of the AVIF have too many pieces');
    const extents = Array.from({ length: pieces }, () => {
      const index = reader.number(indexSize);
      return { index, offset: base + reader.number(offsetSize), length: reader.number(lengthSize) };
    });
    places.push({ id, method, reference, extents });
  }
  if (new Set(places.map(({ id }) => id)).size !== places.length) throw corrupt('an item of the AVIF has two places');
  return { version, indexSize, places };
};

/** The box with all offsets in 4 bytes and none in common. @throws RangeError when one does not fit */
export const writePlaces = ({ version, indexSize, places }: Places): Uint8Array => {
  const written = places.map(({ id, method, reference, extents }) =>
    joinedBytes([
      bigEndian(id, idBytes(version)),
      ...(version === 0 ? [] : [bigEndian(method, 2)]),
      bigEndian(reference, 2),
      bigEndian(extents.length, 2),
      ...extents.map(({ index, offset, length }) =>
        joinedBytes([bigEndian(index, indexSize), bigEndian(offset, OFFSET_BYTES), bigEndian(length, OFFSET_BYTES)]),
      ),
    ]),
  );
  const sizes = Uint8Array.of((OFFSET_BYTES << HALF) | OFFSET_BYTES, indexSize);
  return fullBox('iloc', version, 0, sizes, bigEndian(places.length, idBytes(version)), ...written);
};
