// The checks that rules can name: numbers with their units, and others. What each one measures: docs/publishing-rules.md.

/** Units of measured numbers. `share` is 0..1, `delta E` CIEDE2000, `level` 0..255, `quality` 1..100 as libjpeg counts it. */
export type Unit =
  | 'px'
  | 'megapixels'
  | 'bytes'
  | 'ratio'
  | 'share'
  | 'delta E'
  | 'level'
  | 'variance'
  | 'quality'
  | 'people'
  | 'characters';

/** The largest value of units that have one: a bound above it is a slip, 85 for 0.85, and could never be met or broken. */
export const LARGEST: Readonly<Partial<Record<Unit, number>>> = { share: 1, level: 255, quality: 100 };

/** Checks of one number that has to lie between bounds, with its unit. */
export const NUMBER_CHECKS = {
  'longest-side': 'px',
  'shortest-side': 'px',
  width: 'px',
  height: 'px',
  megapixels: 'megapixels',
  'aspect-ratio': 'ratio',
  'file-size': 'bytes',
  'background-share': 'share',
  'background-white': 'delta E',
  'subject-area': 'share',
  'subject-extent': 'share',
  border: 'share',
  watermark: 'share',
  sharpness: 'variance',
  brightness: 'level',
  contrast: 'level',
  underexposed: 'share',
  overexposed: 'share',
  compression: 'quality',
  people: 'people',
  'alt-length': 'characters',
} as const satisfies Record<string, Unit>;

/** A key of `NUMBER_CHECKS`. */
export type NumberCheck = keyof typeof NUMBER_CHECKS;

/** The names of `NUMBER_CHECKS`. */
export const NUMBER_CHECK_NAMES = Object.keys(NUMBER_CHECKS) as [NumberCheck, ...NumberCheck[]];

/** Checks of something else. */
export const OTHER_CHECKS = [
  'format',
  'extension',
  'transparency',
  'overlaid-text',
  'logos',
  'forbidden-tags',
  'alt',
  'alt-lint',
  'text-told',
  'duplicates',
] as const;

/** The name of a check. */
export type CheckName = NumberCheck | (typeof OTHER_CHECKS)[number];

/** `must`: the channel refuses the picture; `should`: it advises. */
export const LEVELS = ['must', 'should'] as const;

/** An entry of `LEVELS`. */
export type Level = (typeof LEVELS)[number];
