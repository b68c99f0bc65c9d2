// What is said about a whole video, from what the captioner said about the frames that stand for its shots.
import type { Captioned } from '../caption.ts';
import type { Shot } from '../facts/facts.ts';
import type { VideoFormat } from '../picture/video-format.ts';
import type { ShotPlan } from './shots.ts';
import { summaryOf } from './summary.ts';
import type { VideoInfo } from './video-limits.ts';

/** A shot, what was said about its frame (nothing where that is broken), and how long reading that took, in ms. */
export type Answered = { plan: ShotPlan; outcome?: Captioned; readMs: number };

/** The video, and how long it took to find its shots, in ms. */
export type About = { info: VideoInfo; format: VideoFormat; openMs: number };

const isSpoken = ({ status }: Captioned): boolean => status === 'captioned';

const shotOf = ({ plan: { startMs, endMs }, outcome }: Answered): Shot => {
  if (outcome?.status !== 'captioned') return { startMs, endMs };
  const { text, confidence, calibrated } = outcome;
  return { startMs, endMs, text, confidence, ...(calibrated === false && { calibrated }) };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The surest of the frames about which something is said; of all when there is none. */
const surestOf = (outcomes: readonly Captioned[]): Captioned | undefined => {
  const spoken = outcomes.filter(isSpoken);
  const [surest] = (spoken.length > 0 ? spoken : outcomes).toSorted((a, b) => b.confidence - a.confidence);
  return surest;
};

/**
 * The shots' sentences together, as sure as the least sure of them; what is where in a single frame is no fact about the video.
 * @throws TypeError when nothing was said about any frame
 */
export const wholeOf = (answered: readonly Answered[], { info, format, openMs }: About): Captioned => {
  const shots = answered.map(shotOf);
  const outcomes = answered.flatMap(({ outcome }) => outcome ?? []);
  const surest = surestOf(outcomes);
  if (surest === undefined) throw new TypeError('Expected an outcome for at least one shot but received none');
  const { regions: _, ...said } = surest;
  const ms = {
    decode: openMs + sum(answered.map(({ readMs }) => readMs)) + sum(outcomes.map((one) => one.ms.decode)),
    encode: sum(outcomes.map((one) => one.ms.encode)),
    steps: sum(outcomes.map((one) => one.ms.steps)),
  };
  const about = { picture: { ...said.picture, width: info.width, height: info.height, format }, facts: { shots }, ms };
  const spoken = outcomes.filter(isSpoken);
  if (said.status === 'abstained') return { ...said, ...about };
  const confidence = Math.min(...spoken.map((one) => one.confidence));
  const plain = spoken.map((one) => one.plain).join('; ');
  return { ...said, ...about, confidence, text: summaryOf(shots), plain, words: spoken.length === 1 ? said.words : [] };
};
