// Segments of a JPEG up to its first scan (ITU T.81 annex B).
import { corrupt, viewOf } from './bytes.ts';
import { MAX_PARTS } from './container.ts';

/** Bytes of a segment's length, which counts itself. */
export const LENGTH_BYTES = 2;

/** Markers by their second byte. */
export const MARKER = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app11: 0xeb,
  tem: 0x01,
  rst0: 0xd0,
  rst7: 0xd7,
};

/** Bytes `from` to `to` of the file, with the fill bytes before the marker; its content begins at `content`. */
export type Segment = { marker: number; from: number; content: number; to: number };

const hasLength = (marker: number): boolean => marker !== MARKER.tem && (marker < MARKER.rst0 || marker > MARKER.rst7);

const segmentAt = (bytes: Uint8Array, from: number): Segment => {
  const view = viewOf(bytes);
  if (view.getUint8(from) !== 0xff) throw corrupt('there is no marker where a segment of the JPEG begins');
  let at = from + 1;
  while (view.getUint8(at) === 0xff) at += 1;
  const marker = view.getUint8(at);
  if (marker === 0 || marker === MARKER.soi) throw corrupt('a segment of the JPEG has no right marker');
  const content = at + 1;
  if (marker === MARKER.sos || marker === MARKER.eoi || !hasLength(marker)) return { marker, from, content, to: content };
  const length = view.getUint16(content);
  if (length < LENGTH_BYTES || content + length > bytes.length) throw corrupt('a segment of the JPEG has no right length');
  return { marker, from, content: content + LENGTH_BYTES, to: content + length };
};

/** All segments before the first scan, and where that begins. @throws PictureError CORRUPT, RangeError beyond the end */
export const readSegments = (bytes: Uint8Array): { segments: Segment[]; scan: number } => {
  const segments: Segment[] = [];
  for (let at = 2; ; ) {
    const segment = segmentAt(bytes, at);
    if (segment.marker === MARKER.sos) return { segments, scan: segment.from };
    if (segment.marker === MARKER.eoi) throw corrupt('the JPEG has no picture');
    if (segments.push(segment) > MAX_PARTS) throw corrupt('the JPEG has too many segments');
    at = segment.to;
  }
};
