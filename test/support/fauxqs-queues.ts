// SQS queues in memory, on a free port of the loopback.
import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** The queues; each is made when it is first asked for. */
export type LocalQueues = {
  client: SQSClient;
  queueUrl(name: string, attributes?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
};

/** Starts a server without queues. */
export const startQueues = async (): Promise<LocalQueues> => {
  const app = await buildApp({ logger: false });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  return {
    client,
    async queueUrl(name, attributes = {}) {
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      return `${endpoint}${new URL(QueueUrl).pathname}`;
    },
    async close() {
      client.destroy();
      await app.close();
    },
  };
};
