// Limits on uploaded videos, and their reasons: videos are read whole into memory and decoded from start to end.
import { PictureError } from '../errors.ts';
import type { SmallFrame } from './video-ports.ts';

/** Bounds that a video must keep; after `captionMs` no further shot gets a sentence. */
export type VideoLimits = { maxBytes: number; maxMs: number; maxPixels: number; timeoutMs: number; captionMs: number };

/** Defaults: two minutes of what phones film, 4K frames, as long in the decoder as the video may play, and five minutes for its sentences. */
export const DEFAULT_VIDEO_LIMITS: Readonly<VideoLimits> = Object.freeze({
  maxBytes: 100 * 1024 * 1024,
  maxMs: 120_000,
  maxPixels: 3840 * 2160,
  timeoutMs: 120_000,
  captionMs: 300_000,
});

const MS_PER_S = 1000;
const MEGA = 1_000_000;

/** What a video's header says: upright size in px, and its length in ms. */
export type VideoInfo = { width: number; height: number; durationMs: number };

/**
 * Checks what the header announces before any frame is decoded.
 * @throws PictureError TOO_MANY_PIXELS, TOO_MANY_FRAMES
 */
export const checkVideo = ({ width, height, durationMs }: VideoInfo, { maxPixels, maxMs }: VideoLimits): void => {
  if (width * height > maxPixels)
    throw new PictureError(
      'TOO_MANY_PIXELS',
      `frames of ${width} x ${height} px are more than ${(maxPixels / MEGA).toFixed(1)} megapixels`,
    );
  if (durationMs > maxMs)
    throw new PictureError('TOO_MANY_FRAMES', `${(durationMs / MS_PER_S).toFixed(1)} s are more than the limit of ${maxMs / MS_PER_S} s`);
};

/**
 * The frames of a video whose header may name no length, or a wrong one.
 * @throws PictureError TOO_MANY_FRAMES
 */
export async function* framesWithin(frames: AsyncIterable<SmallFrame>, { maxMs }: Pick<VideoLimits, 'maxMs'>): AsyncGenerator<SmallFrame> {
  for await (const frame of frames) {
    if (frame.atMs > maxMs) throw new PictureError('TOO_MANY_FRAMES', `it plays longer than the limit of ${maxMs / MS_PER_S} s`);
    yield frame;
  }
}
