// What the page needs besides what the metadata API has: sessions, its files, and where the bucket's signed addresses lead.
import { resolve } from 'node:path';
import { sessionVerifier } from '../adapters/session-verifier.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { ApiService } from '../handlers/http/api-env.ts';
import type { PageService } from '../handlers/pages/page-env.ts';
import type { LookupConfig } from './config-lookup.ts';
import { readWebFiles } from './web-files.ts';

/** Beside the bundle; infra/bundles.ts writes it. */
const WEB_FOLDER = 'web';

/** The origin that the SDK signs addresses for, asked for once; a failure is not kept. */
const bucketOrigin = (objects: Pick<ObjectStore, 'presignGet'>, bucket: string): (() => Promise<string>) => {
  let origin: Promise<string> | undefined;
  const find = async (): Promise<string> => {
    try {
      const url = await objects.presignGet({ bucket, key: 'any', contentType: 'image/png', expiresS: 1 });
      return new URL(url).origin;
    } catch (thrown) {
      origin = undefined;
      throw thrown;
    }
  };
  return () => {
    origin ??= find();
    return origin;
  };
};

/**
 * The page's parts, or undefined where the API takes no tokens. `folder`: the bundle's.
 * @throws ConfigError when the bundle lacks a file of the page
 */
export const lookupPage = (
  { session, bucket }: LookupConfig,
  objects: Pick<ObjectStore, 'presignGet'>,
  folder: string,
): Omit<PageService, keyof ApiService> | undefined =>
  session && {
    verifyToken: sessionVerifier({ ...session, clock: Date.now }),
    files: readWebFiles(resolve(folder, WEB_FOLDER)),
    bucketOrigin: bucketOrigin(objects, bucket),
  };
