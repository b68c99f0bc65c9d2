// sRGB (IEC 61966-2-1) and CIELAB under D65 (CIE 15).

/** [L*, a*, b*] under D65: L* is 0..100. */
export type Lab = readonly [number, number, number];

/** [red, green, blue], each 0..255. */
export type Rgb = readonly [number, number, number];

/** The white of sRGB. */
export const WHITE: Lab = [100, 0, 0];

const MAX_BYTE = 255;
const HEX = 16;

/** Rows are X, Y, Z of linear red, green and blue, over D65's own, so that white is [1, 1, 1]. */
const WHITE_XYZ = [0.95047, 1, 1.08883] as const;
const TO_XYZ = [
  [0.4124564 / WHITE_XYZ[0], 0.3575761 / WHITE_XYZ[0], 0.1804375 / WHITE_XYZ[0]],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / WHITE_XYZ[2], 0.119192 / WHITE_XYZ[2], 0.9503041 / WHITE_XYZ[2]],
] as const;
const TO_RGB = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
] as const;

/** CIE 15: below, the cube root is a straight line. */
const EPSILON = 216 / 24389;
const KAPPA = 24389 / 27;

const linear = (byte: number): number => {
  const value = byte / MAX_BYTE;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const LINEAR = Float64Array.from({ length: MAX_BYTE + 1 }, (_, byte) => linear(byte));

const root = (t: number): number => (t > EPSILON ? Math.cbrt(t) : (KAPPA * t + 16) / 116);
const unroot = (f: number): number => (f ** 3 > EPSILON ? f ** 3 : (116 * f - 16) / KAPPA);

/** Roots of 0..1 for many pixels: L* is off by at most 0.03, a* and b* by 0.3. */
const ROOT_STEPS = 16_384;
const ROOTS = Float64Array.from({ length: ROOT_STEPS + 2 }, (_, i) => root(i / ROOT_STEPS));

const dot = (row: readonly [number, number, number], x: number, y: number, z: number): number => row[0] * x + row[1] * y + row[2] * z;

/** CIELAB of whole bytes, 0..255. */
export const labOfRgb = (red: number, green: number, blue: number): Lab => {
  const [r, g, b] = [LINEAR[red] ?? 0, LINEAR[green] ?? 0, LINEAR[blue] ?? 0];
  const [x, y, z] = [root(dot(TO_XYZ[0], r, g, b)), root(dot(TO_XYZ[1], r, g, b)), root(dot(TO_XYZ[2], r, g, b))];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const [[XR, XG, XB], [YR, YG, YB], [ZR, ZG, ZB]] = TO_XYZ;

/** The place in ROOTS of a value of at least 0. */
const rootAt = (value: number): number => ROOTS[(value * ROOT_STEPS + 0.5) | 0] as number;

/** Writes the CIELAB of whole bytes to three places of `out` from `at` on: `labOfRgb` for many pixels, exact to 0.3. */
export const writeLab = (out: Float32Array, at: number, red: number, green: number, blue: number): void => {
  const r = LINEAR[red] as number;
  const g = LINEAR[green] as number;
  const b = LINEAR[blue] as number;
  const y = rootAt(YR * r + YG * g + YB * b);
  out[at] = 116 * y - 16;
  out[at + 1] = 500 * (rootAt(XR * r + XG * g + XB * b) - y);
  out[at + 2] = 200 * (y - rootAt(ZR * r + ZG * g + ZB * b));
};

const encoded = (value: number): number => {
  const bounded = Math.min(1, Math.max(0, value));
  return Math.round(MAX_BYTE * (bounded <= 0.0031308 ? bounded * 12.92 : 1.055 * bounded ** (1 / 2.4) - 0.055));
};

/** The sRGB colour as whole bytes; what a screen cannot show is clipped. */
export const rgbOfLab = ([l, a, b]: Lab): Rgb => {
  const y = (l + 16) / 116;
  const [x1, y1, z1] = [unroot(y + a / 500) * WHITE_XYZ[0], unroot(y), unroot(y - b / 200) * WHITE_XYZ[2]];
  return [encoded(dot(TO_RGB[0], x1, y1, z1)), encoded(dot(TO_RGB[1], x1, y1, z1)), encoded(dot(TO_RGB[2], x1, y1, z1))];
};

/** "#rrggbb" of bytes. */
export const hexOfRgb = (rgb: Rgb): string => `#${rgb.map((byte) => byte.toString(HEX).padStart(2, '0')).join('')}`;

/** "#rrggbb" of a colour in CIELAB. */
export const hexOfLab = (lab: Lab): string => hexOfRgb(rgbOfLab(lab));

/**
 * CIELAB of "#rrggbb".
 * @throws RangeError for anything else
 */
export const labOfHex = (hex: string): Lab => {
  if (!/^#[\da-f]{6}$/i.test(hex)) throw new RangeError(`Expected a colour as #rrggbb but received ${JSON.stringify(hex)}`);
  const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), HEX);
  return labOfRgb(byte(1), byte(3), byte(5));
};
