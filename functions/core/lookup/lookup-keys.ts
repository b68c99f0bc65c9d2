// All keys of a caller's pictures, told in pieces: what a list of all of them is made of without reading the records.
import { rangesOf } from './key-ranges.ts';
import type { Lookup } from './lookup-ports.ts';
import type { Principal } from './principal.ts';

/** Most requests to the store for one walk, of 1 MB of keys each: hundreds of thousands of keys within the 15 s that an answer has. */
export const MAX_KEY_REQUESTS = 200;

/** How a walk ended: all keys told, `take` wanted no more, or the bound reached. */
export type WalkEnd = 'all' | 'enough' | 'bound';

/**
 * Tells `take` the keys below `prefix` of the service's own bucket, in the order of their bytes, until it says that it has enough.
 * @param take gets each key once; true: no more
 */
export const walkKeys = async (
  lookup: Lookup,
  principal: Principal,
  prefix: string,
  take: (keys: readonly string[]) => boolean,
): Promise<WalkEnd> => {
  const { bucket } = lookup.settings;
  let requests = 0;
  for (const range of rangesOf({ bucket, prefix }, principal, lookup)) {
    let after: string | undefined;
    do {
      if (requests === MAX_KEY_REQUESTS) return 'bound';
      requests++;
      const { keys, next } = await lookup.store.keys({ bucket, prefix: range, ...(after !== undefined && { after }) });
      if (take(keys)) return 'enough';
      after = next;
    } while (after !== undefined);
  }
  return 'all';
};
