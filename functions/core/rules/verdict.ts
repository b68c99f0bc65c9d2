// What a picture is judged by, and what is said about each rule: docs/publishing-rules.md.
import type { Box, Facts } from '../facts/facts.ts';
import type { MediaFormat } from '../picture/video-format.ts';
import type { Origin } from '../record/record.ts';
import type { CheckName, Level, Unit } from './checks.ts';

/** What a rule can come to; `unknown`: what it needs was not measured. */
export type RuleResult = 'pass' | 'fail' | 'unknown';

/** The upright size in px, the bytes and the format of a file, and its difference hash. */
export type RuleFile = { bytes: number; width: number; height: number; format: MediaFormat; dhash: string };

/** A text as it would be published; '' as an alt text: decided to be decorative. `lang` is BCP 47. */
export type RuleText = { text: string; lang?: string; origin?: Origin };

/** Another picture that looks the same: bits of the two difference hashes that differ, 0..64. */
export type Duplicate = { name: string; distance: number };

/** What is known of a picture. What is absent is not known, and rules about it come to `unknown`. */
export type RuleSubject = {
  /** key or path; its extension and its last part are judged */
  name: string;
  file?: RuleFile;
  facts: Facts;
  texts?: { alt?: RuleText; others: readonly string[]; isPending: boolean };
  /** objects, attributes, scene words and things that texts name */
  tags?: readonly { name: string; confidence: number }[];
  /** within MOST_DISTANCE, among the pictures that were compared */
  duplicates?: readonly Duplicate[];
  /** which pictures were compared, in words, where there are others that were not */
  comparedOnly?: string;
};

/** Numbers are in the verdict's unit, bounds are allowed themselves; `allowed` and `forbidden` are words. */
export type Limit = { min?: number; max?: number; allowed?: readonly string[]; forbidden?: readonly string[] };

/** What a measured value can be: a number in the verdict's unit, a word, or what was found. */
export type Measured = number | string | readonly string[];

/** One rule's verdict; `why` says why nothing is known, `boxes` where to look. */
export type Verdict = {
  check: CheckName;
  level: Level;
  result: RuleResult;
  measured?: Measured;
  unit?: Unit;
  limit?: Limit;
  /** the rule in the channel's words, shortened */
  rule: string;
  why?: string;
  boxes?: readonly Box[];
};

/** All verdicts of a pack; `result` is that of its rules of the level `must`. */
export type Judgement = { pack: string; title: string; result: RuleResult; verdicts: Verdict[] };

/** What a check finds, before its rule's words are added. */
export type Finding = Pick<Verdict, 'result' | 'measured' | 'unit' | 'limit' | 'why' | 'boxes'>;
