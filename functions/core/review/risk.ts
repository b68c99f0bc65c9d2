// How much a picture's texts need a person's look, and why in words: what machines get wrong most often comes first.
import { type CaptionRecord, TEXT_KINDS, type Text } from '../record/record.ts';
import { isAutomatic } from '../record/text-rules.ts';

/** A record's risk, 1..100, and its reasons, the gravest first. */
export type Risk = { risk: number; why: string[] };

/** The highest risk. */
export const MAX_RISK = 100;

/** Calibrated probabilities below it are low: the machine is wrong in one of three such captions. */
const LOW_CONFIDENCE = 0.7;

/** What each finding adds; together at most `MAX_RISK`. */
const WEIGHTS = {
  rejected: 60,
  abstained: 50,
  lowConfidence: 35,
  people: 30,
  contradiction: 30,
  textInPicture: 20,
  proposals: 20,
  outdated: 40,
} as const;

/** Words for people: what is said of them can hurt, and is wrong most often. */
const PEOPLE_WORDS =
  /\b(?:person|people|man|men|woman|women|boy|boys|girl|girls|child|children|kid|kids|baby|babies|toddler|lady|ladies|guy|guys|couple|family|crowd|player|players|rider|riders|skier|surfer|skateboarder|snowboarder)\b/i;

type Finding = { weight: number; why: string };

const one = (weight: number, why: string | undefined | false): Finding[] => (why === undefined || why === false ? [] : [{ weight, why }]);

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const currentTexts = ({ texts }: CaptionRecord): Text[] => TEXT_KINDS.flatMap((kind) => texts[kind] ?? []);

const isReviewed = ({ review, texts }: CaptionRecord): boolean => {
  if (review === undefined || review.action === 'reject') return false;
  return texts.alt !== undefined && !isAutomatic(texts.alt);
};

const ofMachine = (record: CaptionRecord): Finding[] => {
  const { alt } = record.texts;
  if (alt === undefined || alt.origin !== 'machine') return [];
  const { confidence, calibrated, text } = alt;
  const isLow = confidence !== undefined && calibrated !== false && confidence < LOW_CONFIDENCE;
  return [
    ...one(WEIGHTS.lowConfidence, isLow && `the machine is sure by ${percent(confidence)} only`),
    ...one(WEIGHTS.people, PEOPLE_WORDS.test(text) && 'it speaks of people'),
  ];
};

/** The text in the picture that nobody has put into words. */
const ofPicture = ({ facts, texts }: CaptionRecord): Finding[] => {
  if (texts.alt !== undefined && !isAutomatic(texts.alt)) return [];
  return one(WEIGHTS.textInPicture, (facts?.text ?? []).length > 0 && 'there is text in the picture');
};

const ofState = (record: CaptionRecord): Finding[] => {
  const { machine, texts, withheld, proposals, picture } = record;
  const isOutdated = currentTexts(record).some(({ sha256 }) => sha256 !== undefined && picture !== undefined && sha256 !== picture.sha256);
  const abstained = texts.alt === undefined && machine?.abstained !== undefined;
  return [
    ...one(
      WEIGHTS.rejected,
      texts.alt === undefined && withheld?.alt !== undefined && 'a person has rejected the text, and nobody has written another',
    ),
    ...one(WEIGHTS.abstained, abstained && withheld?.alt === undefined && 'the machine was not sure enough to say anything'),
    ...one(WEIGHTS.outdated, isOutdated && 'the picture was replaced since a text was written'),
    ...one(WEIGHTS.proposals, proposals !== undefined && `a machine proposes another ${Object.keys(proposals).join(' and ')}`),
  ];
};

/** The risk of a record; undefined when its texts need no review. Only READY records have one. */
export const riskOf = (record: CaptionRecord): Risk | undefined => {
  if (record.state !== 'READY') return undefined;
  const said = isReviewed(record) ? [] : [...ofMachine(record), ...ofPicture(record)];
  const findings = [...ofState(record), ...said].toSorted((a, b) => b.weight - a.weight);
  if (findings.length === 0) return undefined;
  const sum = findings.reduce((total, { weight }) => total + weight, 0);
  return { risk: Math.min(sum, MAX_RISK), why: findings.map(({ why }) => why) };
};
