// HTML -> its images, by the parser that browsers' algorithm is written down in (WHATWG HTML 13.2): parse5, with places in the source.
import { parse, parseFragment } from 'parse5';
import type { ImageElement, PageImage } from '../core/audit/page-image.ts';
import { type ById, imageName, wordsBeside } from './html-names.ts';
import {
  attribute,
  childrenOf,
  contentOf,
  elementsById,
  type HtmlElement,
  type HtmlNode,
  isElement,
  isNotShown,
  remembered,
  textBelow,
} from './html-tree.ts';

/** What an element has from those that it stands in. */
type Around = { isHidden: boolean; isSilent: boolean; lang?: string; control?: HtmlElement; figure?: HtmlElement };

const IMAGE_ROLES = ['img', 'image', 'graphics-document', 'graphics-symbol'];
const NO_ROLES = ['none', 'presentation'];

/** Where an address may stand: scripts that load late keep it beside src. */
const ADDRESSES = ['src', 'data-src', 'data-lazy-src', 'data-original', 'srcset', 'data-srcset', 'href'];

const roleOf = (element: HtmlElement): string => attribute(element, 'role')?.trim().toLowerCase().split(/\s+/)[0] ?? '';

const controlOf = (element: HtmlElement): 'link' | 'button' | undefined => {
  const role = roleOf(element);
  if (role === 'link' || role === 'button') return role;
  if (element.tagName === 'a' && attribute(element, 'href') !== undefined) return 'link';
  return element.tagName === 'button' || element.tagName === 'summary' ? 'button' : undefined;
};

/** Whether screen readers pass over it and all that is in it. */
const isPassedOver = (element: HtmlElement): boolean =>
  attribute(element, 'aria-hidden') === 'true' || attribute(element, 'inert') !== undefined;

/** A link or button that is passed over needs no name: such ones lie over cards, for the mouse alone. */
const inside = (element: HtmlElement, around: Around): Around => {
  const lang = attribute(element, 'lang');
  const isSilent = around.isSilent || isPassedOver(element);
  return {
    ...around,
    isHidden: around.isHidden || isNotShown(element),
    isSilent,
    ...(lang ? { lang } : {}),
    ...(isSilent || controlOf(element) === undefined ? {} : { control: element }),
    ...(element.tagName === 'figure' ? { figure: element } : {}),
  };
};

/** An svg without role and name is an ornament, unless it is all that a link or button has. */
const isImageSvg = (element: HtmlElement, role: string, { control }: Around, byId: ById): boolean =>
  IMAGE_ROLES.includes(role) ||
  imageName(element, byId).text !== undefined ||
  (control !== undefined && wordsBeside(control, element, byId) === '');

const kindOf = (element: HtmlElement, around: Around, byId: ById): ImageElement | undefined => {
  const role = roleOf(element);
  if (element.tagName === 'img') return 'img';
  if (element.tagName === 'input') return attribute(element, 'type')?.trim().toLowerCase() === 'image' ? 'input' : undefined;
  if (element.tagName === 'area') return attribute(element, 'href') === undefined ? undefined : 'area';
  if (element.tagName === 'svg') return isImageSvg(element, role, around, byId) ? 'svg' : undefined;
  return IMAGE_ROLES.includes(role) ? 'role=img' : undefined;
};

const addressOf = (element: HtmlElement): string | undefined =>
  ADDRESSES.map((name) => attribute(element, name)?.trim().split(/[\s,]/)[0]).find((address) => address);

const captionIn = remembered((figure) => {
  const caption = childrenOf(figure).find((child) => isElement(child) && child.tagName === 'figcaption');
  return caption !== undefined && isElement(caption) ? textBelow(caption) : '';
});

const captionOf = (figure: HtmlElement | undefined): string => (figure === undefined ? '' : captionIn(figure));

const ownControl = (kind: ImageElement): PageImage['control'] => (kind === 'input' ? 'button' : kind === 'area' ? 'link' : undefined);

type Visit = { node: HtmlNode; around: Around };

const imageAt = (element: HtmlElement, kind: ImageElement, around: Around, byId: ById): PageImage => {
  const source = addressOf(element);
  const own = around.isSilent ? undefined : ownControl(kind);
  const { startLine = 1, startCol = 1 } = element.sourceCodeLocation ?? {};
  const outer = around.control === element ? undefined : around.control;
  const control = own ?? (outer && controlOf(outer));
  return {
    element: kind,
    line: startLine,
    column: startCol,
    ...(source === undefined ? {} : { source }),
    ...imageName(element, byId),
    isHidden: around.isHidden,
    isSilent: around.isSilent || (NO_ROLES.includes(roleOf(element)) && attribute(element, 'aria-label') === undefined),
    ...(control === undefined ? {} : { control }),
    beside: own !== undefined ? '' : outer === undefined ? captionOf(around.figure) : wordsBeside(outer, element, byId),
    ...(around.lang === undefined ? {} : { lang: around.lang }),
  };
};

/** Images in a noscript, whose content is text to a browser that runs scripts: found and placed, but hidden. */
const imagesOfNoscript = (element: HtmlElement): PageImage[] => {
  const [text] = element.childNodes;
  if (text === undefined || !('value' in text)) return [];
  const firstLine = text.sourceCodeLocation?.startLine ?? 1;
  const fragment = parseFragment(text.value, { sourceCodeLocationInfo: true });
  return imagesBelow(fragment, { isHidden: true, isSilent: false }, new Map()).map((image) => ({
    ...image,
    line: image.line + firstLine - 1,
  }));
};

/** What is below an element, for the walk: children of the role img are part of the image. */
const visitsBelow = (element: HtmlElement, around: Around, kind: ImageElement | undefined): Visit[] => {
  if (kind === 'svg' || kind === 'role=img') return [];
  return contentOf(element).map((node) => ({ node, around }));
};

const imagesBelow = (root: HtmlNode, outside: Around, byId: ById): PageImage[] => {
  const images: PageImage[] = [];
  const pending: Visit[] = childrenOf(root)
    .map((node) => ({ node, around: outside }))
    .reverse();
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const { node, around: outer } = visit;
    if (!isElement(node)) continue;
    const around = inside(node, outer);
    const kind = kindOf(node, around, byId);
    if (kind !== undefined) images.push(imageAt(node, kind, around, byId));
    if (node.tagName === 'noscript') images.push(...imagesOfNoscript(node));
    else for (const below of visitsBelow(node, around, kind).reverse()) pending.push(below);
  }
  return images;
};

/**
 * The images of a page, in the order of the source. XHTML is read as HTML. Pictures of CSS, video posters, objects and frames are not among them;
 * those in templates and noscript are, as hidden ones.
 */
export const htmlImages = (html: string): PageImage[] => {
  const document = parse(html, { sourceCodeLocationInfo: true });
  return imagesBelow(document, { isHidden: false, isSilent: false }, elementsById(document));
};
