// What is stored about a picture: from what a captioner said about it, or from what is known about the same bytes.
import type { Captioned, EmbeddedTexts } from '../caption.ts';
import { costUsd } from '../cost.ts';
import type { Facts } from '../facts/facts.ts';
import { mergedFacts } from '../facts/known-facts.ts';
import { UNKNOWN_LANG, USUAL_LANG } from '../record/languages.ts';
import { bestPast } from '../record/put-text.ts';
import { type CaptionRecord, type MachineResult, PIPELINE, type Route, TEXT_KINDS, type Text, type TextKind } from '../record/record.ts';
import type { Result } from '../record/record-rules.ts';
import { mergeTexts, type Texts } from '../record/text-rules.ts';
import { isPersonLabel } from '../text/long-parts.ts';

/** The bytes that were captioned, and where. `usdPerSecond` is for all copies of the model together; `at` in ms since 1970. */
export type Work = { sha256: string; bytes: number; route: Route; usdPerSecond: number; models: number; at: number };

/** All of the machine's work on a picture, in ms. */
const workMs = ({ ms: { decode, encode, steps, facts = {} } }: Captioned): number =>
  Math.round(decode + encode + steps + Object.values(facts).reduce((sum, ms) => sum + ms, 0));

/** Two decimals are what tags need, and little to store. */
const rounded = (probability: number): number => Math.round(probability * 100) / 100;

/** Of captioners that tell a probability of each word. */
const wordConfidences = ({ words, plain }: Captioned): Pick<MachineResult, 'wordConfidences'> =>
  words.length > 0 && words.length === plain.split(' ').length
    ? { wordConfidences: words.map(({ logProb }) => rounded(Math.exp(logProb))) }
    : {};

/** What the machine said, as it is stored. */
const machineResult = (captioned: Captioned, { route, usdPerSecond, models }: Work): MachineResult => {
  const { model, style, confidence, calibrated, plain } = captioned;
  const ms = workMs(captioned);
  const how = { model, style, route, confidence, ...(calibrated === false && { calibrated }) };
  const said = { ...how, plain, ...wordConfidences(captioned), ms, costUsd: costUsd(ms, usdPerSecond, models) };
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

/** What was found where, of styles that tell it, also when the sentence was not sure; people are counted among the things. */
const toldFacts = ({ regions }: Captioned): Facts | undefined => {
  if (regions === undefined) return undefined;
  const objects = regions.map(({ label, box }) => ({ label, box }));
  return { objects, people: { count: objects.filter(({ label }) => isPersonLabel(label)).length } };
};

/** What the analysis found goes before what a sentence tells. */
const machineFacts = (captioned: Captioned): Facts | undefined => {
  const told = toldFacts(captioned);
  return captioned.facts === undefined ? told : mergedFacts(told, captioned.facts);
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
  const facts = machineFacts(captioned);
  return {
    picture: { sha256: work.sha256, bytes: work.bytes, width, height, format, dhash },
    machine: machineResult(captioned, work),
    texts: mergeTexts(machineTexts(captioned, work), embeddedTexts(embedded, work)),
    ...(facts !== undefined && { facts }),
  };
};

const isMachines = ({ origin, locked, sha256 }: Text, wanted: string): boolean =>
  origin === 'machine' && locked !== true && sha256 === wanted;

/** What the machine said for this kind, also where a person's text stands over it by now; nothing that a person has rejected. */
const machineTextOf = (record: CaptionRecord, kind: TextKind, sha256: string): Text | undefined => {
  const present = record.texts[kind];
  if (present !== undefined && isMachines(present, sha256)) return present;
  const isLast = ({ origin, model }: Text): boolean => origin === 'machine' && model === record.machine?.model;
  const proposal = record.proposals?.[kind];
  return proposal !== undefined && isLast(proposal) && isMachines(proposal, sha256) ? proposal : bestPast(record, kind, isLast);
};

/** What the file itself says, also where a person's text stands over it by now; nothing that a person has rejected. */
const embeddedTextOf = ({ texts, proposals, ...record }: CaptionRecord, kind: TextKind, sha256: string): Text | undefined => {
  const isOfFile = ({ origin }: Text): boolean => origin === 'embedded';
  const found = [texts[kind], proposals?.[kind]].find((text) => text !== undefined && isOfFile(text) && text.sha256 === sha256);
  if (found === undefined) return bestPast({ texts, ...record }, kind, isOfFile);
  const { locked: _, ...text } = found;
  return text;
};

/** The embedded texts by kind. */
const filesOwn = (record: CaptionRecord, sha256: string): Texts =>
  Object.fromEntries(
    TEXT_KINDS.flatMap((kind) => {
      const text = embeddedTextOf(record, kind, sha256);
      return text === undefined ? [] : [[kind, text]];
    }),
  );

/** The machine's texts by kind; the two that it always writes stand in for each other. */
const machinesOwn = (record: CaptionRecord, sha256: string): Texts => {
  const [alt, caption, long, title] = TEXT_KINDS.map((kind) => machineTextOf(record, kind, sha256));
  const own = { alt: alt ?? caption, caption: caption ?? alt, long, title };
  return Object.fromEntries(Object.entries(own).filter(([, text]) => text !== undefined));
};

/** What the same bytes had under another key; undefined when not all of it is known any more. It has cost nothing. */
export const reusedResult = (record: CaptionRecord, sha256: string): Result | undefined => {
  const { state, pipeline, picture, machine, refine, facts } = record;
  if (state !== 'READY' || pipeline !== PIPELINE || picture?.sha256 !== sha256 || machine === undefined) return undefined;
  const own = machinesOwn(record, sha256);
  if (own.alt === undefined && machine.abstained === undefined) return undefined;
  return {
    picture,
    machine: { ...machine, ms: 0, costUsd: 0 },
    texts: mergeTexts(own, filesOwn(record, sha256)),
    ...(facts !== undefined && { facts }),
    ...(refine === 'done' && { refine }),
  };
};
