// Names of elements as browsers compute them: "Accessible Name and Description Computation" 1.2, the parts that images need.
import type { NameSource } from '../core/audit/page-image.ts';
import { attribute, childrenOf, type HtmlElement, isElement, remembered, textBelow } from './html-tree.ts';

/** A name and where it comes from; no text: there is none. */
export type ElementName = { text?: string; from?: NameSource };

/** Gives the elements of a page by id. */
export type ById = ReadonlyMap<string, HtmlElement>;

const isThere = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';

/** More elements than these make no label together. */
const MOST_LABELS = 20;

/** The words in an element, those of its images among them. */
const wordsIn = remembered((element) => textBelow(element, imageWords));

const labelledBy = (element: HtmlElement, byId: ById): string =>
  (attribute(element, 'aria-labelledby') ?? '')
    .split(/\s+/, MOST_LABELS)
    .map((id) => byId.get(id))
    .map((label) => (label === undefined ? '' : (attribute(label, 'aria-label') ?? wordsIn(label))))
    .join(' ')
    .trim();

/** The text of an svg's own title element. */
const svgTitle = (element: HtmlElement): string | undefined => {
  const title = childrenOf(element).find((child) => isElement(child) && child.tagName === 'title');
  return title === undefined || !isElement(title) ? undefined : textBelow(title);
};

const HAVE_ALT = ['img', 'input', 'area'];

/** The name of an image: labels before alt, an empty alt before a title. */
export const imageName = (element: HtmlElement, byId: ById): ElementName => {
  const candidates: readonly (readonly [NameSource, string | undefined])[] = [
    ['aria-labelledby', labelledBy(element, byId)],
    ['aria-label', attribute(element, 'aria-label')],
    ['alt', HAVE_ALT.includes(element.tagName) ? attribute(element, 'alt') : undefined],
    ['svg title', element.tagName === 'svg' ? svgTitle(element) : undefined],
    ['title', attribute(element, 'title')],
  ];
  const found = candidates.find(([from, text]) => (from === 'alt' ? text !== undefined : isThere(text)));
  return found?.[1] === undefined ? {} : { from: found[0], text: found[1] };
};

/** Words of an image inside something else; undefined: it is no image. */
export const imageWords = (element: HtmlElement): string | undefined => {
  if (attribute(element, 'aria-hidden') === 'true') return '';
  const label = attribute(element, 'aria-label');
  if (isThere(label)) return label;
  if (element.tagName === 'img') return attribute(element, 'alt') ?? attribute(element, 'title') ?? '';
  return element.tagName === 'svg' ? (svgTitle(element) ?? '') : undefined;
};

/** The words of a link or button beside one of its images. */
export const wordsBeside = (control: HtmlElement, image: HtmlElement, byId: ById): string => {
  const label = labelledBy(control, byId) || attribute(control, 'aria-label')?.trim();
  if (label) return label;
  const text = imageWords(image) === '' ? wordsIn(control) : textBelow(control, (below) => (below === image ? '' : imageWords(below)));
  return text === '' ? (attribute(control, 'title')?.trim() ?? '') : text;
};
