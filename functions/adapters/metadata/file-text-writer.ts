// Texts into copies of files, by format; and every copy is checked before anybody gets it.
import type { FileTexts, TextWriter } from '../../core/embed/file-texts.ts';
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { PictureError } from '../../core/errors.ts';
import type { PictureFormat } from '../../core/picture/picture-format.ts';
import { AVIF } from './avif.ts';
import { corrupt, fingerprint } from './bytes.ts';
import { checkCopy } from './checked-copy.ts';
import type { Container } from './container.ts';
import { JPEG } from './jpeg.ts';
import { PNG } from './png.ts';
import { TIFF } from './tiff.ts';
import { WEBP } from './webp.ts';
import { editPacket } from './xmp-edit.ts';

const CONTAINERS: Record<Exclude<PictureFormat, 'gif'>, Container> = { jpeg: JPEG, png: PNG, webp: WEBP, avif: AVIF, tiff: TIFF };

/** Reads beyond a file's end are the file's fault. */
const whole = <T>(read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof PictureError) throw thrown;
    if (thrown instanceof RangeError) throw corrupt('the file ends before its parts do');
    throw thrown;
  }
};

/** A copy whose structure was checked: its packet is the one that was made, and everything else is as in the original. */
const written = (container: Container, bytes: Uint8Array, texts: FileTexts): Uint8Array => {
  const { c2pa, xmp } = container.inspect(bytes);
  if (c2pa) throw new SidecarOnly('it is signed (C2PA), and any change would break the signature');
  const packet = editPacket(xmp, texts);
  const copy = container.withXmp(bytes, packet);
  const read = container.inspect(copy).xmp;
  if (read === undefined || fingerprint('', read) !== fingerprint('', packet) || !container.isSameBesideXmp(bytes, copy))
    throw new PictureError('INTERNAL', 'nothing was written, because the copy would differ in more than its texts');
  return copy;
};

/** The structure of a file with texts, without decoding it. @throws SidecarOnly, PictureError CORRUPT, INTERNAL */
export const copyWithTexts = (bytes: Uint8Array, format: PictureFormat, texts: FileTexts): Uint8Array => {
  if (format === 'gif') throw new SidecarOnly('hardly any program reads XMP in a GIF');
  return whole(() => written(CONTAINERS[format], bytes, texts));
};

/** Writes texts into JPEG, PNG, WebP, AVIF and TIFF. */
export const fileTextWriter: TextWriter = {
  async copyWith(bytes, format, texts) {
    const copy = copyWithTexts(bytes, format, texts);
    await checkCopy(bytes, copy, texts);
    return copy;
  },
  sidecar: async (texts) => editPacket(undefined, texts),
};
