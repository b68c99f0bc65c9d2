// Duplicates of a picture among those of its folder, looked for when somebody asks: no index has to be kept for that. docs/decisions/0027.
import { pageAfter } from '../lookup/lookup-images.ts';
import { type Lookup, PAGE_LIMITS } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import type { CaptionRecord } from '../record/record.ts';
import { type Hashed, nearDuplicates } from './near-duplicates.ts';
import type { RuleSubject } from './verdict.ts';

/** Pictures in and below the folder that are looked at: five pages, which cost as much as a hundred look-ups. */
export const MOST_COMPARED = 500;

/** What is known of a picture's duplicates. */
type Compared = Pick<RuleSubject, 'duplicates' | 'comparedOnly'>;

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

const isBelow = (key: string, folder: string): boolean => key.startsWith(folder) && !key.slice(folder.length).includes('/');

const hashedOf = ({ key, picture }: CaptionRecord): Hashed[] =>
  picture === undefined ? [] : [{ name: key, dhash: picture.dhash, sha256: picture.sha256 }];

/** The folder's pictures that the caller may see; `isWhole`: there are no more. */
const folderPictures = async (
  lookup: Lookup,
  principal: Principal,
  { bucket, key }: CaptionRecord,
): Promise<{ pictures: Hashed[]; isWhole: boolean }> => {
  const prefix = folderOf(key);
  const pictures: Hashed[] = [];
  let after: string | undefined;
  for (let seen = 0; seen < MOST_COMPARED; seen += PAGE_LIMITS.most) {
    const { records, next } = await pageAfter(lookup, principal, { bucket, prefix, limit: PAGE_LIMITS.most }, after);
    pictures.push(...records.filter((record) => isBelow(record.key, prefix)).flatMap(hashedOf));
    if (next === undefined) return { pictures, isWhole: true };
    after = next;
  }
  return { pictures, isWhole: false };
};

/** Those that look the same, and whether all were compared; nothing when the picture was not read yet. */
export const folderDuplicates = async (lookup: Lookup, principal: Principal, record: CaptionRecord): Promise<Compared> => {
  const [own] = hashedOf(record);
  if (own === undefined) return {};
  const { pictures, isWhole } = await folderPictures(lookup, principal, record);
  const [duplicates = []] = nearDuplicates([own, ...pictures.filter(({ name }) => name !== own.name)]);
  return { duplicates, ...(!isWhole && { comparedOnly: `the first ${MOST_COMPARED} pictures in and below its folder` }) };
};
