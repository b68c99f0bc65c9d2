// Where a link leads, as far as its address says so to people (WAI tutorial "Functional images": the destination is the alt text).
import { capitalised } from './letters.ts';

/** What an address tells. `home`: the top of a site, with its name when it is another one; `picture`: a picture file. */
export type Destination = { kind: 'home'; site?: string } | { kind: 'picture' } | { kind: 'words'; words: string };

/** Addresses are read relative to this one; names that end with .invalid are nobody's (RFC 2606). */
const THIS_SITE = 'https://this-site.invalid';

const PICTURE = /\.(?:jpe?g|png|gif|webp|avif|tiff?|bmp|svg)$/i;
const DOCUMENT = /\.(pdf|docx?|xlsx?|pptx?|odt|ods|csv|zip|epub|mp3|mp4|txt)$/i;
const PAGE = /\.(?:html?|php|aspx?|jsp)$/i;
/** An address of the page that the link is on. */
const SAME_PAGE = /^[#?]/;

const INDEX = /^(?:index|default|home)$/i;

/** The top of a site in one language: "/en/", "/pt-br". */
const LANGUAGE = /^[a-z]{2}(?:-[a-z]{2})?$/i;

/** What cameras, scanners and programs call pictures before a number. */
const CAMERA = /^(?:img|dscn?|dscf|pxl|mvimg|photo|image|picture|screenshot|scan|untitled|unnamed|download|file)$/i;

/** More words than these are no name of a page. */
const MOST_WORDS = 10;

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
};

const urlOf = (href: string): URL | undefined => {
  try {
    return new URL(href.trim(), THIS_SITE);
  } catch {
    return undefined;
  }
};

/** A word that people would say: letters, and in Latin script a vowel among them; or a number such as a year. */
const isSayable = (word: string): boolean =>
  /^\p{N}{1,4}$/u.test(word) || (/^[\p{L}\p{M}'’]+$/u.test(word) && (/[aeiouyà-öø-ÿ]/i.test(word) || !/[a-z]/i.test(word)));

/** The words of a part of an address or key; undefined when it is an identifier. */
export const spokenPart = (part: string): string | undefined => {
  const words = part.split(/[-_+.\s]+/).filter((word) => word !== '');
  if (CAMERA.test(words[0] ?? '') && words.slice(1).every((word) => /^\p{N}+$/u.test(word))) return undefined;
  const isName = words.length <= MOST_WORDS && words.every(isSayable) && words.some((word) => /\p{L}{3}|[^\p{ASCII}]/u.test(word));
  return isName ? capitalised(words.join(' ')) : undefined;
};

const words = (said: string | undefined): Destination | undefined => (said === undefined ? undefined : { kind: 'words', words: said });

const siteOf = ({ origin, hostname }: URL): { site?: string } => (origin === THIS_SITE ? {} : { site: hostname.replace(/^www\./, '') });

const ofFile = (last: string): Destination | undefined => {
  if (PICTURE.test(last)) return { kind: 'picture' };
  const [, format] = DOCUMENT.exec(last) ?? [];
  const said = spokenPart(last.replace(DOCUMENT, '').replace(PAGE, ''));
  return words(said === undefined || format === undefined ? said : `${said} (${format.toUpperCase()})`);
};

const ofPage = (url: URL, href: string): Destination | undefined => {
  const place = spokenPart(decoded(url.hash.slice(1)));
  if (place !== undefined || SAME_PAGE.test(href)) return words(place);
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const folders = INDEX.test((parts.at(-1) ?? '').replace(PAGE, '')) ? parts.slice(0, -1) : parts;
  const last = folders.at(-1);
  const isTop = last === undefined || (folders.length === 1 && LANGUAGE.test(last));
  return isTop ? { kind: 'home', ...siteOf(url) } : ofFile(decoded(last));
};

const withoutScheme = ({ href, protocol }: URL): string => decoded(href.slice(protocol.length).split('?')[0] ?? '');

const told = (action: string, whom: string): Destination | undefined => words(whom === '' ? undefined : `${action} ${whom}`);

/** Where an address leads; undefined when it says nothing to people. */
export const destinationOf = (href: string): Destination | undefined => {
  const url = href.trim() === '' ? undefined : urlOf(href);
  if (url === undefined) return undefined;
  if (url.protocol === 'mailto:') return told('E-mail', withoutScheme(url));
  if (url.protocol === 'tel:') return told('Call', withoutScheme(url));
  return url.protocol === 'https:' || url.protocol === 'http:' ? ofPage(url, href.trim()) : undefined;
};
