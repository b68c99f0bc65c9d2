// Starts object servers on temporary folders, with a client of the real SDK and the changes that were told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import type { ObjectChange, ObjectServer, ObjectServerOptions } from '../../infra/local/servers/server-types.ts';

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A folder that goes with the test. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'servers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A client with the SDK's defaults, but without retries. */
export const clientOf = (url: string, more: Partial<S3ClientConfig> = {}): S3Client => {
  const client = new S3Client({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1, ...more });
  onTestFinished(() => client.destroy());
  return client;
};

/** A client that signs URLs without the checksum of an empty body. */
export const presignerOf = (url: string): S3Client => clientOf(url, { requestChecksumCalculation: 'WHEN_REQUIRED' });

export type RunningObjects = { server: ObjectServer; client: S3Client; changes: ObjectChange[]; folder: string; url: string };

/** Buckets `plain` and `versioned`. */
export const startObjects = async (options: Partial<ObjectServerOptions> = {}): Promise<RunningObjects> => {
  const changes: ObjectChange[] = [];
  const folder = options.folder ?? temporaryFolder();
  const server = await startObjectServer({
    port: 0,
    buckets: [
      { name: 'plain', versioned: false, cors: [] },
      { name: 'versioned', versioned: true, cors: [] },
    ],
    credentials: CREDENTIALS,
    open: true,
    onChange: async (change) => {
      changes.push(change);
    },
    ...options,
    folder,
  });
  onTestFinished(() => server.close());
  return { server, client: clientOf(server.url), changes, folder, url: server.url };
};
