// Which keys of a listing are the caller's, in the order in which the store lists them.
import type { Lookup } from './lookup-ports.ts';
import { ownsObject, type Principal } from './principal.ts';

const encoder = new TextEncoder();

/** Order of UTF-8 bytes, as the store lists keys. */
export const compareBytes = (a: string, b: string): number => {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  const at = left.findIndex((byte, i) => byte !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at] ?? 0) - (right[at] ?? -1);
};

/** The parts of `prefix` that are the caller's, in the order of their keys and without overlap. */
export const rangesOf = (
  { bucket, prefix }: { bucket: string; prefix: string },
  principal: Principal,
  { settings }: Pick<Lookup, 'settings'>,
): string[] => {
  if (ownsObject(principal, { bucket, key: prefix }, settings.bucket)) return [prefix];
  if (principal.prefixes === undefined || bucket !== settings.bucket) return [];
  const within = principal.prefixes.filter((own) => own.startsWith(prefix)).toSorted(compareBytes);
  return within.filter((own, at) => !within.slice(0, at).some((other) => own.startsWith(other)));
};
