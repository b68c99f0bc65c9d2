// Several pictures in one JPEG (CIPA DC-007): a list of their sizes, and of their places counted from the list itself.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { copyOf, viewOf } from './bytes.ts';

/** How the list's segment begins. */
export const MULTI_PICTURE = 'MPF\0';

const ENTRIES_TAG = 0xb002;
const TAG_BYTES = 12;
const PICTURE_BYTES = 16;
const LITTLE_ENDIAN = 0x4949;
const MAX_PICTURES = 1_000;

type List = { view: DataView; little: boolean; at: number; count: number };

const listOf = (segment: Uint8Array): List => {
  const view = viewOf(segment.subarray(MULTI_PICTURE.length));
  const little = view.getUint16(0) === LITTLE_ENDIAN;
  const directory = view.getUint32(4, little);
  const tags = view.getUint16(directory, little);
  for (let i = 0; i < tags; i += 1) {
    const tag = directory + 2 + i * TAG_BYTES;
    if (view.getUint16(tag, little) !== ENTRIES_TAG) continue;
    const [count, at] = [view.getUint32(tag + 4, little) / PICTURE_BYTES, view.getUint32(tag + 8, little)];
    if (Number.isInteger(count) && count <= MAX_PICTURES && at + count * PICTURE_BYTES <= view.byteLength)
      return { view, little, at, count };
  }
  throw new RangeError('no list of pictures');
};

const grown = (segment: Uint8Array, growth: number, moved: number): Uint8Array => {
  const copy = copyOf(segment);
  const { view, little, at, count } = listOf(copy);
  const add = (place: number, more: number): void => {
    const value = view.getUint32(place, little);
    // 0: the first picture's place, and a size that is not told
    if (value !== 0) view.setUint32(place, value + more, little);
  };
  for (let i = 0; i < count; i += 1) {
    const picture = at + i * PICTURE_BYTES;
    if (i === 0) add(picture + 4, growth);
    add(picture + 8, moved);
  }
  return copy;
};

/**
 * The content of the list's segment when the first picture has grown by `growth` bytes, of which `moved` lie between the list and the others.
 * @throws SidecarOnly for a list that cannot be read
 */
export const grownList = (segment: Uint8Array, growth: number, moved: number): Uint8Array => {
  try {
    return grown(segment, growth, moved);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new SidecarOnly('it holds several pictures, and the list of them cannot be read');
    throw thrown;
  }
};
