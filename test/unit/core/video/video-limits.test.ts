import { describe, expect, it } from 'vitest';
import { checkVideo, DEFAULT_VIDEO_LIMITS, framesWithin } from '../../../../functions/core/video/video-limits.ts';
import { framesOf, view } from '../../../support/small-frames.ts';

const info = { width: 3840, height: 2160, durationMs: 120_000 };

describe('the limits on videos', () => {
  it('are kept by what is exactly as large and as long as they allow', () => {
    expect(() => checkVideo(info, DEFAULT_VIDEO_LIMITS)).not.toThrow();
    expect(() => checkVideo({ ...info, width: 2160, height: 3840 }, DEFAULT_VIDEO_LIMITS)).not.toThrow();
  });

  it('refuse more, with what there is and what is allowed', () => {
    expect(() => checkVideo({ ...info, height: 2161 }, DEFAULT_VIDEO_LIMITS)).toThrow(
      'frames of 3840 x 2161 px are more than 8.3 megapixels',
    );
    expect(() => checkVideo({ ...info, durationMs: 125_040 }, DEFAULT_VIDEO_LIMITS)).toThrow('125.0 s are more than the limit of 120 s');
  });

  it('hold for the frames that come, whatever the header said', async () => {
    const frames = () => framesOf({ pixels: view(1), frames: 11 });
    const count = async (maxMs: number): Promise<number> => {
      let seen = 0;
      for await (const { pixels } of framesWithin(frames(), { maxMs })) seen += pixels.length > 0 ? 1 : 0;
      return seen;
    };
    expect(await count(2000)).toBe(11);
    await expect(count(1999)).rejects.toMatchObject({ code: 'TOO_MANY_FRAMES' });
  });
});
