// Bounds of an XMP packet, found in one pass before any parser sees it: no declarations of entities, no deep nesting, no crowds of attributes.
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { MAX_XMP_BYTES } from '../model/xmp.ts';

/** Deepest nesting of elements; XMP needs about ten. */
const MAX_DEPTH = 32;

/** Most attributes of one element; a Description in its short form has one for each simple property. */
const MAX_ATTRIBUTES = 1_000;

/** Pieces whose content is no markup, by how they begin and end. */
const OPAQUE = [
  { begin: '<!--', end: '-->' },
  { begin: '<![CDATA[', end: ']]>' },
  { begin: '<?', end: '?>' },
] as const;

const after = (packet: string, what: string, from: number): number => {
  const at = packet.indexOf(what, from);
  if (at === -1) throw new SidecarOnly('its XMP packet is not whole');
  return at + what.length;
};

/** Where a tag ends, and how many quoted values it has. */
const tagFrom = (packet: string, from: number): { end: number; values: number } => {
  let values = 0;
  for (let at = from; at < packet.length; at += 1) {
    const character = packet[at];
    if (character === '>') return { end: at + 1, values };
    if (character !== '"' && character !== "'") continue;
    values += 1;
    at = after(packet, character, at + 1) - 1;
  }
  throw new SidecarOnly('its XMP packet is not whole');
};

/** How a tag changes the depth: an empty element does not. */
const step = (packet: string, from: number, end: number): number => {
  if (packet[from + 1] === '/') return -1;
  return packet[end - 2] === '/' ? 0 : 1;
};

const opaqueEnd = (packet: string, from: number): number | undefined => {
  const found = OPAQUE.find(({ begin }) => packet.startsWith(begin, from));
  return found && after(packet, found.end, from + found.begin.length);
};

const checkMarkup = (packet: string): void => {
  let depth = 0;
  for (let at = packet.indexOf('<'); at !== -1; ) {
    const opaque = opaqueEnd(packet, at);
    if (opaque === undefined && packet[at + 1] === '!') throw new SidecarOnly('its XMP packet declares things of its own');
    const { end, values } = opaque === undefined ? tagFrom(packet, at) : { end: opaque, values: 0 };
    depth += opaque === undefined ? step(packet, at, end) : 0;
    if (depth > MAX_DEPTH || values > MAX_ATTRIBUTES) throw new SidecarOnly('its XMP packet is too deep or too wide');
    at = packet.indexOf('<', end);
  }
};

/** The packet's text, safe to parse, without marks and padding around it. @throws SidecarOnly */
export const boundedPacket = (xmp: Uint8Array): string => {
  if (xmp.length > MAX_XMP_BYTES) throw new SidecarOnly(`its XMP packet has more than ${MAX_XMP_BYTES} bytes`);
  let packet: string;
  try {
    packet = new TextDecoder('utf-8', { fatal: true }).decode(xmp).replace(/\0+$/, '');
  } catch {
    throw new SidecarOnly('its XMP packet is not UTF-8');
  }
  checkMarkup(packet);
  return packet;
};
