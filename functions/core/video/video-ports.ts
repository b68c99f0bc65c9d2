// What captioning a video needs from outside.
import type { VideoInfo, VideoLimits } from './video-limits.ts';

/** Size of the frames in which shots are looked for, in px; cuts are seen in thumbnails. */
export const SMALL_WIDTH = 64;
/** Height of these frames in px. */
export const SMALL_HEIGHT = 36;

/** Small frames a second. */
export const SMALL_FPS = 5;

/** A frame at a time: uint8 RGB [SMALL_HEIGHT, SMALL_WIDTH, 3]; `atMs` from the beginning. */
export type SmallFrame = { atMs: number; pixels: Uint8Array };

/** A video that was opened; all that is done with it has `timeoutMs` together. Errors are PictureError CORRUPT, DECODE_TIMEOUT, DECODER_CRASHED. */
export type OpenVideo = {
  readonly info: VideoInfo;
  /** every 1/SMALL_FPS s, in order */
  smallFrames(): AsyncIterable<SmallFrame>;
  /** the frame that is shown at that time (of `smallFrames`, but larger and in its own shape), as a JPEG */
  frameAt(ms: number): Promise<Uint8Array>;
  close(): Promise<void>;
};

/** Opens videos. */
export type VideoReader = {
  readonly limits: VideoLimits;
  /** @throws PictureError UNSUPPORTED_FORMAT where no decoder of videos is there, CORRUPT, TOO_MANY_PIXELS, TOO_MANY_FRAMES */
  open(bytes: Uint8Array): Promise<OpenVideo>;
};
