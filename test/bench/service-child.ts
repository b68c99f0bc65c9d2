// The service in a process of its own, for measuring it: options as JSON in the first argument, addresses as JSON in the first line that
// it prints, and it ends when its input ends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from '../../infra/local/environment.ts';
import { type LocalOptions, startLocal } from '../../infra/local/service.ts';

/** What is measured may differ in these. */
export type ServiceWishes = Pick<LocalOptions, 'dataFolder' | 'context' | 'open' | 'assemblyFolder' | 'env'>;

/** Where the service is, its processes, and a token that may read and write. */
export type RunningService = {
  apiUrl: string;
  s3Url: string;
  bucket: string;
  dynamoUrl: string;
  table: string;
  token: string;
  pids: { ingest: number[]; lookup: number };
};

const wishes = JSON.parse(process.argv[2] ?? '{}') as ServiceWishes;
const service = await startLocal({
  ...wishes,
  port: 0,
  s3Port: 0,
  log: () => {},
});
const { apiUrl, s3Url, bucket, outputs } = service;
const { endpoints } = JSON.parse(readFileSync(join(wishes.dataFolder, 'service.json'), 'utf8')) as { endpoints: Endpoints };
const token = await service.token({ scopes: ['captions:read', 'captions:write'] });
const { ingest, lookup } = service.pids();
const running: RunningService = {
  apiUrl,
  s3Url,
  bucket,
  dynamoUrl: endpoints.dynamodb,
  table: outputs.TableName ?? '',
  token,
  pids: { ingest, lookup },
};
process.stdout.write(`${JSON.stringify(running)}\n`);
for await (const _ of process.stdin);
await service.stop();
process.exit(0);
