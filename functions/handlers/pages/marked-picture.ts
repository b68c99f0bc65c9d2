// A picture with boxes drawn over it. What the boxes mean stands beside it in words, with their places: the drawing itself is only seen.
import { html } from 'hono/html';
import type { Box } from '../../core/facts/facts.ts';
import type { CaptionRecord } from '../../core/record/record.ts';
import { type Place, placeOf } from '../../core/text/places.ts';
import type { Html } from './parts.ts';

/** Boxes are drawn in thousandths of the picture's sides. */
const UNITS = 1000;

/** Boxes beyond so many hide the picture. */
const MOST_BOXES = 40;

const rectangle = ([left, top, width, height]: Box): Html => {
  const [x, y, w, h] = [left, top, width, height].map((share) => Math.round(share * UNITS));
  return html`<rect x="${x}" y="${y}" width="${w}" height="${h}"/>`;
};

/** The picture with boxes; nothing when it cannot be shown. */
export const markedPicture = ({ id, picture }: CaptionRecord, boxes: readonly Box[]): Html | '' =>
  picture === undefined || boxes.length === 0
    ? ''
    : html`<div class="marked"><img src="/images/${id}/picture" alt="" loading="lazy" decoding="async" width="${picture.width}" height="${picture.height}"><svg viewBox="0 0 ${UNITS} ${UNITS}" preserveAspectRatio="none" aria-hidden="true">${boxes.slice(0, MOST_BOXES).map(rectangle)}</svg></div>`;

/** Where boxes are, in words, each place once. */
export const placesOf = (boxes: readonly Box[]): Place[] => [...new Set(boxes.map(placeOf))];
