// Descriptions of a video's shots as a WebVTT file (W3C, kind "descriptions"): players with a screen reader speak each as its shot begins.
// https://www.w3.org/TR/webvtt1/
import type { Shot } from '../facts/facts.ts';
import { USUAL_LANG } from '../record/languages.ts';
import type { CaptionRecord, Product } from '../record/record.ts';
import { doubted, isUnsure } from '../text/certainty.ts';
import { neutralWords, withoutUnwanted } from '../text/machine-words.ts';
import type { WordingRules } from '../text/wording-rules.ts';

const MS_PER_S = 1000;
const S_PER_MIN = 60;
const MIN_PER_H = 60;
const digits = (value: number, width = 2): string => String(value).padStart(width, '0');

/** hh:mm:ss.ttt */
export const timestamp = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms));
  const seconds = Math.floor(whole / MS_PER_S);
  const minutes = Math.floor(seconds / S_PER_MIN);
  return `${digits(Math.floor(minutes / MIN_PER_H))}:${digits(minutes % MIN_PER_H)}:${digits(seconds % S_PER_MIN)}.${digits(whole % MS_PER_S, 3)}`;
};

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Cue text: no markup, and one line, as an empty one would end the cue. */
const cueText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[&<>]/g, (mark) => ESCAPES[mark] ?? mark);

/** What is said about a shot, without what the shop does not want said; doubt comes first. */
const said = (shot: Shot, product: Product | undefined, rules: WordingRules): string => {
  const text = withoutUnwanted(neutralWords(shot.text ?? '', rules), product).trim();
  if (text === '') return '';
  const { confidence, calibrated } = shot;
  const sureness = { ...(confidence !== undefined && { confidence }), ...(calibrated === false && { calibrated }) };
  return isUnsure({ origin: 'machine', ...sureness }) ? doubted(text, USUAL_LANG) : text;
};

/**
 * The file; undefined for what is no video. It has no cue where the machine was silent about every shot, or where a person has rejected its
 * text, which is made of the same sentences.
 */
export const webVtt = ({ facts, product, withheld }: CaptionRecord, rules: WordingRules): string | undefined => {
  if (facts?.shots === undefined) return undefined;
  const shots = withheld?.alt === undefined ? facts.shots : [];
  const cues = shots
    .map((shot) => ({ shot, text: cueText(said(shot, product, rules)) }))
    .filter(({ text }) => text !== '')
    .map(({ shot, text }, i) => `${i + 1}\n${timestamp(shot.startMs)} --> ${timestamp(shot.endMs)}\n${text}\n`);
  return ['WEBVTT\n', ...cues].join('\n');
};
