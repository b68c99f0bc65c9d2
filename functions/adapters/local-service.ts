// The service that runs on this machine, as the file tells that it keeps in its data folder while it runs.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ServiceUnavailable } from '../core/errors.ts';

const FILE = 'service.json';

const service = z.object({
  pid: z.number().int().positive(),
  outputs: z.record(z.string(), z.string()),
  endpoints: z.object({ s3: z.url(), sqs: z.url(), dynamodb: z.url() }),
});

/** What the file tells. */
export type LocalService = z.infer<typeof service>;

/** Of the servers on one machine. */
export const LOCAL_REGION = 'us-east-1';

/** The one pair of keys of the servers on one machine. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** A process that may not be signalled exists all the same. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
};

/** @throws ServiceUnavailable in one line when none runs with this data */
export const localService = async (dataFolder: string): Promise<LocalService> => {
  const found = await readFile(join(dataFolder, FILE), 'utf8')
    .then((text) => service.parse(JSON.parse(text)))
    .catch(() => undefined);
  if (found !== undefined && isRunning(found.pid)) return found;
  throw new ServiceUnavailable(
    `No service runs with the data in ${dataFolder}: start it with "npm start", name its folder with --data, or a deployed stack with --stack`,
  );
};
