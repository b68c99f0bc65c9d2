// The change feed: every record once, at its last change, oldest first; deleted ones too. A reader who keeps the cursor misses none.

import type { CaptionRecord } from '../record/record.ts';
import { openPosition, sealPosition } from './cursor.ts';
import type { Lookup } from './lookup-ports.ts';
import { ownsObject, type Principal } from './principal.ts';

/** Changes, and the cursor to ask for the later ones; `more`: there may be some already, so ask again at once. */
export type Changes = { records: CaptionRecord[]; next: string; more: boolean };

const BEGINNING = { changedAt: 0, id: '' };

/**
 * Changes after `since`, or from the beginning, up to a moment ago. A page of a caller with prefixes may be empty and have more.
 * @throws RequestError INVALID_CURSOR
 */
export const listChanges = async (
  { store, sealer, clock, settings }: Lookup,
  principal: Principal,
  { since, limit }: { since?: string; limit: number },
): Promise<Changes> => {
  const after = since === undefined ? undefined : openPosition(sealer, since, principal, 'since');
  const page = await store.changes({ ...(after && { after }), until: clock() - settings.changesSettleMs, limit });
  const { changedAt, id } = after ?? BEGINNING;
  return {
    records: page.records.filter((record) => ownsObject(principal, record, settings.bucket)),
    next: sealPosition(sealer, page.next, principal),
    more: page.next.changedAt !== changedAt || page.next.id !== id,
  };
};
