import { describe, expect, it } from 'vitest';
import { PictureError } from '../../../../functions/core/errors.ts';
import { wholeOf } from '../../../../functions/core/video/captioned-video.ts';
import { videoCaptioner } from '../../../../functions/core/video/video-captioner.ts';
import { type FakeVideo, fakeReader, filmBytes, type Saying, sayingCaptioner } from '../../../support/fake-video.ts';
import { view } from '../../../support/small-frames.ts';

const still = (seed: number, frames: number) => ({ pixels: view(seed), frames });
/** Two shots of 2 and 4 s; their key frames. */
const TWO = [still(1, 10), still(2, 20)];
const [FIRST, SECOND] = ['frame 600', 'frame 3000'];

const houseOf = (video: FakeVideo, sayings: Readonly<Record<string, Saying>>) => {
  const reader = fakeReader(video);
  const captioner = sayingCaptioner(sayings);
  let time = 0;
  const now = (): number => {
    time += 10;
    return time;
  };
  return { reader, captioner, whole: videoCaptioner({ captioner, reader, now }) };
};

const captionOne = async (video: FakeVideo, sayings: Readonly<Record<string, Saying>>) => {
  const { reader, captioner, whole } = houseOf(video, sayings);
  const [outcome] = await whole.caption([{ bytes: filmBytes() }], {});
  if (outcome === undefined) throw new Error('no outcome');
  expect(reader.open_).toBe(0);
  return { outcome, captioner };
};

describe('a video', () => {
  it('has a sentence for each shot, one for the whole, and its own size and form', async () => {
    const sayings = { [FIRST]: { word: 'dog', confidence: 0.9 }, [SECOND]: { word: 'cat', confidence: 0.7, calibrated: false } } as const;
    const { outcome, captioner } = await captionOne({ parts: TWO }, sayings);
    expect(outcome).toMatchObject({
      status: 'captioned',
      text: 'A dog; then a cat.',
      plain: 'a dog; a cat',
      confidence: 0.7,
      words: [],
      picture: { width: 640, height: 360, format: 'mp4', dhash: '00ff00ff00ff00ff' },
      ms: { decode: 32, encode: 4, steps: 6 },
    });
    expect(outcome).toHaveProperty('facts', {
      shots: [
        { startMs: 0, endMs: 2000, text: 'A dog.', confidence: 0.9 },
        { startMs: 2000, endMs: 6000, text: 'A cat.', confidence: 0.7, calibrated: false },
      ],
    });
    expect(outcome).not.toHaveProperty('regions');
    expect(captioner.given.every(({ analyse }) => analyse === false)).toBe(true);
  });

  it('of one shot keeps the probabilities of its words', async () => {
    const { outcome } = await captionOne({ parts: [still(1, 10)] }, { [FIRST]: { word: 'dog' } });
    expect(outcome).toMatchObject({ text: 'A dog.', plain: 'a dog', words: [{ word: 'a' }, { word: 'dog' }] });
  });

  it('says nothing about a shot that the model is not sure of, and nothing at all when it is of none', async () => {
    const unsure = { word: 'dog', confidence: 0.95, unsure: true };
    const { outcome } = await captionOne({ parts: TWO }, { [FIRST]: unsure, [SECOND]: { word: 'cat', confidence: 0.6 } });
    expect(outcome).toMatchObject({ status: 'captioned', text: 'A cat.', confidence: 0.6 });
    expect(outcome).toMatchObject({ facts: { shots: [{ startMs: 0, endMs: 2000 }, { text: 'A cat.' }] } });
    const silent = await captionOne({ parts: TWO }, { [FIRST]: unsure, [SECOND]: { ...unsure, word: 'cat', confidence: 0.2 } });
    expect(silent.outcome).toMatchObject({ status: 'abstained', confidence: 0.95, sure: ['dog'], facts: { shots: [{}, {}] } });
  });

  it('keeps the shots whose frames can be read', async () => {
    const frame = (ms: number): string => {
      if (ms < 2000) throw new PictureError('CORRUPT', 'no such frame');
      return `frame ${ms}`;
    };
    const { outcome } = await captionOne({ parts: TWO, frame }, { [SECOND]: { word: 'cat' } });
    expect(outcome).toMatchObject({
      text: 'A cat.',
      facts: {
        shots: [
          { startMs: 0, endMs: 2000 },
          { startMs: 2000, text: 'A cat.' },
        ],
      },
    });
  });

  it('gets no further sentences when its time is used up, but keeps those it has', async () => {
    const { outcome, captioner } = await captionOne({ parts: TWO, limits: { captionMs: 5 } }, { [FIRST]: { word: 'dog' } });
    expect(outcome).toMatchObject({ text: 'A dog.', facts: { shots: [{ text: 'A dog.' }, { startMs: 2000, endMs: 6000 }] } });
    expect(captioner.calls).toBe(1);
  });

  it.each([
    ['CORRUPT', 'no frames', { parts: [] }, {}],
    ['CORRUPT', 'no such frame', { parts: TWO }, {}],
    ['TOO_MANY_FRAMES', 'longer than the limit of 1 s', { parts: TWO, limits: { maxMs: 1000 } }, {}],
    ['TOO_MANY_BYTES', '', { parts: TWO, limits: { maxBytes: 10 } }, {}],
    ['INFERENCE_TIMEOUT', 'slow', { parts: TWO }, { [FIRST]: { word: 'dog' }, [SECOND]: new PictureError('INFERENCE_TIMEOUT', 'slow') }],
    ['DECODE_TIMEOUT', 'late', { parts: TWO }, { [FIRST]: new PictureError('DECODE_TIMEOUT', 'late'), [SECOND]: { word: 'cat' } }],
  ] as const)('fails with %s (%s)', async (code, message, video, sayings) => {
    const { outcome } = await captionOne(video, sayings);
    expect(outcome).toBeInstanceOf(PictureError);
    expect(outcome).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('has at least one frame about which there is an outcome', () => {
    const info = { width: 1, height: 1, durationMs: 0 };
    expect(() => wholeOf([], { info, format: 'mp4', openMs: 0 })).toThrow(TypeError);
  });
});

describe('a captioner of videos and pictures', () => {
  it('puts each outcome in its place, and asks about all pictures at once', async () => {
    const { whole, captioner } = houseOf({ parts: [still(1, 10)] }, { [FIRST]: { word: 'dog' }, a: { word: 'cup' }, b: { word: 'hat' } });
    const bytesOf = (text: string) => ({ bytes: new TextEncoder().encode(text) });
    const outcomes = await whole.caption([bytesOf('a'), { bytes: filmBytes() }, bytesOf('b'), bytesOf('c')], {});
    expect(outcomes.map((one) => (one instanceof Error ? one.message : one.plain))).toEqual(['a cup', 'a dog', 'a hat', 'no such frame']);
    expect(captioner.calls).toBe(2);
    expect(whole).toMatchObject({ model: 'fake@1', lanes: 1 });
  });

  it('does not ask about pictures where there are none, and fails where it gets too few answers', async () => {
    const { whole, captioner } = houseOf({ parts: [still(1, 10)] }, { [FIRST]: { word: 'dog' } });
    await whole.caption([{ bytes: filmBytes() }], {});
    expect(captioner.calls).toBe(1);
    captioner.caption = async () => [];
    const [silent, film] = await whole.caption([{ bytes: new Uint8Array(3) }, { bytes: filmBytes() }], {});
    expect(silent).toMatchObject({ code: 'INTERNAL' });
    expect(film).toMatchObject({ code: 'INTERNAL' });
  });
});
