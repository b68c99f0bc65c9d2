// An image as a page shows it, with everything that its alternative text is judged by. Names follow "Accessible Name and Description Computation" 1.2.

/** What counts as an image: an element, or whatever has the role. */
export type ImageElement = 'img' | 'input' | 'area' | 'svg' | 'role=img';

/** Where the text comes from. */
export type NameSource = 'aria-labelledby' | 'aria-label' | 'alt' | 'svg title' | 'title';

/** One image of a page; lines and columns count from 1. */
export type PageImage = {
  element: ImageElement;
  line: number;
  column: number;
  /** address as it is written: of src, of what a script will load, or of srcset */
  source?: string;
  /** the alternative as it is written; undefined: there is none, which differs from an empty one */
  text?: string;
  from?: NameSource;
  /** nobody gets it: hidden, display: none, or inert in a template or noscript */
  isHidden: boolean;
  /** seen, but silent: aria-hidden, or role none or presentation */
  isSilent: boolean;
  /** it is a link or button, or stands in one */
  control?: 'link' | 'button';
  /** other words of that link or button, or the figcaption */
  beside: string;
  /** BCP 47 */
  lang?: string;
};
