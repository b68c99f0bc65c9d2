// SQS for one machine: fauxqs' queues in SQLite, on the loopback interface only, with its faults mended.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { buildApp } from 'fauxqs';
import { lockFolder } from '../../../functions/adapters/folder-lock.ts';
import { type FauxqsFile, type FauxqsQueue, type FauxqsQueues, openFauxqs } from './fauxqs-parts.ts';
import { isLoopbackHost, LOOPBACK, once } from './loopback.ts';
import type { QueueCounts, QueueServer, QueueServerOptions, QueueSpec } from './server-types.ts';

const ACCOUNT = '000000000000';
const DEFAULT_REGION = 'us-east-1';
const JSON_PROTOCOL = 'application/x-amz-json-1.0';
const DELETE_BATCH = 'AmazonSQS.DeleteMessageBatch';

/** ARN of a queue here, as a `RedrivePolicy` names it. */
export const queueArn = (name: string, region = DEFAULT_REGION): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;

/** Who asks, and whether the server still gives messages out. */
type Asking = { asker: AsyncLocalStorage<IncomingMessage>; isClosing(): boolean };

/**
 * Mends a queue: messages are not given to a client that has gone while it waited, a move to the dead-letter queue is one transaction,
 * and visibility 0 keeps the message (fauxqs writes a null that its own table refuses, and loses it until the next start).
 */
const mend = (queue: FauxqsQueue, file: FauxqsFile, asking: Asking): void => {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...parameters) => {
    let taken: ReturnType<typeof dequeue> = [];
    if (asking.isClosing() || asking.asker.getStore()?.socket.destroyed) return taken;
    file.transaction(() => {
      taken = dequeue(...parameters);
    });
    return taken;
  };
  const changeVisibility = queue.changeVisibility.bind(queue);
  queue.changeVisibility = (receiptHandle, seconds) => {
    changeVisibility(receiptHandle, seconds === 0 ? -1 : seconds);
    if (seconds === 0) queue.processTimers();
  };
};

const makeQueue = (queues: FauxqsQueues, { name, attributes }: QueueSpec, url: string, region: string): FauxqsQueue => {
  const there = queues.getQueueByName(name);
  if (there === undefined) return queues.createQueue(name, url, queueArn(name, region), { ...attributes });
  if (there.arn !== queueArn(name, region))
    throw new Error(`The queue ${name} was made as ${there.arn}; remove the data or keep the region.`);
  // a setting that is no longer there must not stay
  there.setAttributes({ RedrivePolicy: '', ...attributes });
  return there;
};

const countsOf = (queue: FauxqsQueue): QueueCounts => {
  queue.processTimers();
  const count = (name: Parameters<FauxqsQueue['getAttribute']>[0]): number => Number(queue.getAttribute(name));
  return {
    visible: count('ApproximateNumberOfMessages'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    delayed: count('ApproximateNumberOfMessagesDelayed'),
  };
};

const releaseAll = (queues: FauxqsQueues): void => {
  for (const queue of queues.allQueues()) {
    for (const receiptHandle of [...queue.inflightMessages.keys()]) queue.changeVisibility(receiptHandle, 0);
  }
};

/**
 * Starts the server. With `releaseInFlight`, messages that were being worked on at the last end are visible at once.
 * @throws FolderInUse, and Error when the port is taken or a queue was made in another region
 */
export const startQueueServer = async (options: QueueServerOptions): Promise<QueueServer> => {
  const region = options.region ?? DEFAULT_REGION;
  const release = lockFolder(options.folder);
  const { stores, file } = await openFauxqs(options.folder);
  const queues = stores.sqsStore;
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  const asker = new AsyncLocalStorage<IncomingMessage>();
  let closing = false;
  app.addHook('onRequest', (request, reply, done) => {
    const isQueueCall = request.method === 'POST' && request.url === '/' && request.headers['content-type'] === JSON_PROTOCOL;
    if (isQueueCall && isLoopbackHost(request.headers.host)) done();
    else reply.status(403).send({ __type: 'AccessDenied', message: 'Only SQS in its JSON protocol is served here.' });
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const serve = (): void => asker.run(request.raw, done);
    // one flush of the disk instead of one for each message; whoever is told of a deletion that is then lost gets the message again
    if (request.headers['x-amz-target'] === DELETE_BATCH) file.transaction(serve);
    else serve();
  });
  const close = once(async () => {
    closing = true;
    await app.close();
    file.close();
    release();
  });
  const made = new Map<string, FauxqsQueue>();
  const queueUrl = (name: string): string => `${url}/${ACCOUNT}/${name}`;
  let url = '';
  try {
    url = await app.listen({ port: options.port, host: LOOPBACK });
    for (const spec of options.queues) made.set(spec.name, makeQueue(queues, spec, queueUrl(spec.name), region));
    for (const queue of queues.allQueues()) mend(queue, file, { asker, isClosing: () => closing });
    if (options.releaseInFlight) releaseAll(queues);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const named = (name: string): FauxqsQueue => {
    const queue = made.get(name);
    if (queue === undefined) throw new Error(`There is no queue ${name}.`);
    return queue;
  };
  return {
    url,
    port: Number(new URL(url).port),
    queueUrl: (name) => queueUrl(named(name).name),
    counts: (name) => countsOf(named(name)),
    close,
  };
};
