// A picture as HTML and Markdown that can be pasted into a page. `data-alt-origin` is a proposal (whatwg/html issue 11448), not a standard.
import { isVideo } from '../picture/video-format.ts';
import type { CaptionRecord, PictureFacts, Text } from '../record/record.ts';
import type { AltAnswer } from '../text/alt-for.ts';
import { escapeHtml, escapeMarkdown, escapeMarkdownUrl, scriptJson } from './escape.ts';

const LANGUAGE_TAG = /^[a-z0-9-]{1,35}$/i;

/** Attributes in their order; undefined ones are left out. */
const element = (name: string, attributes: Readonly<Record<string, string | undefined>>): string =>
  `<${name}${Object.entries(attributes)
    .map(([attribute, value]) => (value === undefined ? '' : ` ${attribute}="${escapeHtml(value)}"`))
    .join('')}>`;

/** BCP 47, or undefined for what is none. */
export const languageTag = (lang: string | undefined): string | undefined =>
  lang !== undefined && LANGUAGE_TAG.test(lang) ? lang : undefined;

/** `<video>`: it has no alternative text of its own, so the words are its name. */
const videoHtml = ({ width, height }: PictureFacts, url: string, { alt, lang, origin }: AltAnswer): string => {
  const name = alt || undefined;
  const tag = element('video', {
    src: url,
    controls: '',
    preload: 'metadata',
    width: String(width),
    height: String(height),
    'aria-label': name,
    lang: name && languageTag(lang),
    'data-alt-origin': name && origin,
  });
  return `${tag}</video>`;
};

const pictureHtml = (picture: PictureFacts | undefined, url: string, { alt, lang, origin }: AltAnswer): string =>
  element('img', {
    src: url,
    alt: alt ?? undefined,
    lang: alt ? languageTag(lang) : undefined,
    width: picture && String(picture.width),
    height: picture && String(picture.height),
    loading: 'lazy',
    'data-alt-origin': alt === null ? undefined : origin,
  });

/** `<img>`, or `<video>` for a video; without `alt` when nobody has described the picture yet: that is not the same as an empty one. */
export const imgHtml = ({ picture }: CaptionRecord, url: string, answer: AltAnswer): string =>
  isVideo(picture?.format) ? videoHtml(picture, url, answer) : pictureHtml(picture, url, answer);

/** Letters and digits alone: two texts with the same ones are heard as the same. */
const heard = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** `<figure>` with what a caption adds; a caption that only repeats the alternative text is left out, as it would be read twice. */
export const figureHtml = (img: string, { alt, status }: AltAnswer, captions: readonly (Text | undefined)[]): string => {
  const caption = captions.find((text) => text !== undefined && text.text !== '' && heard(text.text) !== heard(alt ?? ''));
  if (caption === undefined || status === 'decorative') return `<figure>${img}</figure>`;
  return `<figure>${img}${element('figcaption', { lang: languageTag(caption.lang) })}${escapeHtml(caption.text)}</figcaption></figure>`;
};

/** `<meta>` elements, one a line; `key` is `property` for Open Graph and `name` for X. */
export const metaHtml = (key: 'property' | 'name', tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, content]) => element('meta', { [key]: name, content }))
    .join('\n');

/** JSON-LD as a `<script>` for the page's head. */
export const scriptHtml = (jsonLd: object): string => `<script type="application/ld+json">${scriptJson(jsonLd)}</script>`;

/** A picture in Markdown; one without a text yet has an empty description there, as Markdown knows no other. A video, which Markdown cannot show, is a link. */
export const imageMarkdown = ({ picture }: CaptionRecord, url: string, { alt }: AltAnswer): string =>
  isVideo(picture?.format)
    ? `[${escapeMarkdown(alt || 'Video')}](${escapeMarkdownUrl(url)})`
    : `![${escapeMarkdown(alt ?? '')}](${escapeMarkdownUrl(url)})`;
