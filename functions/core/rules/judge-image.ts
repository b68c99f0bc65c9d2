// The use case: an image of the service, judged by one pack or by all.
import { findImage } from '../lookup/lookup-images.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import { invalidField } from '../lookup/request-error.ts';
import type { CaptionRecord } from '../record/record.ts';
import { folderDuplicates } from './folder-duplicates.ts';
import { judgementOf } from './judge.ts';
import type { RulePack } from './rule-pack.ts';
import { subjectOfRecord } from './subject-of-record.ts';
import type { Judgement } from './verdict.ts';

/** An image and its judgements, in the order of the packs. */
export type JudgedImage = { record: CaptionRecord; judgements: Judgement[] };

/** @throws RequestError INVALID_REQUEST when no pack has the name */
const chosen = (packs: readonly RulePack[], name: string | undefined): readonly RulePack[] => {
  if (name === undefined) return packs;
  const found = packs.filter((pack) => pack.name === name);
  if (found.length === 0) throw invalidField('pack', `must be one of ${packs.map((pack) => pack.name).join(', ')}`);
  return found;
};

/** Whether a pack asks what else looks the same. */
const asksForDuplicates = ({ rules }: RulePack): boolean => rules.some(({ check }) => check === 'duplicates');

/**
 * The judgements of an image.
 * @param name the pack's; all packs when left out
 * @throws RequestError NOT_FOUND, INVALID_REQUEST
 */
export const judgeImage = async (
  lookup: Lookup,
  principal: Principal,
  id: string,
  packs: readonly RulePack[],
  name: string | undefined,
): Promise<JudgedImage> => {
  const asked = chosen(packs, name);
  const record = await findImage(lookup, principal, id);
  const compared = asked.some(asksForDuplicates) ? await folderDuplicates(lookup, principal, record) : {};
  const subject = { ...subjectOfRecord(record, lookup.settings), ...compared };
  return { record, judgements: asked.map((pack) => judgementOf(subject, pack)) };
};
