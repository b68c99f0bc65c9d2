// How strongly a JPEG was compressed, by its quantisation tables (ITU T.81 B.2.4.1): the quality of the IJG's encoder whose tables,
// the examples of T.81 Annex K scaled by jpeg_quality_scaling() of libjpeg, are nearest to them.

const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const QUANTISATION = 0xdb;
const TABLE_VALUES = 64;
const MAX_QUALITY = 100;

/** Segments before the first scan that are looked at; cameras write a dozen, ICC profiles and long XMP some more. */
const MAX_SEGMENTS = 512;

/** K.1 and K.2, in the zigzag order in which tables are stored. */
const LUMA = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55,
  64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];
const CHROMA = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];
const BASES = [LUMA, CHROMA];

const scaled = (base: number, quality: number): number => {
  const percent = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  return Math.min(255, Math.max(1, Math.trunc((base * percent + 50) / 100)));
};

/** Tables of a DQT segment by their number, as far as the segment has them whole. */
const tablesOf = (segment: Uint8Array): Map<number, number[]> => {
  const tables = new Map<number, number[]>();
  for (let at = 0; at < segment.length; ) {
    const head = segment[at] ?? 0;
    const bytes = head >> 4 === 0 ? 1 : 2;
    const from = at + 1;
    at = from + TABLE_VALUES * bytes;
    if (at > segment.length) break;
    const value = (i: number): number =>
      bytes === 1 ? (segment[from + i] ?? 0) : (segment[from + 2 * i] ?? 0) * 256 + (segment[from + 2 * i + 1] ?? 0);
    tables.set(
      head & 0xf,
      Array.from({ length: TABLE_VALUES }, (_, i) => value(i)),
    );
  }
  return tables;
};

/** All quantisation tables before the first scan. */
const quantisationOf = (bytes: Uint8Array): Map<number, number[]> => {
  const tables = new Map<number, number[]>();
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && bytes[at] === MARKER; count += 1) {
    while (bytes[at + 1] === MARKER) at += 1;
    const marker = bytes[at + 1];
    if (marker === START_OF_SCAN) break;
    const length = (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (marker === QUANTISATION) for (const [id, table] of tablesOf(bytes.subarray(at + 4, at + 2 + length))) tables.set(id, table);
    at += 2 + length;
  }
  return tables;
};

const distance = (table: readonly number[], base: readonly number[], quality: number): number =>
  table.reduce((sum, value, i) => sum + Math.abs(value - scaled(base[i] ?? 0, quality)), 0);

/**
 * The estimated quality, 1..100, or undefined for what is no JPEG or has no tables before its first scan.
 * @param bytes the file from its start; the first scan need not be in it
 */
export const jpegQuality = (bytes: Uint8Array): number | undefined => {
  if (bytes[0] !== MARKER || bytes[1] !== START_OF_IMAGE) return undefined;
  const tables = [...quantisationOf(bytes)].flatMap(([id, table]) => (BASES[id] === undefined ? [] : [{ table, base: BASES[id] }]));
  if (tables.length === 0) return undefined;
  const errors = Array.from({ length: MAX_QUALITY }, (_, i) =>
    tables.reduce((sum, { table, base }) => sum + distance(table, base, i + 1), 0),
  );
  return errors.indexOf(Math.min(...errors)) + 1;
};
