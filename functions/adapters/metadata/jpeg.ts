// JPEG: segments up to the first scan (ITU T.81 annex B); XMP in an APP1 segment of its own (XMP part 3, 1.1.3); C2PA in APP11 (JUMBF).
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { bigEndian, corrupt, fingerprint, hasText, joined, latin1, part, viewOf } from './bytes.ts';
import { type Container, type Inspected, sameLines } from './container.ts';

/** Most bytes of a packet: what a segment holds (65,533) less the name of XMP. */
export const MAX_JPEG_XMP_BYTES = 65_502;

const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENDED = 'http://ns.adobe.com/xmp/extension/\0';
const EXIF = 'Exif\0';
const JUMBF = 'JP';
const MULTI_PICTURE = 'MPF\0';
const LENGTH_BYTES = 2;

const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, app0: 0xe0, app1: 0xe1, app2: 0xe2, app11: 0xeb, tem: 0x01, rst0: 0xd0, rst7: 0xd7 };

/** Bytes `from` to `to` of the file, with the fill bytes before the marker; its content begins at `content`. */
type Segment = { marker: number; from: number; content: number; to: number };

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

/** All segments before the first scan, and where that begins. */
const readSegments = (bytes: Uint8Array): { segments: Segment[]; scan: number } => {
  const segments: Segment[] = [];
  for (let at = 2; ; ) {
    const segment = segmentAt(bytes, at);
    if (segment.marker === MARKER.sos) return { segments, scan: segment.from };
    if (segment.marker === MARKER.eoi) throw corrupt('the JPEG has no picture');
    segments.push(segment);
    at = segment.to;
  }
};

const isNamed = (bytes: Uint8Array, { marker, content, to }: Segment, wanted: number, name: string): boolean =>
  marker === wanted && to - content >= name.length && hasText(bytes, content, name);

const isXmp = (bytes: Uint8Array, segment: Segment): boolean => isNamed(bytes, segment, MARKER.app1, XMP);

const xmpSegment = (xmp: Uint8Array): Uint8Array => {
  if (xmp.length > MAX_JPEG_XMP_BYTES)
    throw new SidecarOnly(`its XMP would have ${xmp.length} bytes, and a JPEG holds ${MAX_JPEG_XMP_BYTES}`);
  const length = bigEndian(LENGTH_BYTES + XMP.length + xmp.length, LENGTH_BYTES);
  return joined([Uint8Array.of(0xff, MARKER.app1), length, latin1(XMP), xmp]);
};

/** After the JFIF and Exif segments that the file begins with, which must come first. */
const placeOfNew = (bytes: Uint8Array, segments: readonly Segment[]): number => {
  const first = segments.findIndex((segment) => segment.marker !== MARKER.app0 && !isNamed(bytes, segment, MARKER.app1, EXIF));
  return first === -1 ? (segments.at(-1)?.to ?? 2) : (segments[first]?.from ?? 2);
};

/** Properties that would be said twice if the extended packet had them as well. */
const OURS = /:(?:AltTextAccessibility|ExtDescrAccessibility|title|subject|CaptionWriter)\b/;

/** Digest of the whole, its length and this part's offset come before the data of an extended packet's segment. */
const EXTENDED_HEAD_BYTES = EXTENDED.length + 32 + 4 + 4;

/** The extended packet that the file brings along, in the order of its segments; '' without one. */
const extendedPacket = (bytes: Uint8Array, segments: readonly Segment[]): string => {
  const parts = segments.filter((segment) => isNamed(bytes, segment, MARKER.app1, EXTENDED));
  const data = parts.map(({ content, to }) => part(bytes, Math.min(content + EXTENDED_HEAD_BYTES, to), to));
  return new TextDecoder().decode(joined(data));
};

const inspect = (bytes: Uint8Array): Inspected => {
  const { segments } = readSegments(bytes);
  const packets = segments.filter((segment) => isXmp(bytes, segment));
  const c2pa = segments.some((segment) => isNamed(bytes, segment, MARKER.app11, JUMBF));
  if (c2pa) return { c2pa };
  if (packets.length > 1) throw new SidecarOnly('it holds two XMP packets');
  if (segments.some((segment) => isNamed(bytes, segment, MARKER.app2, MULTI_PICTURE)))
    throw new SidecarOnly('it holds several pictures (MPF), whose places would change');
  if (OURS.test(extendedPacket(bytes, segments))) throw new SidecarOnly('its extended XMP holds such texts');
  const [packet] = packets;
  if (packet === undefined) return { c2pa };
  return { c2pa, xmp: part(bytes, packet.content + XMP.length, packet.to) };
};

const linesOf = (bytes: Uint8Array): string[] => {
  const { segments, scan } = readSegments(bytes);
  const others = segments.filter((segment) => !isXmp(bytes, segment));
  const lines = others.map(({ marker, from, to }) => fingerprint(marker.toString(16), part(bytes, from, to)));
  return [...lines, fingerprint('scans', part(bytes, scan))];
};

/** JPEG. Extended XMP stays as it is: the packet names it by a digest of its own bytes. */
export const JPEG: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const { segments } = readSegments(bytes);
    const present = segments.find((segment) => isXmp(bytes, segment));
    const from = present?.from ?? placeOfNew(bytes, segments);
    return joined([part(bytes, 0, from), xmpSegment(xmp), part(bytes, present?.to ?? from)]);
  },
  isSameBesideXmp: sameLines(linesOf),
};
