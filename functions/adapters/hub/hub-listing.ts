// The hub's answer about a repository at a revision: its commit, and its files with their digests.
import * as z from 'zod';
import { type Digest, isSafePath, PullFailed, type SourceListing } from '../../core/models/source-listing.ts';
import type { HubResponse } from './hub-requests.ts';

const MAX_LISTING_BYTES = 32_000_000;

const sibling = z.object({
  rfilename: z.string(),
  size: z.int().min(0).optional(),
  blobId: z.string().optional(),
  lfs: z.object({ sha256: z.string(), size: z.int().min(0) }).nullish(),
});

/** GET /api/models/{repository}/revision/{revision}?blobs=true; there is much more in it. */
const modelInfo = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/), siblings: z.array(sibling) });

const SHA256 = /^[0-9a-f]{64}$/;
const SHA1 = /^[0-9a-f]{40}$/;

const digestOf = ({ blobId, lfs }: z.infer<typeof sibling>): Digest | undefined => {
  if (lfs && SHA256.test(lfs.sha256)) return { kind: 'sha256', hex: lfs.sha256 };
  return blobId !== undefined && SHA1.test(blobId) && !lfs ? { kind: 'git-sha1', hex: blobId } : undefined;
};

const bodyOf = async ({ body }: HubResponse, host: string): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_LISTING_BYTES) throw new PullFailed(`${host} answers with more than ${MAX_LISTING_BYTES} bytes: is HF_ENDPOINT a hub?`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws PullFailed when it is none of a hub, or names files that it gives no digest or no safe path of */
export const readListing = async (response: HubResponse, host: string): Promise<SourceListing> => {
  const { data } = modelInfo.safeParse(parsed(await bodyOf(response, host)));
  if (data === undefined) throw new PullFailed(`${host} does not answer as a hub does: check HF_ENDPOINT, and what a proxy makes of it`);
  const files = data.siblings.map((entry) => ({
    path: entry.rfilename,
    bytes: entry.lfs?.size ?? entry.size ?? -1,
    digest: digestOf(entry),
  }));
  const odd = files.find(({ path, bytes, digest }) => !isSafePath(path) || bytes < 0 || digest === undefined);
  if (odd !== undefined)
    throw new PullFailed(
      `${host} lists ${JSON.stringify(odd.path.slice(0, 100))} without a safe path, a size and a digest: it is no hub, or one that is too old`,
    );
  return { revision: data.sha, files };
};
