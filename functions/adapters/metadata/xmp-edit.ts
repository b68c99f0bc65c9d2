// Puts texts into an XMP packet and leaves every other property as it is; what was written is read again before it is given away.
import { DOMException, type Element } from '@xmldom/xmldom';
import { type FileTexts, type LangText, WRITER_PREFIX } from '../../core/embed/file-texts.ts';
import { SidecarOnly } from '../../core/embed/sidecar-only.ts';
import { canonicalText } from './xmp-canon.ts';
import {
  descriptionsOf,
  EMPTY_PACKET,
  elementsOf,
  hasProperty,
  isNamed,
  NAMESPACE,
  type Packet,
  type Property,
  packetBytes,
  parsePacket,
} from './xmp-packet.ts';

/** The properties that are written. Never among them: dates, rights, dc:description, and the fields of pictures that an AI has made. */
export const WRITTEN = {
  alt: { namespace: NAMESPACE.iptc, name: 'AltTextAccessibility' },
  long: { namespace: NAMESPACE.iptc, name: 'ExtDescrAccessibility' },
  title: { namespace: NAMESPACE.dc, name: 'title' },
  keywords: { namespace: NAMESPACE.dc, name: 'subject' },
  writer: { namespace: NAMESPACE.photoshop, name: 'CaptionWriter' },
} as const satisfies Record<string, Property>;

/** where a C2PA manifest lies that is not in the file (C2PA 2.2, 11.5) */
const PROVENANCE = { namespace: NAMESPACE.terms, name: 'provenance' };

const USUAL_PREFIX: Record<string, string> = {
  [NAMESPACE.iptc]: 'Iptc4xmpCore',
  [NAMESPACE.dc]: 'dc',
  [NAMESPACE.photoshop]: 'photoshop',
};

/**
 * The namespace's usual prefix, by which some readers know it, unless that means another one here. Never none, as a default namespace has it:
 * attributes need one.
 */
const prefixAt = (element: Element, namespace: string): string => {
  if (namespace === NAMESPACE.rdf) return element.lookupPrefix(namespace) || 'rdf';
  const usual = USUAL_PREFIX[namespace] ?? 'ns';
  const bound = element.lookupNamespaceURI(usual);
  return bound === null || bound === namespace ? usual : element.lookupPrefix(namespace) || usual;
};

const child = (parent: Element, { namespace, name }: Property): Element => {
  const made = parent.ownerDocument?.createElementNS(namespace, `${prefixAt(parent, namespace)}:${name}`);
  if (made === undefined) throw new SidecarOnly('its XMP packet has no document');
  parent.appendChild(made);
  return made;
};

/** Declares the property's namespace where the properties are, as other programs do, and adds the property. */
const addProperty = (description: Element, property: Property): Element => {
  const prefix = prefixAt(description, property.namespace);
  if (description.lookupNamespaceURI(prefix) === null) description.setAttributeNS(NAMESPACE.xmlns, `xmlns:${prefix}`, property.namespace);
  return child(description, property);
};

const rdf = (name: string): Property => ({ namespace: NAMESPACE.rdf, name });

/** The first element for properties; a new one in a packet without. */
const target = (packet: Packet): Element => {
  const [first] = descriptionsOf(packet);
  if (first !== undefined) return first;
  const made = child(packet.rdf, rdf('Description'));
  made.setAttributeNS(NAMESPACE.rdf, `${prefixAt(made, NAMESPACE.rdf)}:about`, '');
  return made;
};

const emptied = (element: Element): Element => {
  element.textContent = '';
  while (element.attributes.length > 0) {
    const attribute = element.attributes.item(0);
    if (attribute !== null) element.removeAttributeNode(attribute);
  }
  return element;
};

const elementsNamed = (packet: Packet, property: Property): Element[] =>
  descriptionsOf(packet).flatMap((description) => elementsOf(description).filter((element) => isNamed(element, property)));

/** Takes the property away, but for the element `kept`. */
const removeProperty = (packet: Packet, property: Property, kept?: Element): void => {
  for (const description of descriptionsOf(packet)) description.removeAttributeNS(property.namespace, property.name);
  for (const element of elementsNamed(packet, property)) if (element !== kept) element.parentNode?.removeChild(element);
};

/** The property without a value, at its place where it had one. */
const emptyProperty = (packet: Packet, property: Property): Element => {
  const [present] = elementsNamed(packet, property);
  removeProperty(packet, property, present);
  return present === undefined ? addProperty(target(packet), property) : emptied(present);
};

const setAlternatives = (packet: Packet, property: Property, texts: readonly LangText[]): void => {
  const alternatives = child(emptyProperty(packet, property), rdf('Alt'));
  for (const { lang, text } of texts) {
    const item = child(alternatives, rdf('li'));
    item.setAttributeNS(NAMESPACE.xml, 'xml:lang', lang);
    item.textContent = text;
  }
};

const setBag = (packet: Packet, property: Property, words: readonly string[]): void => {
  const bag = child(emptyProperty(packet, property), rdf('Bag'));
  for (const word of words) child(bag, rdf('li')).textContent = word;
};

/** Whom the packet names as the caption's writer. */
const writerOf = (packet: Packet): string | undefined => {
  const { namespace, name } = WRITTEN.writer;
  for (const description of descriptionsOf(packet)) {
    const said =
      description.getAttributeNS(namespace, name) ?? elementsOf(description).find((one) => isNamed(one, WRITTEN.writer))?.textContent;
    if (said) return said.trim();
  }
  return undefined;
};

/** Writes the name of the machine, or takes an older one away; a person's name stays. */
const setWriter = (packet: Packet, writer: string | undefined): boolean => {
  const present = writerOf(packet);
  if (present !== undefined && !present.startsWith(WRITER_PREFIX)) return false;
  if (present === undefined && writer === undefined) return false;
  if (writer === undefined) removeProperty(packet, WRITTEN.writer);
  else emptyProperty(packet, WRITTEN.writer).textContent = writer;
  return true;
};

/** Puts the texts in. @returns the properties that are new or others now */
const apply = (packet: Packet, { alt, long, title, keywords, writer }: FileTexts): Property[] => {
  const changed: Property[] = [];
  const put = (property: Property, texts: readonly LangText[]): void => {
    if (texts.length === 0) return;
    setAlternatives(packet, property, texts);
    changed.push(property);
  };
  put(WRITTEN.alt, alt);
  put(WRITTEN.long, long);
  if (!hasProperty(packet, WRITTEN.title)) put(WRITTEN.title, title);
  if (keywords.length > 0 && !hasProperty(packet, WRITTEN.keywords)) {
    setBag(packet, WRITTEN.keywords, keywords);
    changed.push(WRITTEN.keywords);
  }
  if (setWriter(packet, writer)) changed.push(WRITTEN.writer);
  return changed;
};

/** Hostile packets give `xml` and `xmlns` meanings that they cannot have; the parser takes them, and refuses new elements of such names. */
const applied = (packet: Packet, texts: FileTexts): Property[] => {
  try {
    return apply(packet, texts);
  } catch (thrown) {
    if (thrown instanceof DOMException) throw new SidecarOnly('its XMP packet uses prefixes as XML does not allow');
    throw thrown;
  }
};

/**
 * A packet with these texts: `present` with nothing else changed, or a new one.
 * @throws SidecarOnly for what is no packet or a hostile one, and when another property would change
 */
export const editPacket = (present: Uint8Array | undefined, texts: FileTexts): Uint8Array => {
  const source = present ?? EMPTY_PACKET;
  const packet = parsePacket(source);
  if (hasProperty(packet, PROVENANCE)) throw new SidecarOnly('it is signed (C2PA): its XMP names the manifest');
  if (!packet.rdf.prefix) throw new SidecarOnly('its XMP packet has RDF without a prefix, which hardly any program reads');
  const changed = applied(packet, texts);
  const written = packetBytes(packet);
  if (canonicalText(parsePacket(written), changed) !== canonicalText(parsePacket(source), changed))
    throw new SidecarOnly('its XMP packet would not stay as it is');
  return written;
};
