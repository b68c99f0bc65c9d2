// HTML as a browser's parser sees it: elements with their attributes, and texts.
import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

/** An element; `text` is that of everything in it. */
export type ParsedElement = { name: string; attributes: Record<string, string>; text: string };

const textOf = (node: Node): string => {
  if ('value' in node) return node.value;
  const children = 'content' in node ? node.content.childNodes : 'childNodes' in node ? node.childNodes : [];
  return children.map(textOf).join('');
};

const elementsIn = (node: Node): ParsedElement[] => {
  const children = 'content' in node ? node.content.childNodes : 'childNodes' in node ? node.childNodes : [];
  const inside = children.flatMap(elementsIn);
  if (!('tagName' in node)) return inside;
  const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
  return [{ name: node.tagName, attributes, text: textOf(node) }, ...inside];
};

/** The elements of a fragment, in their order. */
export const elementsOf = (html: string): ParsedElement[] => elementsIn(parseFragment(html));

/** The elements of a document, in their order. */
export const documentElements = (html: string): ParsedElement[] => elementsIn(parse(html));
