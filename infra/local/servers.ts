// Starts the embedded servers with what the template stores in them, and the way of objects' events to queues.
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CREDENTIALS, clientSettings, type Endpoints } from './environment.ts';
import { noticeSender, type SendNotices, s3Event } from './object-events.ts';
import { startEventServer } from './servers/event-server.ts';
import { startObjectServer } from './servers/object-server.ts';
import { startQueueServer } from './servers/queue-server.ts';
import type { ObjectChange, ObjectServer, PutEvent, QueueServer } from './servers/server-types.ts';
import { startSpeechServer } from './servers/speech-server.ts';
import { startTableServer } from './servers/table-server.ts';
import type { Storage } from './storage.ts';

/** How the servers run. */
export type ServersOptions = {
  folder: string;
  storage: Storage;
  s3Port: number;
  /** requests without a signature are served */
  open: boolean;
  onEvents(events: readonly PutEvent[]): Promise<void>;
};

/** The running servers; `closers` in the order in which they close. */
export type Servers = {
  endpoints: Endpoints;
  objects: ObjectServer;
  queues: QueueServer;
  sqs: SQSClient;
  send: SendNotices;
  closers: (() => Promise<void>)[];
};

/** @throws Error when a server cannot start; those that had started are closed */
export const startServers = async ({ folder, storage, s3Port, open, onEvents }: ServersOptions): Promise<Servers> => {
  const closers: (() => Promise<void>)[] = [];
  try {
    const queues = await startQueueServer({ folder: join(folder, 'queues'), port: 0, queues: storage.queues });
    closers.unshift(() => queues.close());
    const tables = await startTableServer({ folder: join(folder, 'tables'), port: 0, tables: storage.tables });
    closers.unshift(() => tables.close());
    const events = await startEventServer({ port: 0, onEvents });
    closers.unshift(() => events.close());
    const speech = await startSpeechServer({ port: 0 });
    closers.unshift(() => speech.close());
    const sqs = new SQSClient(clientSettings(queues.url));
    closers.unshift(async () => sqs.destroy());
    const send = noticeSender(sqs, storage.rules, (name) => queues.queueUrl(name));
    const silent = storage.buckets.filter(({ sendsEvents }) => !sendsEvents).map(({ name }) => name);
    const objects = await startObjectServer({
      folder: join(folder, 'objects'),
      port: s3Port,
      buckets: storage.buckets,
      credentials: CREDENTIALS,
      open,
      onChange: async (change: ObjectChange) => {
        const event = s3Event(change);
        if (!silent.includes(change.bucket)) await send([{ matchedBy: event, body: event }]);
      },
    });
    closers.unshift(() => objects.close());
    const endpoints = { s3: objects.url, sqs: queues.url, dynamodb: tables.url, eventbridge: events.url, polly: speech.url };
    return { endpoints, objects, queues, sqs, send, closers };
  } catch (thrown) {
    for (const close of closers) await close();
    throw thrown;
  }
};
