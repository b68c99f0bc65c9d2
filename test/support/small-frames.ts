// Small frames of videos that tests make up: each shot is noise of its own, so that its frames look alike and other shots' do not.
import { SMALL_FPS, SMALL_HEIGHT, SMALL_WIDTH, type SmallFrame } from '../../functions/core/video/video-ports.ts';

const BYTES = SMALL_WIDTH * SMALL_HEIGHT * 3;
const FRAME_MS = 1000 / SMALL_FPS;

/** Noise that is the same for the same seed, around a middle of its own. */
export const view = (seed: number): Uint8Array => {
  const middle = (seed * 67) % 140;
  let state = seed + 1;
  return Uint8Array.from({ length: BYTES }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return middle + (state % 110);
  });
};

/** A part of a video: its view for so many frames. */
export type Part = { pixels: Uint8Array; frames: number };

/** `share` of the second view over the first. */
export const mixed = (a: Uint8Array, b: Uint8Array, share: number): Uint8Array =>
  a.map((value, i) => value * (1 - share) + (b[i] ?? 0) * share);

/** The view with its columns moved by `px`, as when the camera turns. */
export const turned = (pixels: Uint8Array, px: number): Uint8Array => {
  const row = SMALL_WIDTH * 3;
  return pixels.map((_, i) => pixels[i - (i % row) + ((i + px * 3) % row)] ?? 0);
};

/** The frames of the parts, one after the other. */
export async function* framesOf(...parts: readonly Part[]): AsyncGenerator<SmallFrame> {
  let count = 0;
  for (const { pixels, frames } of parts) {
    for (let i = 0; i < frames; i += 1) yield { atMs: FRAME_MS * count++, pixels };
  }
}
