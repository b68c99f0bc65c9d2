// The picture, or the video with its track of descriptions; over a picture, boxes that checkboxes switch on without a script (CSS :has()). The
// boxes are only seen: their words stand in the list of what was found, by the same marks.
import { html } from 'hono/html';
import { isVideo } from '../../core/picture/video-format.ts';
import type { CaptionRecord, PictureFacts } from '../../core/record/record.ts';
import type { Html } from './parts.ts';
import { MARK_KINDS, type Mark, type MarkKind, marksOfKind } from './picture-marks.ts';
import { counted } from './words.ts';

const PERCENT = 100;
const PLACES = 2;

const share = (fraction: number): string => `${Number((fraction * PERCENT).toFixed(PLACES))}%`;

/** In percent, so that the words keep their proportions whatever the picture's are. */
const drawn = ({ mark, box: [left, top, width, height] }: Mark): Html =>
  html`<rect x="${share(left)}" y="${share(top)}" width="${share(width)}" height="${share(height)}"/><text x="${share(left)}" y="${share(top)}" dx="5" dy="17">${mark}</text>`;

const KIND_NAMES: Record<MarkKind, readonly [one: string, many: string]> = {
  objects: ['object', 'objects'],
  text: ['line of text', 'lines of text'],
  logos: ['logo', 'logos'],
  dense: ['part with a sentence', 'parts with a sentence'],
};

type Group = { kind: MarkKind; marks: Mark[] };

const groupsOf = ({ facts = {} }: CaptionRecord): Group[] =>
  MARK_KINDS.map((kind) => ({ kind, marks: marksOfKind(facts, kind) })).filter(({ marks }) => marks.length > 0);

const switchFor = ({ kind, marks }: Group): Html => {
  const [one, many] = KIND_NAMES[kind];
  return html`<div class="field check"><input type="checkbox" id="show-${kind}" autocomplete="off"><label for="show-${kind}">${counted(marks.length, one, many)}</label></div>`;
};

/** `lazy`: loaded as it comes into view. */
type Looks = { lazy?: boolean };

const image = (id: string, { width, height }: PictureFacts): Html =>
  html`<img src="/images/${id}/picture" alt="" decoding="async" width="${width}" height="${height}">`;

const film = (id: string, { width, height }: PictureFacts): Html =>
  html`<video controls preload="metadata" width="${width}" height="${height}" src="/images/${id}/picture" aria-label="The video"><track kind="descriptions" src="/images/${id}/descriptions.vtt" srclang="en" label="Descriptions" default></video>`;

/** The picture on its own page; nothing of one that could not be read. */
export const mediaView = (record: CaptionRecord): Html => {
  const { id, picture } = record;
  if (picture === undefined) return html`<p class="empty frame none">The picture cannot be shown.</p>`;
  if (isVideo(picture.format)) return film(id, picture);
  const groups = groupsOf(record);
  if (groups.length === 0) return image(id, picture);
  return html`<div class="seen"><div class="drawn">${image(id, picture)}<svg aria-hidden="true">${groups.map(({ kind, marks }) => html`<g class="boxes-${kind}">${marks.map(drawn)}</g>`)}</svg></div>
<fieldset class="switches"><legend>Show on the picture</legend>${groups.map(switchFor)}</fieldset></div>`;
};

/** The picture where it is looked at without what was found in it. */
export const watchView = (id: string, picture: PictureFacts): Html =>
  isVideo(picture.format) ? film(id, picture) : thumbView(id, picture.format);

/** The picture in a list, where words stand beside it: of a video its first frame, which nothing can be done with. */
export const thumbView = (id: string, format: PictureFacts['format'], { lazy = false }: Looks = {}): Html =>
  isVideo(format)
    ? html`<video src="/images/${id}/picture" preload="metadata" muted playsinline tabindex="-1" aria-hidden="true"></video>`
    : html`<img src="/images/${id}/picture" alt=""${lazy ? html` loading="lazy"` : ''} decoding="async">`;
