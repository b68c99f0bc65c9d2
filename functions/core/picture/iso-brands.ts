// The brands of an ISO base media file (ISO/IEC 14496-12): pictures (AVIF, HEIC) and videos (MP4, QuickTime) share that form.

/** Brands of pictures that are captioned. */
export const AVIF_BRANDS: readonly string[] = ['avif', 'avis'];

/** Brands of pictures that are refused with a hint. */
export const HEIC_BRANDS: readonly string[] = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'];

/** Most compatible brands that are looked at: files name a dozen at most, and a header may claim that they fill the whole file. */
const MOST_BRANDS = 64;

const BRAND_BYTES = 4;

/** The characters of a part of the file, one for each byte. */
export const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));

/** The major brand, then the compatible ones, `MOST_BRANDS` at most; none for other files. */
export const brandsOf = (bytes: Uint8Array): string[] => {
  if (bytes.length < 12 || ascii(bytes, 4, 8) !== 'ftyp') return [];
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = [ascii(bytes, 8, 12)];
  const end = Math.min(size, bytes.length, 16 + MOST_BRANDS * BRAND_BYTES);
  for (let at = 16; at + BRAND_BYTES <= end; at += BRAND_BYTES) brands.push(ascii(bytes, at, at + BRAND_BYTES));
  return brands;
};
