// Texts into copies of all pictures below a prefix, one after another, so that never two files are held.
import type { Operations } from '../operate/operate-ports.ts';
import { imageId } from '../record/image-id.ts';
import type { CaptionRecord } from '../record/record.ts';
import { type Embedded, type EmbedOptions, embedPicture } from './embed-picture.ts';
import { targetPrefix } from './embed-targets.ts';

const PAGE_RECORDS = 100;

/** Which pictures: one by its key, or all below a prefix; at most `limit` are written. */
export type EmbedQuery = EmbedOptions & { prefix: string; key: string | undefined; limit: number };

async function* recordsBelow({ store, bucket }: Operations, prefix: string): AsyncGenerator<CaptionRecord> {
  let after: string | undefined;
  do {
    const page = await store.listByKey({ bucket, prefix, state: 'READY', limit: PAGE_RECORDS, ...(after !== undefined && { after }) });
    yield* page.records;
    after = page.next;
  } while (after !== undefined);
}

async function* recordOf({ store, bucket }: Operations, key: string): AsyncGenerator<CaptionRecord> {
  const record = await store.get(await imageId(bucket, key));
  if (record !== undefined) yield record;
}

/**
 * Writes texts of pictures and tells of each.
 * @returns how many records were looked at
 * @throws CodedError CONFIG for a service without an output prefix, UNAVAILABLE or INTERNAL
 */
export const embedPictures = async (
  operations: Operations,
  { prefix, key, limit, ...options }: EmbedQuery,
  tell: (key: string, embedded: Embedded) => void | Promise<void>,
): Promise<number> => {
  const below = targetPrefix(operations.keys);
  let looked = 0;
  let written = 0;
  for await (const record of key === undefined ? recordsBelow(operations, prefix) : recordOf(operations, key)) {
    const embedded = await embedPicture(operations, below, record, options);
    looked += 1;
    await tell(record.key, embedded);
    if (embedded.outcome === 'written') written += 1;
    if (written >= limit) break;
  }
  return looked;
};
