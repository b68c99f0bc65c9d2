// The image sitemap of all pictures, in files of 1,000 keys, and the index of the files. A file reads 1,000 records and the keys before them;
// the index reads keys alone. So neither grows with what the records hold, and both are done within the 15 s that an answer has.
import { findMany } from '../lookup/lookup-images.ts';
import { walkKeys } from '../lookup/lookup-keys.ts';
import { KEY_LIMITS, type Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import { RequestError } from '../lookup/request-error.ts';
import { isVideo } from '../picture/video-format.ts';
import type { CaptionRecord } from '../record/record.ts';
import { imageUrl, pageUrl, withoutFragment } from './image-url.ts';
import { type PictureOnPage, SITEMAP_LIMITS, sitemapIndexXml, sitemapXml } from './sitemap-xml.ts';

/** Pictures of one file: the limit of one `<url>`, so that a page of any number of pictures never has too many in a file. */
export const PICTURES_A_FILE = SITEMAP_LIMITS.images;

/** Most files that an index names. */
export const MAX_FILES = SITEMAP_LIMITS.entries;

/** Reads of 100 records that are under way at the same time. */
const READS_AT_ONCE = 5;

const requireBase = ({ settings }: Lookup): void => {
  if (settings.imageBaseUrl !== '') return;
  const fix = 'set imageBaseUrl to the address below which they are published, such as https://images.example.com/, and deploy';
  throw new RequestError('INVALID_REQUEST', `the pictures have no public address: ${fix}`);
};

/** The keys of a file; none behind the last one. */
const keysOfFile = async (lookup: Lookup, principal: Principal, prefix: string, page: number): Promise<string[]> => {
  const first = (page - 1) * PICTURES_A_FILE;
  const found: string[] = [];
  let seen = 0;
  await walkKeys(lookup, principal, prefix, (keys) => {
    found.push(...keys.slice(Math.max(0, first - seen), Math.max(0, first + PICTURES_A_FILE - seen)));
    seen += keys.length;
    return seen >= first + PICTURES_A_FILE;
  });
  return found;
};

/** What is made of each record that is there; never more than 500 of them are held, as they may be large. */
const eachOf = async <T>(
  lookup: Lookup,
  principal: Principal,
  keys: readonly string[],
  make: (record: CaptionRecord) => T,
): Promise<T[]> => {
  const parts = Array.from({ length: Math.ceil(keys.length / KEY_LIMITS.keys) }, (_, at) =>
    keys.slice(at * KEY_LIMITS.keys, (at + 1) * KEY_LIMITS.keys),
  );
  const made: T[] = [];
  for (let at = 0; at < parts.length; at += READS_AT_ONCE) {
    const some = parts.slice(at, at + READS_AT_ONCE);
    const read = await Promise.all(some.map((part) => findMany(lookup, principal, lookup.settings.bucket, part)));
    for (const record of read.flat()) if (record !== undefined) made.push(make(record));
  }
  return made;
};

const onPage = (record: CaptionRecord, { settings }: Lookup): PictureOnPage | undefined => {
  const page = pageUrl(record, settings.sitePageUrl);
  const image = imageUrl(record, settings.imageBaseUrl);
  return page === undefined || image === undefined ? undefined : { page: withoutFragment(page), image };
};

const leftOut = (count: number): string[] =>
  count === 0
    ? []
    : [
        `${count} ${count === 1 ? 'picture has' : 'pictures have'} no page or no public address and ${count === 1 ? 'is' : 'are'} left out: give the product a pageUrl, or set sitePageUrl`,
      ];

/** What a person who looks into the file is told; a file without a page is no error, but crawlers say that it is empty. */
const remarksOn = (records: number, pictures: number): string[] =>
  records === 0 ? ['there are no pictures here yet'] : leftOut(records - pictures);

/**
 * One file of the sitemap, which is of pictures and not of videos; `page` counts from 1.
 * @throws RequestError INVALID_REQUEST when the pictures have no public address, NOT_FOUND behind the last file
 */
export const sitemapFile = async (lookup: Lookup, principal: Principal, prefix: string, page: number): Promise<string> => {
  requireBase(lookup);
  const keys = await keysOfFile(lookup, principal, prefix, page);
  if (keys.length === 0 && page > 1) throw new RequestError('NOT_FOUND', 'the sitemap has no such file');
  const all = await eachOf(lookup, principal, keys, (record) => (isVideo(record.picture?.format) ? 'video' : onPage(record, lookup)));
  const found = all.filter((picture) => picture !== 'video');
  const pictures = found.filter((picture) => picture !== undefined);
  return sitemapXml(pictures, remarksOn(found.length, pictures.length));
};

/** The address of a file, `page` from 1, at the public address of the sitemap. */
const fileAddress = (at: string, prefix: string, page: number): string => {
  const address = new URL(withoutFragment(at));
  if (prefix !== '') address.searchParams.set('prefix', prefix.toWellFormed());
  address.searchParams.set('page', String(page));
  return address.href;
};

/**
 * The index of all files. `at` is the absolute address at which crawlers find the index.
 * @throws RequestError INVALID_REQUEST when the pictures have no public address
 */
export const sitemapIndex = async (lookup: Lookup, principal: Principal, prefix: string, at: string): Promise<string> => {
  requireBase(lookup);
  let count = 0;
  const end = await walkKeys(lookup, principal, prefix, (keys) => {
    count += keys.length;
    return count >= MAX_FILES * PICTURES_A_FILE;
  });
  const files = Math.min(MAX_FILES, Math.max(1, Math.ceil(count / PICTURES_A_FILE)));
  const remarks = end === 'all' ? [] : [`only the first ${files * PICTURES_A_FILE} pictures: make a sitemap for each prefix of the keys`];
  return sitemapIndexXml(
    Array.from({ length: files }, (_, file) => fileAddress(at, prefix, file + 1)),
    remarks,
  );
};
