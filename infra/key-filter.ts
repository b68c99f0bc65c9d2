// Which keys the event rule lets through: by prefix and suffix, and not below the output prefix. A pattern cannot want a suffix and refuse a
// prefix: with suffixes alone the ingest function leaves out what is below it.
import type { Settings } from './settings.ts';

/** One alternative of an EventBridge pattern for an object's key. */
export type KeyPattern = { prefix: string } | { suffix: string } | { wildcard: string } | { 'anything-but': { prefix: string } };

const literal = (part: string): string => part.replace(/[\\*]/g, '\\$&');

/** Patterns of which one must match; undefined when every key is to be captioned. */
export const keyPatterns = ({ keyPrefixes, keySuffixes, outputPrefix }: Settings): KeyPattern[] | undefined => {
  if (keyPrefixes.length > 0 && keySuffixes.length > 0) {
    return keyPrefixes.flatMap((prefix) => keySuffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` })));
  }
  if (keyPrefixes.length > 0) return keyPrefixes.map((prefix) => ({ prefix }));
  if (keySuffixes.length > 0) return keySuffixes.map((suffix) => ({ suffix }));
  return outputPrefix === '' ? undefined : [{ 'anything-but': { prefix: outputPrefix } }];
};
