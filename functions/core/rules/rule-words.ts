// Verdicts in words: measured values and limits with their units, for people.
import type { Unit } from './checks.ts';
import type { Limit, Verdict } from './verdict.ts';

const BYTES_PER_MB = 1_000_000;
const BYTES_PER_KB = 1_000;
const PERCENT = 100;

const rounded = (value: number, most: number): string => value.toLocaleString('en-US', { maximumFractionDigits: most });

const bytesWords = (bytes: number): string => {
  if (bytes >= BYTES_PER_MB) return `${rounded(bytes / BYTES_PER_MB, 2)} MB`;
  return bytes >= BYTES_PER_KB ? `${rounded(bytes / BYTES_PER_KB, 1)} kB` : `${rounded(bytes, 0)} bytes`;
};

const WORDS: Readonly<Record<Unit, (value: number) => string>> = {
  px: (value) => `${rounded(value, 0)} px`,
  megapixels: (value) => `${rounded(value, 2)} megapixels`,
  bytes: bytesWords,
  ratio: (value) => rounded(value, 3),
  share: (value) => `${rounded(value * PERCENT, 1)} %`,
  'delta E': (value) => `delta E ${rounded(value, 2)}`,
  level: (value) => rounded(value, 1),
  variance: (value) => rounded(value, 1),
  quality: (value) => rounded(value, 0),
  people: (value) => rounded(value, 0),
  characters: (value) => `${rounded(value, 0)} characters`,
};

const numberWords = (value: number, unit: Unit | undefined): string => (unit === undefined ? rounded(value, 2) : WORDS[unit](value));

/** What was measured; undefined when nothing was. */
export const measuredWords = ({ measured, unit }: Verdict): string | undefined => {
  if (measured === undefined || typeof measured === 'string') return measured === '' ? 'none' : measured;
  if (typeof measured === 'number') return numberWords(measured, unit);
  return measured.length === 0 ? 'none' : measured.join(', ');
};

const boundsWords = ({ min, max }: Limit, unit: Unit | undefined): string | undefined => {
  if (min !== undefined && max !== undefined) return `${numberWords(min, unit)} to ${numberWords(max, unit)}`;
  if (min !== undefined) return `at least ${numberWords(min, unit)}`;
  return max === undefined ? undefined : `at most ${numberWords(max, unit)}`;
};

/** What is allowed; undefined when the rule has no limit. */
export const limitWords = ({ limit = {}, unit }: Verdict): string | undefined => {
  const { allowed, forbidden } = limit;
  if (forbidden !== undefined) return `not ${forbidden.join(', ')}`;
  if (allowed !== undefined) return allowed.length === 0 ? 'none' : allowed.join(', ');
  return boundsWords(limit, unit);
};
