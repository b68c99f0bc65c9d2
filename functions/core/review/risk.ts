// How much a picture's texts need a person's look, and why in words: what machines get wrong most often, and hurts most, comes first.
import { lint } from '../lint/lint.ts';
import type { CaptionRecord, Text } from '../record/record.ts';
import { isAutomatic } from '../record/text-rules.ts';
import { isOutdated } from '../record/text-view.ts';
import { isUnsure } from '../text/certainty.ts';
import { productWords } from '../text/product-words.ts';

/** A record's risk, 1..100, and its reasons, the gravest first. */
export type Risk = { risk: number; why: string[] };

/** The highest risk. */
export const MAX_RISK = 100;

/** What each finding adds; together at most `MAX_RISK`. */
const WEIGHTS = {
  rejected: 60,
  missing: 55,
  abstained: 50,
  /** for a confidence of 0; less for a higher one */
  unsure: 60,
  outdated: 40,
  people: 30,
  contradiction: 30,
  lint: 25,
  textInPicture: 20,
  proposals: 20,
  uncalibrated: 10,
} as const;

/** Words for people: what is said of them can hurt, and is wrong most often. */
const PEOPLE_WORDS =
  /\b(?:person|people|adults?|man|men|woman|women|boys?|girls?|child|children|kids?|baby|babies|toddlers?|lad(?:y|ies)|guys?|couple|family|crowd|players?|riders?|skiers?|surfers?|skateboarders?|snowboarders?)\b/i;

type Finding = { weight: number; why: string };

const found = (weight: number, why: string | undefined | false): Finding[] => (why === undefined || why === false ? [] : [{ weight, why }]);

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** A person has looked at the alt text as it is, and stands for it. */
const isReviewed = ({ review, texts: { alt } }: CaptionRecord): boolean =>
  review !== undefined && review.action !== 'reject' && alt !== undefined && !isAutomatic(alt);

const ofMissingAlt = ({ withheld, machine }: CaptionRecord): Finding => {
  if (withheld?.alt !== undefined) return { weight: WEIGHTS.rejected, why: 'a person has rejected the alt text, and there is no other' };
  return machine?.abstained === undefined
    ? { weight: WEIGHTS.missing, why: 'there is no alt text' }
    : { weight: WEIGHTS.abstained, why: 'the machine was not sure enough to say anything' };
};

const ofConfidence = (alt: Text): Finding[] => {
  const { confidence = 0, calibrated } = alt;
  if (!isUnsure(alt)) return [];
  if (calibrated === false)
    return [{ weight: WEIGHTS.uncalibrated, why: 'nobody knows how often the machine is right when it is this sure' }];
  return [{ weight: Math.round(WEIGHTS.unsure * (1 - confidence)), why: `the machine is only ${percent(confidence)} sure` }];
};

const ofMachineAlt = (record: CaptionRecord, alt: Text): Finding[] => {
  if (alt.origin !== 'machine') return [];
  const [left] = productWords(record, alt.text).left;
  return [
    ...ofConfidence(alt),
    ...found(WEIGHTS.people, PEOPLE_WORDS.test(alt.text) && 'it speaks of people'),
    ...found(WEIGHTS.contradiction, left),
  ];
};

/** What the linter holds for an error; warnings are for those who look anyway. */
const ofLint = ({ key }: CaptionRecord, { text, lang, origin }: Text): Finding[] => {
  const [first] = lint(text, { kind: 'alt', lang, fileName: key, machine: origin === 'machine' }).filter(
    ({ severity }) => severity === 'error',
  );
  return found(WEIGHTS.lint, first?.why);
};

const ofAlt = (record: CaptionRecord): Finding[] => {
  const { alt } = record.texts;
  if (alt === undefined) return [ofMissingAlt(record)];
  if (isReviewed(record)) return [];
  const hasText = isAutomatic(alt) && (record.facts?.text ?? []).length > 0;
  return [...ofMachineAlt(record, alt), ...found(WEIGHTS.textInPicture, hasText && 'there is text in the picture'), ...ofLint(record, alt)];
};

const ofAll = ({ texts, proposals, picture }: CaptionRecord): Finding[] => {
  const isOld = Object.values(texts).some((text) => isOutdated(text, picture));
  const proposed = Object.keys(proposals ?? {});
  return [
    ...found(WEIGHTS.outdated, isOld && 'the picture was replaced since a text was written'),
    ...found(WEIGHTS.proposals, proposed.length > 0 && `a machine proposes another ${proposed.join(' and ')}`),
  ];
};

/** The risk of a record; undefined when its texts need no review. Only READY records have one. */
export const riskOf = (record: CaptionRecord): Risk | undefined => {
  if (record.state !== 'READY') return undefined;
  const findings = [...ofAlt(record), ...ofAll(record)].toSorted((a, b) => b.weight - a.weight);
  if (findings.length === 0) return undefined;
  const sum = findings.reduce((total, { weight }) => total + weight, 0);
  return { risk: Math.min(sum, MAX_RISK), why: findings.map(({ why }) => why) };
};
