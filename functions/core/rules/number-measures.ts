// How the numbers that rules bound are measured: from the file, from the quality stage, from what was found, and from the alt text.
import type { Box } from '../facts/facts.ts';
import type { Quality } from '../facts/quality.ts';
import { isPersonLabel } from '../text/long-parts.ts';
import type { NumberCheck } from './checks.ts';
import type { RuleFile, RuleSubject } from './verdict.ts';

const PIXELS_PER_MEGAPIXEL = 1_000_000;
const WHOLE: Box = [0, 0, 1, 1];

/** From which share of the rim, and up to which distance from white (CIEDE2000), a rim is white all around. */
const WHITE_RIM = { share: 0.9, deltaE: 1 } as const;

/** A measured number and where, `orMore`: it may be larger; `exempt`: the check is not about such pictures; `why`: it is not known. */
export type NumberFinding = { value: number; orMore?: true; boxes?: readonly Box[] } | { exempt: string } | { why: string };

type Measure = (subject: RuleSubject) => NumberFinding;

/** Why a stage of the analysis has not told something. */
export const whyNot = ({ facts }: RuleSubject, stage: 'quality' | 'objects' | 'text' | 'logos'): string =>
  facts.failed?.[stage] === undefined ? `the analysis "${stage}" has not looked at the picture` : `the analysis "${stage}" failed`;

/** Why nothing is known about the file. */
export const NOT_READ = 'the picture has not been read';

const ofFile =
  (value: (file: RuleFile) => number): Measure =>
  ({ file }) =>
    file === undefined ? { why: NOT_READ } : { value: value(file) };

const ofQuality =
  (finding: (quality: Quality) => NumberFinding): Measure =>
  (subject) =>
    subject.facts.quality === undefined ? { why: whyNot(subject, 'quality') } : finding(subject.facts.quality);

const qualityValue = (value: (quality: Quality) => number): Measure => ofQuality((quality) => ({ value: value(quality) }));

const ofSubject = (value: (subject: NonNullable<Quality['subject']>) => number): Measure =>
  ofQuality(({ subject }) =>
    subject === undefined
      ? { why: 'no even background was found that the product could be told from' }
      : { value: value(subject), boxes: [subject.box] },
  );

/** Where borders are: left, top, right, bottom. */
const borderBoxes = ([left, top, right, bottom]: Quality['border']): Box[] => {
  const strips: Box[] = [
    [0, 0, left, 1],
    [0, 0, 1, top],
    [1 - right, 0, right, 1],
    [0, 1 - bottom, 1, bottom],
  ];
  return strips.filter(([, , width, height]) => width > 0 && height > 0);
};

/** A white rim is the background: the straight edge of a book before it looks like that of a frame. */
const hasWhiteRim = ({ background: { share, whiteDeltaE } }: Quality): boolean =>
  share >= WHITE_RIM.share && whiteDeltaE <= WHITE_RIM.deltaE;

const border = ofQuality((quality) =>
  hasWhiteRim(quality) ? { value: 0 } : { value: Math.max(...quality.border), boxes: borderBoxes(quality.border) },
);

const watermark = ofQuality(({ watermark: suspicion }) =>
  suspicion === undefined ? { why: 'a watermark was not looked for' } : { value: suspicion, boxes: [WHOLE] },
);

const compression: Measure = (subject) => {
  const { file, facts } = subject;
  if (file === undefined) return { why: NOT_READ };
  if (file.format !== 'jpeg') return { exempt: file.format };
  if (facts.quality === undefined) return { why: whyNot(subject, 'quality') };
  const { jpegQuality } = facts.quality;
  return jpegQuality === undefined ? { why: 'the file does not tell its quality' } : { value: jpegQuality };
};

const people: Measure = (subject) => {
  const { people: found, objects = [] } = subject.facts;
  if (found === undefined) return { why: whyNot(subject, 'objects') };
  const boxes = objects.filter(({ label }) => isPersonLabel(label)).map(({ box }) => box);
  return { value: found.count, ...(found.orMore === true && { orMore: true }), boxes };
};

/** Why nothing can be said about words that are not there. */
export const NO_ALT = 'there is no alt text to judge';

const altLength: Measure = ({ texts }) => (texts?.alt === undefined ? { why: NO_ALT } : { value: [...texts.alt.text].length });

/** How each number is measured. */
export const NUMBER_MEASURES: Readonly<Record<NumberCheck, Measure>> = {
  'longest-side': ofFile(({ width, height }) => Math.max(width, height)),
  'shortest-side': ofFile(({ width, height }) => Math.min(width, height)),
  width: ofFile(({ width }) => width),
  height: ofFile(({ height }) => height),
  megapixels: ofFile(({ width, height }) => (width * height) / PIXELS_PER_MEGAPIXEL),
  'aspect-ratio': ofFile(({ width, height }) => width / height),
  'file-size': ofFile(({ bytes }) => bytes),
  'background-share': qualityValue(({ background }) => background.share),
  'background-white': qualityValue(({ background }) => background.whiteDeltaE),
  'subject-area': ofSubject(({ share }) => share),
  'subject-extent': ofSubject(({ box: [, , width, height] }) => Math.max(width, height)),
  border,
  watermark,
  sharpness: qualityValue(({ sharpness }) => sharpness),
  brightness: qualityValue(({ brightness }) => brightness),
  contrast: qualityValue(({ contrast }) => contrast),
  underexposed: qualityValue(({ underexposed }) => underexposed),
  overexposed: qualityValue(({ overexposed }) => overexposed),
  compression,
  people,
  'alt-length': altLength,
};
