// A captioner that takes videos, too: shots, a key frame of each, and the captioner's sentence about it; everything else goes to the captioner.
import type { CaptionChoices, Captioned, Captioner } from '../caption.ts';
import { asPictureError } from '../errors.ts';
import type { Shot } from '../facts/facts.ts';
import { checkByteCount } from '../picture/picture-checks.ts';
import { sniffVideo, type VideoFormat } from '../picture/video-format.ts';
import { type ShotPlan, shotsOf } from './shots.ts';
import { summaryOf } from './summary.ts';
import type { VideoInfo } from './video-limits.ts';
import type { OpenVideo, VideoReader } from './video-ports.ts';

/** `now` in ms from any beginning, for durations. */
export type VideoParts = { captioner: Captioner; reader: VideoReader; now(): number };

type Answered = { plan: ShotPlan; outcome: Captioned };

const shotOf = ({ plan: { startMs, endMs }, outcome }: Answered): Shot => {
  if (outcome.status === 'abstained') return { startMs, endMs };
  const { text, confidence, calibrated } = outcome;
  return { startMs, endMs, text, confidence, ...(calibrated === false && { calibrated }) };
};

/** Captions of the key frames, one frame at a time. @throws PictureError the first frame's, when no frame has an answer */
const captionShots = async (captioner: Captioner, video: OpenVideo, plans: readonly ShotPlan[], choices: CaptionChoices) => {
  const answered: Answered[] = [];
  let failed: Error | undefined;
  for (const plan of plans) {
    const bytes = await video.frameAt(plan.keyMs);
    const [outcome = asPictureError(undefined)] = await captioner.caption([{ bytes, analyse: false }], choices);
    if (outcome instanceof Error) failed ??= outcome;
    else answered.push({ plan, outcome });
  }
  if (answered.length > 0) return answered;
  throw asPictureError(failed);
};

const sum = (all: readonly Answered[], part: 'decode' | 'encode' | 'steps'): number =>
  all.reduce((total, { outcome }) => total + outcome.ms[part], 0);

/** What is said about the whole: the shots' sentences together, as sure as the least sure of them. */
const wholeOf = (answered: readonly Answered[], info: VideoInfo, format: VideoFormat, openMs: number): Captioned => {
  const shots = answered.map(shotOf);
  const [first] = answered.toSorted((a, b) => b.outcome.confidence - a.outcome.confidence);
  if (first === undefined) throw asPictureError(undefined);
  const spoken = answered.map(({ outcome }) => outcome).filter(({ status }) => status === 'captioned');
  const { outcome } = first;
  const ms = { decode: openMs + sum(answered, 'decode'), encode: sum(answered, 'encode'), steps: sum(answered, 'steps') };
  const about = { picture: { ...outcome.picture, width: info.width, height: info.height, format }, facts: { shots }, ms };
  if (outcome.status === 'abstained') return { ...outcome, ...about };
  const confidence = Math.min(...spoken.map((one) => one.confidence));
  return { ...outcome, ...about, confidence, text: summaryOf(shots), plain: spoken.map(({ plain }) => plain).join('; ') };
};

type Film = { bytes: Uint8Array; format: VideoFormat; choices: CaptionChoices };

const captionVideo = async ({ captioner, reader, now }: VideoParts, { bytes, format, choices }: Film): Promise<Captioned> => {
  const began = now();
  checkByteCount(bytes.length, reader.limits);
  const video = await reader.open(bytes);
  try {
    const plans = await shotsOf(video.smallFrames(), video.info.durationMs);
    const openMs = now() - began;
    return wholeOf(await captionShots(captioner, video, plans, choices), video.info, format, openMs);
  } finally {
    await video.close();
  }
};

/** The captioner for pictures and, one after the other, videos. Each outcome stands at its picture's place. */
export const videoCaptioner = ({ captioner, ...parts }: VideoParts): Captioner => ({
  ...captioner,
  async caption(pictures, choices) {
    const formats = pictures.map(({ bytes }) => sniffVideo(bytes));
    const stills = pictures.filter((_, i) => formats[i] === undefined);
    const outcomes = stills.length === 0 ? [] : await captioner.caption(stills, choices);
    const said = outcomes.values();
    const all: (Captioned | Error)[] = [];
    for (const [i, { bytes }] of pictures.entries()) {
      const format = formats[i];
      if (format === undefined) all.push(said.next().value ?? asPictureError(undefined));
      else all.push(await captionVideo({ captioner, ...parts }, { bytes, format, choices }).catch(asPictureError));
    }
    return all;
  },
});
