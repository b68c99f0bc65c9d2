// AVIF files in the forms that encoders choose among: versions of iloc, a base offset, data in idat, boxes before and behind the meta box.
import { boxesOf, box as boxOf, fullBox } from '../../functions/adapters/metadata/boxes.ts';
import { type Place, readPlaces } from '../../functions/adapters/metadata/item-places.ts';

/** How an AVIF is to be laid out. */
export type AvifForm = {
  /** of iloc */
  version: 0 | 1 | 2;
  /** bytes of offsets, lengths and base offsets */
  sizes?: { offset: 0 | 4 | 8; length: 4 | 8; base: 0 | 4 | 8 };
  /** items of this type lie in idat */
  idat?: string;
  /** the data come before the meta box */
  dataFirst?: boolean;
  /** the last box reaches to the end of the file, without telling its size */
  open?: boolean;
};

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer.subarray(8 - bytes);
};

type Piece = { place: Place; data: Buffer; inIdat: boolean };

const ilocOf = (
  { version, sizes = { offset: 4, length: 4, base: 0 } }: AvifForm,
  at: (piece: Piece) => number,
  pieces: Piece[],
): Uint8Array => {
  const ids = version < 2 ? 2 : 4;
  const items = pieces.map((piece) => {
    const offset = at(piece);
    // where both are there, half of the offset stands in each
    const base = sizes.base === 0 ? 0 : sizes.offset === 0 ? offset : Math.floor(offset / 2);
    return Buffer.concat([
      number(piece.place.id, ids),
      ...(version === 0 ? [] : [number(piece.inIdat ? 1 : 0, 2)]),
      number(0, 2),
      number(base, sizes.base),
      number(1, 2),
      number(sizes.offset === 0 ? 0 : offset - base, sizes.offset),
      number(piece.data.length, sizes.length),
    ]);
  });
  const packed = Buffer.from([(sizes.offset << 4) | sizes.length, sizes.base << 4]);
  return fullBox('iloc', version, 0, packed, number(pieces.length, ids), ...items);
};

/** The picture of `bytes`, which was written by an encoder, in another form. */
export const avifFile = (bytes: Uint8Array, form: AvifForm): Buffer => {
  const top = boxesOf(bytes, 0, bytes.length);
  const find = (type: string) => top.find((box) => box.type === type) ?? { from: 0, body: 0, to: 0, type };
  const [ftyp, meta] = [find('ftyp'), find('meta')];
  const inside = boxesOf(bytes, meta.body + 4, meta.to);
  const iloc = inside.find(({ type }) => type === 'iloc') ?? meta;
  const iinf = inside.find(({ type }) => type === 'iinf') ?? meta;
  const types = new Map(
    boxesOf(bytes, iinf.body + 6, iinf.to).map(({ body }) => [
      Buffer.from(bytes).readUInt16BE(body + 4),
      Buffer.from(bytes).toString('latin1', body + 8, body + 12),
    ]),
  );
  const pieces = readPlaces(bytes, iloc).places.map((place): Piece => {
    const data = Buffer.concat(place.extents.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
    return { place, data, inIdat: form.idat !== undefined && types.get(place.id) === form.idat };
  });
  const [idat, mdat] = [pieces.filter(({ inIdat }) => inIdat), pieces.filter(({ inIdat }) => !inIdat)];
  const before = (list: Piece[], piece: Piece): number =>
    list.slice(0, list.indexOf(piece)).reduce((sum, { data }) => sum + data.length, 0);
  const metaAt = (start: number): Uint8Array => {
    const at = (piece: Piece): number => (piece.inIdat ? before(idat, piece) : start + before(mdat, piece));
    const kept = inside.map((one) => (one.type === 'iloc' ? ilocOf(form, at, pieces) : bytes.subarray(one.from, one.to)));
    const own = idat.length === 0 ? [] : [boxOf('idat', ...idat.map(({ data }) => data))];
    return boxOf('meta', bytes.subarray(meta.body, meta.body + 4), ...kept, ...own);
  };
  const head = bytes.subarray(ftyp.from, ftyp.to);
  const free = boxOf('free', Buffer.alloc(5, 0x66));
  const data = boxOf('mdat', ...mdat.map((piece) => piece.data));
  if (form.dataFirst) return Buffer.concat([head, data, metaAt(head.length + 8), free]);
  const start = head.length + metaAt(0).length + free.length + 8;
  if (form.open) data.set([0, 0, 0, 0]);
  return Buffer.concat([head, metaAt(start), free, data]);
};
