// A repository of a hub as a source of files; what is loaded lies in FOLDER/OWNER/NAME/COMMIT until it is converted.
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelReference } from '../../core/models/model-reference.ts';
import type { ModelSource } from '../../core/models/models-ports.ts';
import type { SourceListing } from '../../core/models/source-listing.ts';
import { onDisk, readWhole, writeSynced } from './disk.ts';
import { type Asked, statusError } from './hub-errors.ts';
import { readListing } from './hub-listing.ts';
import { type HubAccess, hubRequests } from './hub-requests.ts';
import { type Pause, retried } from './hub-retries.ts';
import { bytesHere, loadFile } from './part-files.ts';

const OK = 200;

const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Removes folders that are empty by now, up to `top`. */
const removeEmpty = async (folder: string, top: string): Promise<undefined> => {
  if (folder === top) return;
  try {
    await rmdir(folder);
  } catch {
    return; // it holds another commit, or another repository
  }
  await removeEmpty(dirname(folder), top);
};

/** The repository at the hub. */
export const hubSource = (reference: ModelReference, access: HubAccess, folder: string, pause: Pause): ModelSource => {
  const { repository, revision } = reference;
  const { endpoint } = access;
  const get = hubRequests(access);
  const { host, origin, pathname } = new URL(endpoint);
  // a password may be in the address of a mirror
  const shown = `${origin}${pathname.replace(/\/$/, '')}`;
  const asked: Asked = { repository, revision, endpoint: shown, host, hasToken: access.token !== undefined };
  const folderOf = (listing: SourceListing): string => join(folder, repository, listing.revision);
  const fileOf = (path: string, listing: SourceListing): string => join(folderOf(listing), path);
  return {
    where: host,
    list: () =>
      retried(async () => {
        const answer = await get(`${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`);
        if (answer.response.statusCode === OK) return readListing(answer, host);
        answer.close();
        throw statusError(answer.response, asked);
      }, pause),
    async missingBytes(files, listing) {
      const missing = files.map(async ({ path, bytes }) => Math.max(0, bytes - (await bytesHere(fileOf(path, listing)))));
      return (await Promise.all(missing)).reduce((sum, bytes) => sum + bytes, 0);
    },
    fetch: (file, listing, told) =>
      loadFile(
        { get, asked, pause },
        `${endpoint}/${repository}/resolve/${listing.revision}/${encodedPath(file.path)}`,
        file,
        fileOf(file.path, listing),
        told,
      ),
    read: (path, listing) => readWhole(fileOf(path, listing)),
    finish: (listing, keep) =>
      onDisk(folderOf(listing), async () => {
        const sums = join(folderOf(listing), 'SHA256SUMS');
        await rm(keep === undefined ? folderOf(listing) : sums, { recursive: true, force: true });
        if (keep === undefined) return removeEmpty(dirname(folderOf(listing)), folder);
        await writeSynced(sums, keep);
        return folderOf(listing);
      }),
  };
};
