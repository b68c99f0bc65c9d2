// What is stored about a picture: from what a captioner said about it, or from what is known about the same bytes.
import type { Captioned, EmbeddedTexts } from '../caption.ts';
import { costUsd } from '../cost.ts';
import { UNKNOWN_LANG, USUAL_LANG } from '../record/languages.ts';
import { type CaptionRecord, type MachineResult, PIPELINE, type Route, type Text } from '../record/record.ts';
import type { Result } from '../record/record-rules.ts';
import { automaticTexts, mergeTexts, type Texts } from '../record/text-rules.ts';

/** The bytes that were captioned, and where. `usdPerSecond` is for all copies of the model together; `at` in ms since 1970. */
export type Work = { sha256: string; bytes: number; route: Route; usdPerSecond: number; models: number; at: number };

/** What the machine said, as it is stored. */
export const machineResult = (captioned: Captioned, { route, usdPerSecond, models }: Work): MachineResult => {
  const { model, style, confidence, calibrated, plain } = captioned;
  const ms = Math.round(captioned.ms.decode + captioned.ms.encode + captioned.ms.steps);
  const how = { model, style, route, confidence, ...(calibrated === false && { calibrated }) };
  const said = { ...how, plain, ms, costUsd: costUsd(ms, usdPerSecond, models) };
  return captioned.status === 'abstained' ? { ...said, abstained: captioned.reason, sure: captioned.sure } : { ...said, sure: [] };
};

/** The machine's texts; none when it abstained. */
export const machineTexts = (captioned: Captioned, { sha256, at }: Pick<Work, 'sha256' | 'at'>): Texts => {
  if (captioned.status === 'abstained') return {};
  const { model, confidence, calibrated, text } = captioned;
  const sureness = { confidence, ...(calibrated === false && { calibrated }) };
  const said: Text = { text, lang: USUAL_LANG, origin: 'machine', at, model, ...sureness, sha256 };
  return { alt: said, caption: said };
};

const embeddedTexts = ({ alt, long }: EmbeddedTexts, { sha256, at }: Work): Texts => {
  const found = Object.entries({ alt, long }).flatMap(([kind, embedded]) => {
    if (embedded === undefined) return [];
    const { text, lang } = embedded;
    const stored: Text = { text, lang: lang === 'x-default' ? UNKNOWN_LANG : lang, origin: 'embedded', at, sha256 };
    return [[kind, stored] as const];
  });
  return Object.fromEntries(found);
};

/** All that a captioner has found out about a picture. */
export const captionedResult = (captioned: Captioned, work: Work): Result => {
  const { width, height, format, dhash, embedded } = captioned.picture;
  return {
    picture: { sha256: work.sha256, bytes: work.bytes, width, height, format, dhash },
    machine: machineResult(captioned, work),
    texts: mergeTexts(machineTexts(captioned, work), embeddedTexts(embedded, work)),
  };
};

/** What the same bytes had under another key; undefined when not all of it is known any more. It has cost nothing. */
export const reusedResult = ({ state, pipeline, picture, machine, texts, refine }: CaptionRecord, sha256: string): Result | undefined => {
  if (state !== 'READY' || pipeline !== PIPELINE || picture?.sha256 !== sha256 || machine === undefined) return undefined;
  const automatic = Object.values(automaticTexts(texts)).filter((text) => text.sha256 === sha256 && text.locked !== true);
  const said = automatic.find(({ origin }) => origin === 'machine');
  if (said === undefined && machine.abstained === undefined) return undefined;
  const embedded = Object.entries(texts).filter(([, text]) => text.origin === 'embedded' && text.sha256 === sha256);
  const copied = mergeTexts(said === undefined ? {} : { alt: said, caption: said }, Object.fromEntries(embedded));
  return { picture, machine: { ...machine, ms: 0, costUsd: 0 }, texts: copied, ...(refine === 'done' && { refine }) };
};
