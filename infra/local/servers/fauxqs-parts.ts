// The parts of fauxqs that its package does not export (docs/decisions/0009-own-loopback-object-server.md); the version is pinned.
import type { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** All queues, in memory. */
export type FauxqsQueues = Stores['sqsStore'];

/** One queue. */
export type FauxqsQueue = NonNullable<ReturnType<FauxqsQueues['getQueueByName']>>;

/** The queues' SQLite file. */
export type FauxqsFile = {
  transaction(work: () => void): void;
  loadSqsAndSns(queues: FauxqsQueues, topics: Stores['snsStore']): void;
  close(): void;
};

const part = async (path: string, name: string): Promise<unknown> => {
  const module: Record<string, unknown> = await import(new URL(path, import.meta.resolve('fauxqs')).href);
  return module[name];
};

const made = async <T>(path: string, name: string, ...parameters: string[]): Promise<T> => {
  const found = await part(path, name);
  if (typeof found !== 'function') throw new Error(`fauxqs has no ${name} in ${path} any more`);
  return Reflect.construct(found, parameters);
};

const NOT_IN_MESSAGES = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

// its expression lacks the flag `u` and so refuses all characters beyond 16 bits, which SQS takes
const allowAllCharacters = async (): Promise<void> => {
  const expression = await part('./sqs/sqsTypes.js', 'INVALID_MESSAGE_BODY_CHAR');
  if (!(expression instanceof RegExp)) throw new Error('fauxqs has no INVALID_MESSAGE_BODY_CHAR any more');
  expression.test = (text) => NOT_IN_MESSAGES.test(text);
};

/** Queues with what was in the file in `folder`; changes are written through to it. */
export const openFauxqs = async (folder: string): Promise<{ stores: Stores; file: FauxqsFile }> => {
  await allowAllCharacters();
  const stores: Stores = {
    sqsStore: await made('./sqs/sqsStore.js', 'SqsStore'),
    snsStore: await made('./sns/snsStore.js', 'SnsStore'),
    s3Store: await made('./s3/s3Store.js', 'S3Store'),
  };
  const file: FauxqsFile = await made('./persistence.js', 'PersistenceManager', folder);
  // only after loading: to write a queue that is there already would delete its messages
  file.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  const persistence = file as unknown as NonNullable<FauxqsQueues['persistence']>;
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  return { stores, file };
};
