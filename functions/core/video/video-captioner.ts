// A captioner that takes videos, too: shots, a key frame of each, and the captioner's sentence about it; everything else goes to the captioner.
import type { CaptionChoices, Captioned, Captioner } from '../caption.ts';
import { asPictureError, PictureError } from '../errors.ts';
import { checkByteCount } from '../picture/picture-checks.ts';
import { sniffVideo, type VideoFormat } from '../picture/video-format.ts';
import { type Answered, wholeOf } from './captioned-video.ts';
import { type ShotPlan, shotsOf } from './shots.ts';
import { framesWithin } from './video-limits.ts';
import type { OpenVideo, VideoReader } from './video-ports.ts';

/** `now` in ms from any beginning, for durations. */
export type VideoParts = { captioner: Captioner; reader: VideoReader; now(): number };

type Work = VideoParts & { video: OpenVideo; choices: CaptionChoices };

/** When another attempt may help, or there is no time for any other frame, the whole video fails. */
const stopsAll = ({ retryable, code }: PictureError): boolean => retryable || code === 'DECODE_TIMEOUT';

const captionShot = async ({ captioner, video, choices, now }: Work, plan: ShotPlan): Promise<Answered | PictureError> => {
  const began = now();
  try {
    const bytes = await video.frameAt(plan.keyMs);
    const readMs = now() - began;
    const [outcome] = await captioner.caption([{ bytes, analyse: false }], choices);
    return outcome === undefined || outcome instanceof Error ? asPictureError(outcome) : { plan, outcome, readMs };
  } catch (thrown) {
    return asPictureError(thrown);
  }
};

/**
 * Captions of the key frames, one frame at a time; a shot without an outcome has a frame that is broken, or came when the time was used up.
 * @throws PictureError the first frame's, when no frame has an answer
 */
const captionShots = async (work: Work, plans: readonly ShotPlan[]): Promise<Answered[]> => {
  const answered: Answered[] = [];
  const until = work.now() + work.reader.limits.captionMs;
  let failed = plans.length === 0 ? new PictureError('CORRUPT', 'the video has no frames') : undefined;
  for (const plan of plans) {
    const isLate = answered.length > 0 && work.now() > until;
    const shot = isLate ? { plan, readMs: 0 } : await captionShot(work, plan);
    if (shot instanceof PictureError && stopsAll(shot)) throw shot;
    if (shot instanceof PictureError) failed ??= shot;
    answered.push(shot instanceof PictureError ? { plan, readMs: 0 } : shot);
  }
  if (failed !== undefined && answered.every(({ outcome }) => outcome === undefined)) throw failed;
  return answered;
};

type Film = { bytes: Uint8Array; format: VideoFormat; choices: CaptionChoices };

const captionVideo = async (parts: VideoParts, { bytes, format, choices }: Film): Promise<Captioned> => {
  const { reader, now } = parts;
  const began = now();
  checkByteCount(bytes.length, reader.limits);
  const video = await reader.open(bytes);
  try {
    const plans = await shotsOf(framesWithin(video.smallFrames(), reader.limits), video.info.durationMs);
    const openMs = now() - began;
    return wholeOf(await captionShots({ ...parts, video, choices }, plans), { info: video.info, format, openMs });
  } finally {
    await video.close();
  }
};

/** The captioner for pictures and, one after the other, videos. Each outcome stands at its picture's place. */
export const videoCaptioner = (parts: VideoParts): Captioner => ({
  ...parts.captioner,
  async caption(pictures, choices) {
    const formats = pictures.map(({ bytes }) => sniffVideo(bytes));
    const stills = pictures.filter((_, i) => formats[i] === undefined);
    const outcomes = stills.length === 0 ? [] : await parts.captioner.caption(stills, choices);
    const said = outcomes.values();
    const all: (Captioned | Error)[] = [];
    for (const [i, { bytes }] of pictures.entries()) {
      const format = formats[i];
      if (format === undefined) all.push(said.next().value ?? asPictureError(undefined));
      else all.push(await captionVideo(parts, { bytes, format, choices }).catch(asPictureError));
    }
    return all;
  },
});
