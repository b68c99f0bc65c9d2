// A patch of a colour. Drawn, as the pages allow no styles of elements; the colour's name always stands beside it.
import { html } from 'hono/html';
import type { Html } from './parts.ts';

const HEX = /^#[\da-f]{6}$/i;

/** The patch of "#rrggbb"; nothing for anything else. */
export const swatch = (hex: string | undefined): Html | '' =>
  hex === undefined || !HEX.test(hex)
    ? ''
    : html`<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" fill="${hex}"/></svg> `;
