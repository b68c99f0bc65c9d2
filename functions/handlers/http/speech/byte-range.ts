// The header Range of requests for audio: one range of bytes, as players ask for (Safari plays nothing without). RFC 9110, section 14.

/** First and last byte, both included; 'none': the whole; 'beyond': there are no such bytes. */
export type ByteRange = { first: number; last: number } | 'none' | 'beyond';

const ONE_RANGE = /^bytes=(\d*)-(\d*)$/;

/** The range that is asked of `length` bytes. Several ranges, other units and broken headers ask for the whole. */
export const byteRange = (header: string | undefined, length: number): ByteRange => {
  const [, from, to] = ONE_RANGE.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || from + to === '') return 'none';
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'none';
  return first < length && first <= last ? { first, last } : 'beyond';
};
