// How far two colours are apart for an eye: CIEDE2000 as Sharma, Wu and Dalal write it out ("The CIEDE2000 Color-Difference Formula:
// Implementation Notes, Supplementary Test Data, and Mathematical Observations", Color Research & Application 30, 2005).
import type { Lab } from './colour-space.ts';

const DEGREES = 180 / Math.PI;
const TURN = 360;
const HALF_TURN = 180;
const POW_25_7 = 25 ** 7;

const cosine = (degrees: number): number => Math.cos(degrees / DEGREES);
const sine = (degrees: number): number => Math.sin(degrees / DEGREES);

/** sqrt(C^7 / (C^7 + 25^7)): how chromatic a pair is. */
const chromatic = (chroma: number): number => Math.sqrt(chroma ** 7 / (chroma ** 7 + POW_25_7));

/** Degrees, 0..360; a grey has none and gets 0. */
const hueOf = (a: number, b: number): number => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) * DEGREES + TURN) % TURN);

/** The shorter way from one hue to another, -180..180. */
const hueStep = (from: number, to: number): number => {
  const step = to - from;
  if (step > HALF_TURN) return step - TURN;
  return step < -HALF_TURN ? step + TURN : step;
};

/** The middle of the shorter arc between two hues. */
const middleHue = (one: number, other: number): number => {
  const sum = one + other;
  if (Math.abs(one - other) <= HALF_TURN) return sum / 2;
  return sum < TURN ? (sum + TURN) / 2 : (sum - TURN) / 2;
};

/** T: how the eye's judgement of hue changes with the hue. */
const hueWeight = (hue: number): number =>
  1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.2 * cosine(4 * hue - 63);

type Parts = { light: number; chroma: number; hue: number; middleLight: number; middleChroma: number; middleHue: number };

/** Differences and middles of a pair in L', C', h'. */
const partsOf = ([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): Parts => {
  const stretch = 1 + 0.5 * (1 - chromatic((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)];
  const [h1, h2] = [hueOf(a1 * stretch, b1), hueOf(a2 * stretch, b2)];
  const grey = c1 * c2 === 0;
  return {
    light: l2 - l1,
    chroma: c2 - c1,
    hue: grey ? 0 : 2 * Math.sqrt(c1 * c2) * sine(hueStep(h1, h2) / 2),
    middleLight: (l1 + l2) / 2,
    middleChroma: (c1 + c2) / 2,
    middleHue: grey ? h1 + h2 : middleHue(h1, h2),
  };
};

/** CIEDE2000; about 1 is just noticeable, 100 is black against white. `lightness` is the formula's k_L: 1, or 2 for textiles. */
export const deltaE2000 = (one: Lab, other: Lab, lightness = 1): number => {
  const pair = partsOf(one, other);
  const fromFifty = (pair.middleLight - 50) ** 2;
  const light = pair.light / lightness / (1 + (0.015 * fromFifty) / Math.sqrt(20 + fromFifty));
  const chroma = pair.chroma / (1 + 0.045 * pair.middleChroma);
  const hue = pair.hue / (1 + 0.015 * pair.middleChroma * hueWeight(pair.middleHue));
  const blue = 30 * Math.exp(-(((pair.middleHue - 275) / 25) ** 2));
  const turn = -sine(2 * blue) * 2 * chromatic(pair.middleChroma);
  return Math.sqrt(light ** 2 + chroma ** 2 + hue ** 2 + turn * chroma * hue);
};
