// Limits on uploaded pictures. All are settings; these are the defaults and their reasons.

/** Bounds that a picture must keep before it is decoded, and the time its decoding may take. */
export type PictureLimits = {
  maxBytes: number;
  maxPixels: number;
  maxSidePx: number;
  decodeTimeoutMs: number;
};

/** Defaults: twice what today's phones write, the side that JPEG-era tools assume, and a bounded decode. */
export const DEFAULT_LIMITS: Readonly<PictureLimits> = Object.freeze({
  maxBytes: 25 * 1024 * 1024,
  maxPixels: 50_000_000,
  maxSidePx: 16_384,
  decodeTimeoutMs: 2_000,
});
