// What a page says about its picture when it is shared: Open Graph (https://ogp.me/#structured) and X cards.
import { isVideo, mediaTypeOf } from '../picture/video-format.ts';
import type { CaptionRecord, PictureFacts } from '../record/record.ts';
import type { AltAnswer } from '../text/alt-for.ts';
import { oneLine } from './escape.ts';

/** Properties of `<meta property>`. */
export type OpenGraph = Partial<
  Record<
    | 'og:image'
    | 'og:image:secure_url'
    | 'og:image:type'
    | 'og:image:width'
    | 'og:image:height'
    | 'og:image:alt'
    | 'og:video'
    | 'og:video:secure_url'
    | 'og:video:type'
    | 'og:video:width'
    | 'og:video:height',
    string
  >
>;

/** Names of `<meta name>`. */
export type Twitter = Partial<Record<'twitter:image' | 'twitter:image:alt', string>>;

/** X's limit, in characters (UTF-16 code units). It cuts longer ones itself, anywhere. */
export const MAX_X_ALT_CHARS = 420;

const ELLIPSIS = '\u2026';

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The text, or its first words with an ellipsis where it is longer than X takes; words of languages that put no spaces between them, too.
 * The one place where a person's text is cut, and visibly: the platform would cut it otherwise. It is whole in all other outputs.
 */
export const fitX = (text: string): string => {
  if (text.length <= MAX_X_ALT_CHARS) return text;
  const start = text.slice(0, MAX_X_ALT_CHARS - ELLIPSIS.length);
  // the word after it tells whether the last one is whole
  const end = words.segment(text).containing(start.length)?.index ?? 0;
  const kept = end > 0 ? start.slice(0, end).trimEnd() : start.replace(/[\ud800-\udbff]$/, '');
  return `${kept}${ELLIPSIS}`;
};

const ogVideo = ({ format, width, height }: PictureFacts, url: string): OpenGraph => ({
  'og:video': url,
  ...(url.startsWith('https:') && { 'og:video:secure_url': url }),
  'og:video:type': mediaTypeOf(format),
  'og:video:width': String(width),
  'og:video:height': String(height),
});

const ogImage = (picture: PictureFacts | undefined, url: string, { alt }: AltAnswer): OpenGraph => ({
  'og:image': url,
  ...(url.startsWith('https:') && { 'og:image:secure_url': url }),
  ...(picture !== undefined && {
    'og:image:type': mediaTypeOf(picture.format),
    'og:image:width': String(picture.width),
    'og:image:height': String(picture.height),
  }),
  ...(alt !== null && { 'og:image:alt': oneLine(alt) }),
});

/** Open Graph tags of a picture at `url`, or of a video, which has no property for its words there; without `og:image:alt` when there is no text. */
export const openGraph = ({ picture }: CaptionRecord, url: string, answer: AltAnswer): OpenGraph =>
  isVideo(picture?.format) ? ogVideo(picture, url) : ogImage(picture, url, answer);

/** Tags of an X card of a picture at `url`; none of a video, which is no picture to show. */
export const twitter = ({ picture }: CaptionRecord, url: string, { alt }: AltAnswer): Twitter =>
  isVideo(picture?.format)
    ? {}
    : {
        'twitter:image': url,
        ...(alt !== null && { 'twitter:image:alt': fitX(oneLine(alt)) }),
      };
