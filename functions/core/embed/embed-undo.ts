// Takes away what was written, and nothing else: only objects with our mark of the picture that their key tells.
import type { Operations } from '../operate/operate-ports.ts';
import { isOurs, targetKey, targetPrefix } from './embed-targets.ts';

/** Which ones: those of one picture by its key, or of all below a prefix; at most `limit`. */
export type UndoQuery = { prefix: string; key: string | undefined; limit: number; dryRun: boolean };

/** What became of an object below the prefix. */
export type Undone = 'removed' | 'not ours';

async function* targetsOf({ objects, bucket }: Operations, below: string, { prefix, key }: UndoQuery): AsyncGenerator<string> {
  if (key !== undefined) {
    yield targetKey(below, key, 'copy');
    yield targetKey(below, key, 'sidecar');
    return;
  }
  for await (const object of objects.list(bucket, `${below}${prefix}`)) yield object.key;
}

/**
 * Removes copies and sidecars, and tells of each.
 * @returns how many were removed
 * @throws CodedError CONFIG for a service without an output prefix, UNAVAILABLE or INTERNAL
 */
export const undoEmbedding = async (
  operations: Operations,
  query: UndoQuery,
  tell: (target: string, undone: Undone) => void | Promise<void>,
): Promise<number> => {
  const { objects, bucket, keys } = operations;
  const below = targetPrefix(keys);
  let removed = 0;
  for await (const target of targetsOf(operations, below, query)) {
    const there = await objects.head(bucket, target);
    if (there === undefined) continue;
    if (!(await isOurs({ bucket, prefix: below }, target, there.metadata, query.key))) {
      await tell(target, 'not ours');
      continue;
    }
    if (!query.dryRun) await objects.remove(bucket, target);
    removed += 1;
    await tell(target, 'removed');
    if (removed >= query.limit) break;
  }
  return removed;
};
