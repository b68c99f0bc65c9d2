// Small questions to a tree of parse5, asked without recursion: pages nest as deep as they like.
import type { DefaultTreeAdapterTypes } from 'parse5';

/** An element of the tree. */
export type HtmlElement = DefaultTreeAdapterTypes.Element;
/** Any node of the tree. */
export type HtmlNode = DefaultTreeAdapterTypes.Node;

/** Nodes looked at for the words of one element: more is no label any more. */
const MOST_NODES = 1_000;

/** Characters of those words: more tells no more about an image. */
const MOST_CHARACTERS = 2_000;

const UNSEEN = new Set(['script', 'style']);

/** Whether a node is an element. */
export const isElement = (node: HtmlNode): node is HtmlElement => 'tagName' in node;

/** An attribute as written; undefined when it is not there. */
export const attribute = (element: HtmlElement, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name && one.prefix === undefined)?.value;

const isTemplate = (node: HtmlNode): node is DefaultTreeAdapterTypes.Template => node.nodeName === 'template';

/** What is written between the tags, also where it is inert. */
export const contentOf = (node: HtmlNode): readonly HtmlNode[] => {
  if (isTemplate(node)) return node.content.childNodes;
  return 'childNodes' in node ? node.childNodes : [];
};

/** Children that are shown: a template has none, unless it declares a shadow root. */
export const childrenOf = (node: HtmlNode): readonly HtmlNode[] =>
  isTemplate(node) && attribute(node, 'shadowrootmode') === undefined ? [] : contentOf(node);

const NOT_SHOWN = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))/i;

/** Whether nobody gets what is in it: by attribute, by its own style, or because it is inert content. */
export const isNotShown = (element: HtmlElement): boolean =>
  attribute(element, 'hidden') !== undefined ||
  NOT_SHOWN.test(attribute(element, 'style') ?? '') ||
  element.tagName === 'noscript' ||
  (element.tagName === 'template' && attribute(element, 'shadowrootmode') === undefined);

const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The text below an element as it is read, in order; `named` gives the words of an element in place of its content. */
export const textBelow = (element: HtmlElement, named: (below: HtmlElement) => string | undefined = () => undefined): string => {
  const pending: HtmlNode[] = [...childrenOf(element)].reverse();
  let text = '';
  for (let seen = 0; seen < MOST_NODES; seen += 1) {
    const node = pending.pop();
    if (node === undefined) break;
    if (node.nodeName === '#text' && 'value' in node) text += node.value;
    if (!isElement(node) || UNSEEN.has(node.tagName) || isNotShown(node)) continue;
    const name = named(node);
    if (name === undefined) pending.push(...[...childrenOf(node)].reverse());
    else text += ` ${name} `;
  }
  return words(text).slice(0, MOST_CHARACTERS);
};

/** The same answer for the same element, found once: thousands of images may stand in one figure or link. */
export const remembered = (find: (element: HtmlElement) => string): ((element: HtmlElement) => string) => {
  const found = new WeakMap<HtmlElement, string>();
  return (element) => {
    const text = found.get(element) ?? find(element);
    found.set(element, text);
    return text;
  };
};

/** All elements of a document by their id; the first one with an id has it. */
export const elementsById = (document: HtmlNode): Map<string, HtmlElement> => {
  const byId = new Map<string, HtmlElement>();
  const pending: HtmlNode[] = [document];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const id = isElement(node) ? attribute(node, 'id') : undefined;
    if (id !== undefined && isElement(node) && !byId.has(id)) byId.set(id, node);
    for (const child of [...childrenOf(node)].reverse()) pending.push(child);
  }
  return byId;
};
