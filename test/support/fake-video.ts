// Videos that are no videos: bytes that begin as an MP4 does, a reader that answers with made-up frames, and captions for their frames.
import type { Captioned, Captioner, EncodedPicture } from '../../functions/core/caption.ts';
import { PictureError } from '../../functions/core/errors.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoInfo, type VideoLimits } from '../../functions/core/video/video-limits.ts';
import type { VideoReader } from '../../functions/core/video/video-ports.ts';
import { framesOf, type Part } from './small-frames.ts';

/** What `sniffVideo` takes for an MP4, with some text in it. */
export const filmBytes = (text = ''): Uint8Array => Buffer.from(`\0\0\0\u0014ftypisom\0\0\u0002\0isom${text}`, 'latin1');

/** The video; `frame` gives the bytes that stand for a time, or throws. */
export type FakeVideo = {
  parts: readonly Part[];
  info?: Partial<VideoInfo>;
  limits?: Partial<VideoLimits>;
  frame?: (ms: number) => string;
};

/** A reader of that video, and how many are open. */
export const fakeReader = ({
  parts,
  info = {},
  limits = {},
  frame = (ms) => `frame ${ms}`,
}: FakeVideo): VideoReader & { open_: number } => {
  const reader = {
    open_: 0,
    limits: { ...DEFAULT_VIDEO_LIMITS, ...limits },
    async open(_: Uint8Array) {
      reader.open_ += 1;
      return {
        info: { width: 640, height: 360, durationMs: 0, ...info },
        smallFrames: () => framesOf(...parts),
        frameAt: async (ms: number) => new TextEncoder().encode(frame(ms)),
        close: async () => {
          reader.open_ -= 1;
        },
      };
    },
  };
  return reader;
};

const said = (word: string, confidence: number): Captioned => ({
  status: 'captioned',
  plain: `a ${word}`,
  text: `A ${word}.`,
  generalised: [],
  confidence,
  features: {},
  nBest: [],
  words: [
    { word: 'a', logProb: -0.1 },
    { word, logProb: -0.1 },
  ],
  model: 'fake@1',
  style: 'alt',
  ms: { decode: 1, encode: 2, steps: 3 },
  picture: { width: 4, height: 3, format: 'jpeg', dhash: '00ff00ff00ff00ff', embedded: {} },
  regions: [{ label: 'dog', box: [0, 0, 1, 1] }],
});

/** What is said about each content; an error, or `unsure`, instead. */
export type Saying = { word: string; confidence?: number; unsure?: boolean; calibrated?: false } | PictureError;

const outcomeOf = (saying: Saying | undefined): Captioned | Error => {
  if (saying === undefined) return new PictureError('CORRUPT', 'no such frame');
  if (saying instanceof PictureError) return saying;
  const { word, confidence = 0.9, unsure = false, calibrated } = saying;
  const { text: _, generalised: __, ...captioned } = { ...said(word, confidence), text: '', generalised: [] };
  if (unsure) return { ...captioned, status: 'abstained', reason: 'LOW_CONFIDENCE', sure: [word] };
  return { ...said(word, confidence), ...(calibrated === false && { calibrated }) };
};

/** A captioner that says these things, and what it was given. */
export const sayingCaptioner = (sayings: Readonly<Record<string, Saying>>): Captioner & { given: EncodedPicture[]; calls: number } => {
  const captioner = {
    given: [] as EncodedPicture[],
    calls: 0,
    model: 'fake@1',
    styles: ['alt'],
    lanes: 1,
    models: 1,
    runsOn: 'a test',
    async caption(pictures: readonly EncodedPicture[]) {
      captioner.calls += 1;
      captioner.given.push(...pictures);
      return pictures.map(({ bytes }) => outcomeOf(sayings[new TextDecoder().decode(bytes)]));
    },
    close: async () => {},
  };
  return captioner;
};
