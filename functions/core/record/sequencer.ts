// S3's order of the events on one key.

/** What S3 calls a sequencer: hexadecimal digits of any length; '' (found by listing) is older than all. */
export const SEQUENCER = /^[0-9A-Fa-f]{1,64}$/;

/** Negative when `a` is older than `b`, 0 for the same event, positive when newer. Only meaningful within one key. */
export const compareSequencers = (a: string, b: string): number => {
  const digits = Math.max(a.length, b.length);
  const [left, right] = [a, b].map((sequencer) => sequencer.toUpperCase().padEnd(digits, '0')) as [string, string];
  if (left === right) return 0;
  return left < right ? -1 : 1;
};
