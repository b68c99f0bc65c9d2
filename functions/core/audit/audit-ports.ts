// Where pages to audit come from, and how their images are found.
import type { PageImage } from './page-image.ts';

/** A page: its address or path as people know it, and its source. */
export type Page = { name: string; html: string };

/** A page that could not be read, and why, in words that follow its name. */
export type Unreadable = { name: string; why: string };

/** Gives the pages of addresses, files and folders one after the other; what cannot be read is given as that. */
export type PageSource = (targets: readonly string[]) => AsyncIterable<Page | Unreadable>;

/** Finds the images of a page, in the order of the source. */
export type ImageFinder = (html: string) => PageImage[];
