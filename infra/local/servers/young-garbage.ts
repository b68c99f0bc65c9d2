// Frees the buffers of bodies that have passed through, in time. V8 lets buffers pile up until it collects its whole heap, which it then does
// for each few tens of MB: photos of 3 MB took three times as long. Collecting only what is young takes about a millisecond.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of buffers after which they are collected: of fewer, too many would still be in use and so become old. */
const MAX_YOUNG_BYTES = 16 * 1024 * 1024;

type Collect = (options: { type: 'minor' }) => void;

/** Node has no other way to it. */
const youngCollector = (): Collect => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? (collect as Collect) : () => {};
};

let collect: Collect | undefined;
let bytesSince = 0;

/** Tells of a buffer of so many bytes that has been used and is soon not needed any more. */
export const usedBuffer = (bytes: number): void => {
  bytesSince += bytes;
  if (bytesSince < MAX_YOUNG_BYTES) return;
  bytesSince = 0;
  collect ??= youngCollector();
  collect({ type: 'minor' });
};
