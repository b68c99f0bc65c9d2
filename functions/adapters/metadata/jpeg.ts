// JPEG: XMP in an APP1 segment of its own (XMP part 3, 1.1.3); C2PA in APP11 (JUMBF). What counts bytes of the file is set right.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { joinedBytes } from '../../core/joined-bytes.ts';
import { bigEndian, fingerprint, hasText, latin1, part } from './bytes.ts';
import { type Container, type Inspected, sameLines } from './container.ts';
import { LENGTH_BYTES, MARKER, readSegments, type Segment } from './jpeg-segments.ts';
import { grownList, MULTI_PICTURE } from './multi-picture.ts';

/** Most bytes of a packet: what a segment holds (65,533) less the name of XMP. */
const MAX_JPEG_XMP_BYTES = 65_502;

const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENDED = 'http://ns.adobe.com/xmp/extension/\0';
const EXIF = 'Exif\0';
const JUMBF = 'JP';

const isNamed = (bytes: Uint8Array, { marker, content, to }: Segment, wanted: number, name: string): boolean =>
  marker === wanted && to - content >= name.length && hasText(bytes, content, name);

const isXmp = (bytes: Uint8Array, segment: Segment): boolean => isNamed(bytes, segment, MARKER.app1, XMP);

const xmpSegment = (xmp: Uint8Array): Uint8Array => {
  if (xmp.length > MAX_JPEG_XMP_BYTES)
    throw new SidecarOnly(`its XMP would have ${xmp.length} bytes, and a JPEG holds ${MAX_JPEG_XMP_BYTES}`);
  const length = bigEndian(LENGTH_BYTES + XMP.length + xmp.length, LENGTH_BYTES);
  return joinedBytes([Uint8Array.of(0xff, MARKER.app1), length, latin1(XMP), xmp]);
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
  return new TextDecoder().decode(joinedBytes(data));
};

const inspect = (bytes: Uint8Array): Inspected => {
  const { segments } = readSegments(bytes);
  const packets = segments.filter((segment) => isXmp(bytes, segment));
  const c2pa = segments.some((segment) => isNamed(bytes, segment, MARKER.app11, JUMBF));
  if (c2pa) return { c2pa };
  if (packets.length > 1) throw new SidecarOnly('it holds two XMP packets');
  if (OURS.test(extendedPacket(bytes, segments))) throw new SidecarOnly('its extended XMP holds such texts');
  const [packet] = packets;
  if (packet === undefined) return { c2pa };
  return { c2pa, xmp: part(bytes, packet.content + XMP.length, packet.to) };
};

const isList = (bytes: Uint8Array, segment: Segment): boolean => isNamed(bytes, segment, MARKER.app2, MULTI_PICTURE);

/** A segment as it is when the XMP at `place` has grown: only a list of pictures counts on it. */
const segmentAfter = (bytes: Uint8Array, segment: Segment, place: number, growth: number): Uint8Array => {
  const { from, content, to } = segment;
  if (!isList(bytes, segment)) return part(bytes, from, to);
  return joinedBytes([part(bytes, from, content), grownList(part(bytes, content, to), growth, from < place ? growth : 0)]);
};

/** All but the XMP, as it would be without it. */
const linesOf = (bytes: Uint8Array): string[] => {
  const { segments, scan } = readSegments(bytes);
  const xmp = segments.find((segment) => isXmp(bytes, segment));
  const [place, size] = xmp === undefined ? [0, 0] : [xmp.from, xmp.to - xmp.from];
  const others = segments.filter((segment) => !isXmp(bytes, segment));
  const lines = others.map((segment) => fingerprint(segment.marker.toString(16), segmentAfter(bytes, segment, place, -size)));
  return [...lines, fingerprint('scans', part(bytes, scan))];
};

/** JPEG. Extended XMP stays as it is: the packet names it by a digest of its own bytes. */
export const JPEG: Container = {
  inspect,
  withXmp(bytes, xmp) {
    const { segments, scan } = readSegments(bytes);
    const present = segments.find((segment) => isXmp(bytes, segment));
    const place = present?.from ?? placeOfNew(bytes, segments);
    const written = xmpSegment(xmp);
    const growth = written.length - (present === undefined ? 0 : present.to - present.from);
    const others = segments.filter((segment) => segment !== present);
    const after = (segment: Segment): Uint8Array => segmentAfter(bytes, segment, place, growth);
    const [before, behind] = [others.filter(({ from }) => from < place), others.filter(({ from }) => from >= place)];
    return joinedBytes([part(bytes, 0, 2), ...before.map(after), written, ...behind.map(after), part(bytes, scan)]);
  },
  isSameBesideXmp: sameLines(linesOf),
};
