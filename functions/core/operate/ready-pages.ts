// The READY records below a prefix, page by page, in the order of their keys.
import type { CaptionRecord } from '../record/record.ts';
import type { Operations } from './operate-ports.ts';

const PAGE_RECORDS = 100;

/** Where to look; `after`: go on after this key. */
export type Below = { prefix: string; after?: string };

/** Pages of READY records. @throws CodedError UNAVAILABLE or INTERNAL */
export async function* readyPages(
  { store, bucket }: Pick<Operations, 'store' | 'bucket'>,
  { prefix, after }: Below,
): AsyncGenerator<CaptionRecord[]> {
  let from = after;
  do {
    const page = await store.listByKey({ bucket, prefix, state: 'READY', limit: PAGE_RECORDS, ...(from !== undefined && { after: from }) });
    yield page.records;
    from = page.next;
  } while (from !== undefined);
}
