// Workers that a script starts and stops beside a quick service, each with a package of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { awsEnvironment } from '../../infra/local/environment.ts';
import { QUICK, type QuickService } from './quick-service.ts';
import type { TellablePackage } from './tellable-package.ts';

const DOOR = fileURLToPath(new URL('../../functions/worker.ts', import.meta.url));
const MAX_RECEIVES = 5;

/** A running worker; `stop` drains it as a deployment does, and gives its exit code. */
export type OwnWorker = { ends: Record<string, number>; stop(): Promise<number | null> };

/** Starts one; resolves when it takes jobs. @throws Error with its words when it ends before */
export const startOwnWorker = async ({ service, endpoints }: QuickService, busUrl: string, found: TellablePackage): Promise<OwnWorker> => {
  const { TableName = '', EventBusName = '', InferenceQueueUrl = '' } = service.outputs;
  const env = {
    ...awsEnvironment({ ...endpoints, eventbridge: busUrl }),
    TABLE_NAME: TableName,
    EVENT_BUS_NAME: EventBusName,
    INFERENCE_QUEUE_URL: InferenceQueueUrl,
    MODELS_DIR: dirname(found.folder),
    MODEL: basename(found.folder),
    ANALYSIS: 'off',
    MODEL_DIGEST: found.digest,
    PROVIDER: 'cpu',
    BATCH_MAX: '4',
    LINGER_MS: '20',
    VISIBILITY_SECONDS: String(QUICK.workerVisibilityS),
    LEASE_SECONDS: String(QUICK.workerLeaseS),
    MAX_RECEIVES: String(MAX_RECEIVES),
    HEALTH_PORT: '0',
    USD_PER_SECOND: '0.0001',
    DECODE_TIMEOUT_MS: '60000',
  };
  const child: ChildProcess = spawn(process.execPath, [DOOR], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const ends: Record<string, number> = {};
  const runs = Promise.withResolvers<void>();
  if (child.stdout === null) throw new Error('the worker has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { message, end }: { message?: string; end?: string } = JSON.parse(line);
    if (message === 'worker runs') runs.resolve();
    if (message === 'job' && end !== undefined) ends[end] = (ends[end] ?? 0) + 1;
  });
  await Promise.race([
    runs.promise,
    ended.then(() => {
      throw new Error('the worker does not start');
    }),
  ]);
  return {
    ends,
    async stop() {
      child.kill('SIGTERM');
      const [code]: unknown[] = await ended;
      return typeof code === 'number' ? code : null;
    },
  };
};
