// Reads a written copy again in ways that have no part in writing it: with sharp (libvips), and with the reader of uploads.
import sharp, { type Metadata } from 'sharp';
import type { FileTexts, LangText } from '../../core/embed/file-texts.ts';
import { PictureError } from '../../core/errors.ts';
import { embeddedTexts, MAX_EMBEDDED_TEXT_LENGTH } from '../model/xmp.ts';
import { fingerprint } from './bytes.ts';

/** Pages or frames whose pixels are compared; all bytes of a picture's data are compared besides. */
const MAX_PAGES = 4;

/** Most pixels that are decoded; beyond what services are set to caption, and 600 MB in RGB. */
const MAX_PIXELS = 200_000_000;

const LIMITS = { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true } as const;

const failed = (what: string): PictureError => new PictureError('INTERNAL', `nothing was written, because the copy ${what}`);

const opened = async <T>(read: () => Promise<T>, which: string): Promise<T> => {
  try {
    return await read();
  } catch (cause) {
    throw new PictureError('CORRUPT', `${which} cannot be decoded`, cause);
  }
};

/** A digest of the pixels of one page, so that never two pictures are held. */
const pixelsOf = async (bytes: Uint8Array, page: number, which: string): Promise<string> => {
  const read = () =>
    sharp(bytes, { ...LIMITS, page })
      .raw()
      .toBuffer({ resolveWithObject: true });
  const { data, info } = await opened(read, which);
  return fingerprint(JSON.stringify(info), data);
};

/** All that sharp tells of a file but its packet and what follows from its length. */
const factsOf = ({ xmp: _, xmpAsString: __, size: ___, ...facts }: Metadata): string =>
  JSON.stringify(facts, (____, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value));

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

const checkTexts = (xmp: Uint8Array | undefined, { alt, long }: FileTexts): void => {
  const read = embeddedTexts(xmp);
  const isRead = ([first]: readonly LangText[], text: string | undefined): boolean => {
    if (first === undefined) return true;
    const written = oneLine(first.text);
    // that reader takes no longer ones; the packet itself has been compared before
    return written === text || written.length > MAX_EMBEDDED_TEXT_LENGTH;
  };
  if (!isRead(alt, read.alt?.text) || !isRead(long, read.long?.text)) throw failed('does not give the texts back');
};

/**
 * Makes sure that a copy has the texts, and pixels and metadata of its original.
 * @throws PictureError CORRUPT when either cannot be decoded, INTERNAL when they differ
 */
export const checkCopy = async (original: Uint8Array, copy: Uint8Array, texts: FileTexts): Promise<void> => {
  const before = await opened(() => sharp(original, LIMITS).metadata(), 'the picture');
  const after = await opened(() => sharp(copy, LIMITS).metadata(), 'the copy');
  checkTexts(after.xmp, texts);
  if (factsOf(before) !== factsOf(after)) throw failed('differs in other metadata');
  for (let page = 0; page < Math.min(before.pages ?? 1, MAX_PAGES); page += 1) {
    const pixels = await pixelsOf(original, page, 'the picture');
    if (pixels !== (await pixelsOf(copy, page, 'the copy'))) throw failed('differs in its pixels');
  }
};
