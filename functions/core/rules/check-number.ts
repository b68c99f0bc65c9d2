// Whether a measured number lies between a rule's bounds.
import { NUMBER_CHECKS, type NumberCheck } from './checks.ts';
import { NUMBER_MEASURES } from './number-measures.ts';
import type { Finding, Limit, RuleSubject } from './verdict.ts';

/** Floating point: a ratio of 1.91 is 1.91. */
const TOLERANCE = 1e-9;

const limitOf = ({ min, max }: Limit): Limit => ({ ...(min !== undefined && { min }), ...(max !== undefined && { max }) });

const isWithin = (value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Limit): boolean =>
  value >= min - TOLERANCE && value <= max + TOLERANCE;

/** Whether a number that may be larger than `value` can be within the bounds and can be beyond them. */
const isUndecided = (value: number, { min = value, max }: Limit): boolean => value < min || (max !== undefined && value <= max);

/** The finding of a rule about a number. */
export const checkNumber = (subject: RuleSubject, rule: { check: NumberCheck; min?: number; max?: number }): Finding => {
  const about = { unit: NUMBER_CHECKS[rule.check], limit: limitOf(rule) };
  const found = NUMBER_MEASURES[rule.check](subject);
  if ('why' in found) return { result: 'unknown', ...about, why: found.why };
  if ('exempt' in found) return { result: 'pass', measured: found.exempt, limit: about.limit };
  const { value, orMore, boxes = [] } = found;
  if (orMore === true && isUndecided(value, rule)) return { result: 'unknown', ...about, why: `there are ${value} or more` };
  return { result: isWithin(value, rule) ? 'pass' : 'fail', measured: value, ...about, ...(boxes.length > 0 && { boxes }) };
};
