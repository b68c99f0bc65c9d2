// A JPEG with a second picture behind the first, and the list of both (CIPA DC-007), as phones write it.
import sharp from 'sharp';
import { withSegments } from './embed-files.ts';
import { CORNERS, corners } from './pictures.ts';

const NAME = 'MPF\0';
const LIST_BYTES = 4 + 8 + 2 + 12 + 4 + 32;
const LISTED = { first: 0, second: 1 } as const;

const entriesAt = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf(NAME, 0, 'latin1') + NAME.length + 8 + 2 + 12 + 4;

/** What the list says: the first picture's size, and the second one's size and place in the file. */
export const listed = (bytes: Uint8Array): { size: number; second: { size: number; at: number } } => {
  const file = Buffer.from(bytes);
  const base = file.indexOf(NAME, 0, 'latin1') + NAME.length;
  const at = entriesAt(bytes);
  const entry = (which: number) => ({ size: file.readUInt32BE(at + which * 16 + 4), offset: file.readUInt32BE(at + which * 16 + 8) });
  const second = entry(LISTED.second);
  return { size: entry(LISTED.first).size, second: { size: second.size, at: base + second.offset } };
};

/** The file; `before`: segments before the list, `behind`: between it and the picture. */
export const multiPictureFile = async (before: Uint8Array, behind: Uint8Array): Promise<{ bytes: Buffer; second: Buffer }> => {
  const picture = sharp(corners(), { raw: { ...CORNERS, channels: 3 } });
  const [jpeg, second] = [await picture.clone().jpeg().toBuffer(), await picture.clone().negate().jpeg().toBuffer()];
  const list = Buffer.alloc(LIST_BYTES);
  list.write(`${NAME}MM\0\x2a`, 0, 'latin1');
  list.writeUInt32BE(8, 8);
  list.writeUInt16BE(1, 12);
  list.writeUInt16BE(0xb002, 14);
  list.writeUInt16BE(7, 16);
  list.writeUInt32BE(32, 18);
  list.writeUInt32BE(26, 22);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0, LIST_BYTES + 2]), list]);
  const first = withSegments(jpeg, Buffer.concat([before, segment, behind]));
  const at = entriesAt(first);
  const base = first.indexOf(NAME, 0, 'latin1') + NAME.length;
  first.writeUInt32BE(first.length, at + 4);
  first.writeUInt32BE(second.length, at + 16 + 4);
  first.writeUInt32BE(first.length - base, at + 16 + 8);
  return { bytes: Buffer.concat([first, second]), second };
};
