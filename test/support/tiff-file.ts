// TIFF files that tests write themselves: either byte order, several pages, tags with values elsewhere in the file, odd lengths.

/** A tag: its number, its type (2 ASCII, 3 SHORT, 4 LONG, 7 UNDEFINED) and its values. */
export type TiffTag = { tag: number; type: 2 | 3 | 4 | 7; values: number[] | Uint8Array };

const TYPE_BYTES = { 2: 1, 3: 2, 4: 4, 7: 1 } as const;
const INLINE_BYTES = 4;

/** A grey picture without compression, with these tags besides. */
export type TiffPage = { width: number; height: number; level: number; tags?: TiffTag[] };

const pad = (bytes: Buffer): Buffer => (bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]));

/** The file; all directories come before the pixels and values. */
export const tiffFile = (little: boolean, pages: readonly TiffPage[], trailing = 0): Buffer => {
  const number = (value: number, bytes: number): Buffer => {
    const buffer = Buffer.alloc(bytes);
    if (little) buffer.writeUIntLE(value, 0, bytes);
    else buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  const encoded = ({ type, values }: TiffTag): Buffer => Buffer.concat([...values].map((value) => number(value, TYPE_BYTES[type])));
  const directories = pages.map(
    ({ width, height, tags = [] }): TiffTag[] =>
      [
        { tag: 256, type: 3, values: [width] },
        { tag: 257, type: 3, values: [height] },
        { tag: 258, type: 3, values: [8] },
        { tag: 259, type: 3, values: [1] },
        { tag: 262, type: 3, values: [1] },
        { tag: 273, type: 4, values: [0] },
        { tag: 277, type: 3, values: [1] },
        { tag: 278, type: 3, values: [height] },
        { tag: 279, type: 4, values: [width * height] },
        ...tags,
      ].toSorted((a, b) => a.tag - b.tag) as TiffTag[],
  );
  const sizes = directories.map((tags) => 2 + tags.length * 12 + 4);
  const places = sizes.map((_, i) => 8 + sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  let end = 8 + sizes.reduce((sum, size) => sum + size, 0);
  const values: Buffer[] = [];
  const store = (bytes: Buffer): number => {
    const at = end;
    values.push(pad(bytes));
    end += pad(bytes).length;
    return at;
  };
  const written = directories.map((tags, page) => {
    const { width = 0, height = 0, level = 0 } = pages[page] ?? {};
    const pixels = store(Buffer.from(Array.from({ length: width * height }, (_, i) => (level + i * 7) % 256)));
    const entries = tags.map((tag) => {
      const value = tag.tag === 273 ? number(pixels, 4) : encoded(tag);
      const head = Buffer.concat([number(tag.tag, 2), number(tag.type, 2), number(tag.values.length, 4)]);
      if (value.length > INLINE_BYTES) return Buffer.concat([head, number(store(value), 4)]);
      return Buffer.concat([head, value, Buffer.alloc(INLINE_BYTES - value.length)]);
    });
    return Buffer.concat([number(tags.length, 2), ...entries, number(places[page + 1] ?? 0, 4)]);
  });
  const header = Buffer.concat([Buffer.from(little ? 'II' : 'MM'), number(42, 2), number(8, 4)]);
  return Buffer.concat([header, ...written, ...values, Buffer.alloc(trailing, 0x7e)]);
};
