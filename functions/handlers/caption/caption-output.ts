// How the caption command writes an outcome: one line for people, or one JSON object.
import type { Caption, Captioned, Region, StageMs } from '../../core/caption.ts';
import { asPictureError, type CodedError } from '../../core/errors.ts';
import type { Judgement } from '../../core/rules/verdict.ts';

/** What became of one picture; `file` where rules ask for it. */
export type Outcome = { name: string; result: Captioned | Error; file?: { bytes: number; sha256: string } };

const PERCENT = 100;
const percent = (probability: number): string => `${Math.round(probability * PERCENT)} %`;

const reasonFor = (caption: Extract<Caption, { status: 'abstained' }>): string =>
  caption.reason === 'NO_WORDS' ? 'no words were found' : `not sure enough (${percent(caption.confidence)})`;

const sentenceFor = (caption: Caption): string => {
  if (caption.status === 'captioned') return `${caption.text} (${percent(caption.confidence)}, ${caption.model})`;
  const sure = caption.sure.length === 0 ? '' : `; sure of: ${caption.sure.join(', ')}`;
  const guess = caption.plain === '' ? '' : `; the rejected guess: "${caption.plain}"`;
  return `no caption: ${reasonFor(caption)}${sure}${guess} (${caption.model})`;
};

/** What was found and where: the left upper corner and the size, in percent of the picture. */
const regionLine = ({ label, box: [left, top, width, height] }: Region): string =>
  `    ${label}: ${percent(width)} x ${percent(height)} at ${percent(left)}, ${percent(top)}`;

const timesLine = ({ decode, encode, steps, facts = {} }: StageMs): string => {
  const parts = { decode, encoder: encode, decoder: steps, ...facts };
  return `    ${Object.entries(parts)
    .map(([part, ms]) => `${part} ${ms.toFixed(0)} ms`)
    .join(', ')}`;
};

/** Lines for people; alternatives are indented below. */
export const humanLines = (name: string, caption: Caption, verbose: boolean): string => {
  const others = caption.nBest.length > 1 ? caption.nBest.map(({ plain, score }) => `    ${score.toFixed(3)}  ${plain}`) : [];
  const times = verbose ? [timesLine(caption.ms)] : [];
  const words = verbose ? [`    ${caption.words.map(({ word, logProb }) => `${word} ${logProb.toFixed(2)}`).join(', ')}`] : [];
  return [`${name}: ${sentenceFor(caption)}`, ...(caption.regions ?? []).map(regionLine), ...others, ...words, ...times].join('\n');
};

/** One clear line for a picture that failed. */
export const failureLine = (name: string, error: Error): string => {
  const { code, message }: CodedError = asPictureError(error);
  return `${name}: ${code}: ${message}`;
};

/** What a line of JSON has besides: each word's log probability, and what the analysis found. */
export type JsonExtras = { verbose: boolean; facts: boolean };

/** One line of JSON; the same fields in every line of a status, and `rules` where packs were given. */
export const jsonLine = ({ name, result }: Outcome, { verbose, facts }: JsonExtras, rules?: readonly Judgement[]): string => {
  if (result instanceof Error) {
    const { code, message } = asPictureError(result);
    return JSON.stringify({ image: name, status: 'failed', code, message });
  }
  const { status, plain, confidence, features, nBest, model, style, ms, words, regions } = result;
  return JSON.stringify({
    image: name,
    status,
    text: status === 'captioned' ? result.text : null,
    plain,
    confidence,
    features,
    nBest,
    ...(regions === undefined ? {} : { regions }),
    generalised: status === 'captioned' ? result.generalised : [],
    reason: status === 'abstained' ? result.reason : null,
    sure: status === 'abstained' ? result.sure : [],
    model,
    style,
    ms,
    ...(facts ? { facts: result.facts ?? {} } : {}),
    ...(rules === undefined ? {} : { rules }),
    ...(verbose ? { tokens: words } : {}),
  });
};
