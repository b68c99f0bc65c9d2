// A record in the form of the response of Azure Image Analysis 4.0 (api-version 2023-10-01), for programs that read that:
// https://learn.microsoft.com/azure/ai-services/computer-vision/how-to/call-analyze-image-40. The service ends on 25 September 2028.
import type { Box, Facts } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { tagsOf } from '../tags/tags-of.ts';
import { altFor } from '../text/alt-for.ts';
import { isUnwanted, neutralWords, withoutUnwanted } from '../text/machine-words.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { WordingRules } from '../text/wording-rules.ts';

/** px from the top left corner of the upright picture. */
export type AzureBox = { x: number; y: number; w: number; h: number };

type Point = { x: number; y: number };
type Tag = { name: string; confidence: number };
type Line = { text: string; boundingPolygon: Point[]; words: { text: string; boundingPolygon: Point[]; confidence: number }[] };

/** The response. Every part is there, also when it is empty; a confidence of 0 says that none is known. */
export type AzureView = {
  modelVersion: string;
  metadata: { width: number; height: number };
  captionResult: { text: string; confidence: number };
  denseCaptionsResult: { values: { text: string; confidence: number; boundingBox: AzureBox }[] };
  tagsResult: { values: Tag[] };
  objectsResult: { values: { boundingBox: AzureBox; tags: Tag[] }[] };
  readResult: { blocks: { lines: Line[] }[] };
  smartCropsResult: { values: [] };
  peopleResult: { values: { boundingBox: AzureBox; confidence: number }[] };
};

type Size = AzureView['metadata'];

/** Words for people among the labels of objects. */
const PEOPLE: readonly string[] = ['person', 'people', 'man', 'woman', 'boy', 'girl', 'child', 'baby'];

const NOT_KNOWN = 0;
const CERTAIN = 1;

/** Models find things that reach beyond the picture; what programs cut out does not. */
const edge = (fraction: number, pixels: number): number => Math.round(Math.min(1, Math.max(0, fraction)) * pixels);

const boxOf = ([left, top, width, height]: Box, size: Size): AzureBox => {
  const [x, y] = [edge(left, size.width), edge(top, size.height)];
  // both edges are rounded, so that boxes that touch still do
  return { x, y, w: edge(left + width, size.width) - x, h: edge(top + height, size.height) - y };
};

const corners = ({ x, y, w, h }: AzureBox): Point[] => [
  { x, y },
  { x: x + w, y },
  { x: x + w, y: y + h },
  { x, y: y + h },
];

const lineOf = ({ text, confidence = NOT_KNOWN, box }: NonNullable<Facts['text']>[number], size: Size): Line => {
  const boundingPolygon = box === undefined ? [] : corners(boxOf(box, size));
  // where the words of a line are is known only when it is one word
  const words = /\s/.test(text) ? [] : [{ text, boundingPolygon, confidence }];
  return { text, boundingPolygon, words };
};

const tagOf = ({ label, confidence = NOT_KNOWN }: { label: string; confidence?: number }): Tag => ({ name: label, confidence });

type Dense = AzureView['denseCaptionsResult']['values'];

/** The caption of the whole picture, then those of its parts, in the words in which the service says them. */
const denseOf = ({ facts, product }: CaptionRecord, caption: AzureView['captionResult'], size: Size, rules: WordingRules): Dense => {
  const whole = { x: 0, y: 0, w: size.width, h: size.height };
  const parts = (facts?.dense ?? [])
    .map(({ text, confidence, box }) => ({
      text: withoutUnwanted(neutralWords(text, rules), product),
      confidence,
      boundingBox: boxOf(box, size),
    }))
    .filter(({ text }) => text !== '');
  return [...(caption.text === '' ? [] : [{ ...caption, boundingBox: whole }]), ...parts];
};

/** What was found, in the words in which the service says it; nothing that the shop does not want said. */
const named = <T extends { label: string }>(found: readonly T[], { product }: CaptionRecord, rules: WordingRules): T[] =>
  found
    .map((one) => ({ ...one, label: neutralWords(one.label, rules) }))
    .filter(({ label }) => label !== '' && !isUnwanted(label, product));

/** The caption, else the alternative text; what a person has written is certain. Empty when there is none, or the picture is decorative. */
const captionOf = (record: CaptionRecord, rules: WordingRules, lang: string | undefined): AzureView['captionResult'] => {
  const use = lang === undefined ? {} : { lang };
  const answer = altFor(record, use, rules);
  const { caption } = effectiveTexts(record, rules, lang);
  const { text, origin, confidence } = answer.alt && caption?.text ? caption : { ...answer, text: answer.alt ?? '' };
  if (text === '') return { text, confidence: NOT_KNOWN };
  return { text, confidence: origin === 'machine' ? (confidence ?? NOT_KNOWN) : CERTAIN };
};

/** The view; `lang` as in `AltUse`. */
export const azureView = (record: CaptionRecord, rules: WordingRules, lang?: string): AzureView => {
  const { picture, facts, machine } = record;
  const metadata = { width: picture?.width ?? 0, height: picture?.height ?? 0 };
  const caption = captionOf(record, rules, lang);
  const found = facts?.objects ?? [];
  const objects = named(found, record, rules);
  const lines = (facts?.text ?? []).map((line) => lineOf(line, metadata));
  return {
    modelVersion: machine?.model ?? '',
    metadata,
    captionResult: caption,
    denseCaptionsResult: { values: denseOf(record, caption, metadata, rules) },
    tagsResult: { values: tagsOf(record, rules).map(({ name, confidence }) => ({ name, confidence })) },
    objectsResult: { values: objects.map((object) => ({ boundingBox: boxOf(object.box, metadata), tags: [tagOf(object)] })) },
    readResult: { blocks: lines.length === 0 ? [] : [{ lines }] },
    smartCropsResult: { values: [] },
    peopleResult: {
      values: found
        .filter(({ label }) => PEOPLE.includes(label.toLowerCase()))
        .map(({ box, confidence = NOT_KNOWN }) => ({ boundingBox: boxOf(box, metadata), confidence })),
    },
  };
};
