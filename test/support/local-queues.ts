// The local run's SQS queues in a folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startQueueServer } from '../../infra/local/servers/queue-server.ts';
import type { QueueSpec } from '../../infra/local/servers/server-types.ts';

/** Running queues and a client for them. */
export type LocalQueues = { client: SQSClient; queueUrl(name: string): string; close(): Promise<void> };

/** Starts empty queues on a free port of the loopback. */
export const startQueues = async (queues: readonly QueueSpec[]): Promise<LocalQueues> => {
  const folder = await mkdtemp(join(tmpdir(), 'queues-'));
  const server = await startQueueServer({ folder, port: 0, queues });
  const client = new SQSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    client,
    queueUrl: server.queueUrl,
    async close() {
      client.destroy();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
};
