// An XMP packet as one text that is the same whenever its properties are, whatever their prefixes, order of attributes and white space.
import type { Element } from '@xmldom/xmldom';
import { childrenOf, descriptionsOf, elementsOf, isNamed, NAMESPACE, type Packet, type Property } from './xmp-packet.ts';

const TEXT = 3;
const CDATA = 4;

const isAny = (node: { namespaceURI: string | null; localName: string | null }, properties: readonly Property[]): boolean =>
  properties.some((property) => isNamed(node, property));

const attributesOf = (element: Element, without: readonly Property[]): string[] =>
  Array.from({ length: element.attributes.length }, (_, i) => element.attributes.item(i))
    .flatMap((attribute) =>
      attribute === null || attribute.namespaceURI === NAMESPACE.xmlns || isAny(attribute, without) ? [] : [attribute],
    )
    .map(({ namespaceURI, localName, value }) => JSON.stringify([namespaceURI ?? '', localName, value]))
    .toSorted();

const textOf = (element: Element): string =>
  childrenOf(element)
    .filter(({ nodeType }) => nodeType === TEXT || nodeType === CDATA)
    .map(({ nodeValue }) => nodeValue ?? '')
    .join('');

/** White space between elements is no content. */
const canonOf = (element: Element, without: readonly Property[]): string => {
  const inside = elementsOf(element).filter((child) => !isAny(child, without));
  const text = textOf(element);
  const said = elementsOf(element).length > 0 ? text.replace(/\s+/g, ' ').trim() : text;
  const name = JSON.stringify([element.namespaceURI, element.localName]);
  return `(${name} ${attributesOf(element, without).join(' ')} ${JSON.stringify(said)} ${inside.map((child) => canonOf(child, [])).join('')})`;
};

const ABOUT = { namespace: NAMESPACE.rdf, name: 'about' };

/** All properties of a packet but those named; a Description that has no others is none. */
export const canonicalText = (packet: Packet, without: readonly Property[]): string => {
  const descriptions = descriptionsOf(packet);
  const empty = descriptions.filter(
    (description) =>
      elementsOf(description).every((child) => isAny(child, without)) && attributesOf(description, [...without, ABOUT]).length === 0,
  );
  const others = elementsOf(packet.rdf).filter((element) => !empty.includes(element));
  return others.map((element) => canonOf(element, descriptions.includes(element) ? without : [])).join('\n');
};
