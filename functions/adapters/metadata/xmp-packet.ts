// An XMP packet as a tree (XMP part 1, 7): rdf:RDF with rdf:Description elements whose attributes and children are the properties.
import { DOMParser, type Document, type Element, type Node, XMLSerializer } from '@xmldom/xmldom';
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { boundedPacket } from './xmp-bounds.ts';

/** Namespaces that are read or written. */
export const NAMESPACE = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
  dc: 'http://purl.org/dc/elements/1.1/',
  terms: 'http://purl.org/dc/terms/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  iptc: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
} as const;

/** A property by namespace and name. */
export type Property = { namespace: string; name: string };

/** A parsed packet. */
export type Packet = { document: Document; rdf: Element };

/** A packet without properties. */
export const EMPTY_PACKET = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${NAMESPACE.rdf}"></rdf:RDF></x:xmpmeta>`;

const PACKET_MARK = 'xpacket';
/** as XMP part 1, 7.3.2 has it: a byte order mark, and an id that is the same everywhere */
const BEGIN = '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>';
const END = '<?xpacket end="w"?>';
const PROCESSING_INSTRUCTION = 7;
const ELEMENT = 1;

/** The parser's one warning that is none: the character is allowed, and texts may hold it. */
const REPLACEMENT_CHARACTER = 'Unicode replacement character detected';

const parser = new DOMParser({
  locator: false,
  normalizeLineEndings: (source) => source.replace(/\r\n?/g, '\n'),
  onError: (_, message) => {
    if (!message.startsWith(REPLACEMENT_CHARACTER)) throw new Error(message);
  },
});

/** Children of a node, one after another. */
export const childrenOf = (node: Node): Node[] => {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
};

const isElement = (node: Node): node is Element => node.nodeType === ELEMENT;

/** Elements among the children of a node. */
export const elementsOf = (node: Node): Element[] => childrenOf(node).filter(isElement);

/** Whether an element or attribute has this name. */
export const isNamed = (node: { namespaceURI: string | null; localName: string | null }, { namespace, name }: Property): boolean =>
  node.namespaceURI === namespace && node.localName === name;

const RDF = { namespace: NAMESPACE.rdf, name: 'RDF' };
const DESCRIPTION = { namespace: NAMESPACE.rdf, name: 'Description' };

const parsed = (packet: string): Document => {
  try {
    return parser.parseFromString(packet, 'application/xml');
  } catch {
    throw new SidecarOnly('its XMP packet is no XML');
  }
};

/** @throws SidecarOnly for what is no XMP packet, or a hostile one */
export const parsePacket = (xmp: Uint8Array | string): Packet => {
  const document = parsed(typeof xmp === 'string' ? xmp : boundedPacket(xmp));
  const roots = elementsOf(document);
  const rdf = [...roots, ...roots.flatMap(elementsOf)].find((element) => isNamed(element, RDF));
  if (rdf === undefined) throw new SidecarOnly('its XMP packet holds no RDF');
  return { document, rdf };
};

/** The elements that hold the properties. */
export const descriptionsOf = ({ rdf }: Packet): Element[] => elementsOf(rdf).filter((element) => isNamed(element, DESCRIPTION));

/** Whether one of the properties is there, as an element or as an attribute. */
export const hasProperty = (packet: Packet, wanted: Property): boolean =>
  descriptionsOf(packet).some(
    (description) =>
      description.hasAttributeNS(wanted.namespace, wanted.name) || elementsOf(description).some((element) => isNamed(element, wanted)),
  );

const serialized = (nodes: readonly Node[]): string[] => {
  const serializer = new XMLSerializer();
  try {
    return nodes.map((node) => serializer.serializeToString(node, { requireWellFormed: true }).trim());
  } catch {
    throw new SidecarOnly('its XMP packet holds what XML cannot');
  }
};

/** The packet as UTF-8 with its marks; other instructions and comments around the tree stay. @throws SidecarOnly */
export const packetBytes = ({ document }: Packet): Uint8Array => {
  const isMark = (node: Node): boolean => node.nodeType === PROCESSING_INSTRUCTION && [PACKET_MARK, 'xml'].includes(node.nodeName);
  const lines = serialized(childrenOf(document).filter((node) => !isMark(node))).filter((line) => line !== '');
  // a carriage return that was written as a reference must stay one
  return new TextEncoder().encode([BEGIN, ...lines, END].join('\n').replaceAll('\r', '&#xD;'));
};
