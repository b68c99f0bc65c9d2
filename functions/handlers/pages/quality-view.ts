// The measured quality of a picture, each value with its unit.
import { html } from 'hono/html';
import type { Quality } from '../../core/facts/quality.ts';
import { facts, type Html } from './parts.ts';
import { swatch } from './swatch.ts';
import { percent } from './words.ts';

const rounded = (value: number, most = 0): string => value.toLocaleString('en', { maximumFractionDigits: most });

const backgroundWords = ({ share, colour, whiteDeltaE }: Quality['background']): Html =>
  html`${swatch(colour)}${percent(share)} of the rim is <code>${colour}</code>, ${rounded(whiteDeltaE, 1)} delta E from white`;

const SIDES = ['left', 'top', 'right', 'bottom'] as const;

const borderWords = (border: Quality['border']): string => {
  const found = SIDES.flatMap((side, at) => ((border[at] ?? 0) > 0 ? [`${side} ${percent(border[at] ?? 0)}`] : []));
  return found.length === 0 ? 'None' : found.join(', ');
};

/** What was measured, folded. */
export const qualityView = (quality: Quality): Html => html`<details class="edit"><summary>Measured quality</summary>
${facts([
  ['Sharpness (low: blurred)', rounded(quality.sharpness)],
  ['Brightness, 0 to 255', rounded(quality.brightness)],
  ['Contrast, 0 to 127', rounded(quality.contrast)],
  ['Lost in shadows', percent(quality.underexposed)],
  ['Lost in lights', percent(quality.overexposed)],
  ['Background', backgroundWords(quality.background)],
  ['Subject', quality.subject === undefined ? undefined : `${percent(quality.subject.share)} of the picture`],
  ['Border', borderWords(quality.border)],
  ['JPEG quality, 1 to 100', quality.jpegQuality === undefined ? undefined : rounded(quality.jpegQuality)],
  ['Watermark suspected', quality.watermark === undefined ? undefined : percent(quality.watermark)],
  ['Transparent parts', quality.hasAlpha ? 'Yes' : 'No'],
])}</details>`;
