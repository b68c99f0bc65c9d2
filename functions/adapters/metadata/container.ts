// What every file format must tell and do so that texts can be written into its XMP packet and nothing else changes.

/** What of a file matters for writing: its XMP packet, if any, and whether a C2PA manifest signs its bytes. */
export type Inspected = { xmp?: Uint8Array; c2pa: boolean };

/** One file format. All throw PictureError CORRUPT for a file that is not as the format says, and RangeError beyond its end. */
export type Container = {
  /** @throws SidecarOnly for a file whose packet cannot be changed */
  inspect(bytes: Uint8Array): Inspected;
  /** the file with this packet instead of its own, or as its first one; nothing else changes. @throws SidecarOnly */
  withXmp(bytes: Uint8Array, xmp: Uint8Array): Uint8Array;
  /** whether two files are the same but for their XMP packets: the picture's data as they are stored, and all other metadata */
  isSameBesideXmp(before: Uint8Array, after: Uint8Array): boolean;
};

/** Most parts (segments, chunks, boxes, pages) that are looked at in one file. */
export const MAX_PARTS = 100_000;

/** Compares two files by lines that tell each part of them but the XMP packet. */
export const sameLines =
  (linesOf: (bytes: Uint8Array) => string[]): Container['isSameBesideXmp'] =>
  (before, after) => {
    const [one, other] = [linesOf(before), linesOf(after)];
    return one.length === other.length && one.every((line, i) => line === other[i]);
  };
