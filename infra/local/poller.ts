// Takes messages from a queue for a function as Lambda's event source mapping does: batch, window, visibility, partial failures.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import { setTimeout } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { MappingPlan } from './compute.ts';
import type { HostPool } from './host-pool.ts';
import { InvocationError } from './lambda-host.ts';
import { HERE } from './template.ts';

/** SQS gives and takes no more at once. */
const MAX_SQS_BATCH = 10;
/** Short, so that stopping need not break off a receive, whose messages would be hidden for long. */
const WAIT_S = 1;
/** After an error of the queue. */
const PAUSE_MS = 1000;

/** How a queue is polled. */
export type PollOptions = {
  sqs: SQSClient;
  queueUrl: string;
  mapping: MappingPlan;
  pool: HostPool;
  /** Seconds after which messages come back whose function's process has ended: what that worked on is free again by then. */
  afterCrashS: number;
  log(line: string): void;
};

const answer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }).nullish();

const recordOf = (message: Message, queueName: string): SQSRecord => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: HERE.account,
    ApproximateFirstReceiveTimestamp: '0',
    ...message.Attributes,
  },
  messageAttributes: {},
  md5OfBody: message.MD5OfBody ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:${HERE.partition}:sqs:${HERE.region}:${HERE.account}:${queueName}`,
  awsRegion: HERE.region,
});

/**
 * Which messages are done, by what the function answered. An answer that names unknown messages, or is no such answer, fails all of them.
 * Without ReportBatchItemFailures AWS would drop the failed ones unseen; here the whole batch fails, so that it is noticed.
 */
export const doneAfter = (ids: readonly string[], answered: unknown, partialFailures: boolean): string[] => {
  const found = answer.safeParse(answered);
  if (!found.success) return partialFailures ? [] : [...ids];
  const failed = (found.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  if (failed.length === 0) return [...ids];
  if (!partialFailures || failed.some((id) => !ids.includes(id))) return [];
  return ids.filter((id) => !failed.includes(id));
};

const receive = async ({ sqs, queueUrl }: PollOptions, most: number): Promise<Message[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(most, MAX_SQS_BATCH),
      WaitTimeSeconds: WAIT_S,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
};

/** A batch; its first message starts the window. */
const gather = async (options: PollOptions, isStopping: () => boolean): Promise<Message[]> => {
  const { batchSize, windowMs } = options.mapping;
  const batch = await receive(options, batchSize);
  const until = Date.now() + windowMs;
  while (batch.length > 0 && batch.length < batchSize && Date.now() < until && !isStopping()) {
    batch.push(...(await receive(options, batchSize - batch.length)));
  }
  return batch;
};

const inParts = async (messages: readonly Message[], send: (part: readonly Message[]) => Promise<unknown>): Promise<void> => {
  for (let at = 0; at < messages.length; at += MAX_SQS_BATCH) await send(messages.slice(at, at + MAX_SQS_BATCH));
};

const entryOf = (message: Message, at: number) => ({ Id: String(at), ReceiptHandle: message.ReceiptHandle });

const invokeFor = async (options: PollOptions, batch: readonly Message[]): Promise<void> => {
  const { sqs, queueUrl, mapping, pool, log } = options;
  const event: SQSEvent = { Records: batch.map((message) => recordOf(message, mapping.queueName)) };
  const ids = event.Records.map(({ messageId }) => messageId);
  const done = doneAfter(ids, await pool.invoke(event), mapping.partialFailures);
  if (done.length < ids.length) log(`${mapping.queueName}: ${ids.length - done.length} of ${ids.length} messages failed and come again`);
  const finished = batch.filter(({ MessageId = '' }) => done.includes(MessageId));
  await inParts(finished, (part) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: part.map(entryOf) })));
};

const giveBack = ({ sqs, queueUrl }: PollOptions, batch: readonly Message[], afterS: number): Promise<void> =>
  inParts(batch, (part) => {
    const Entries = part.map((message, at) => ({ ...entryOf(message, at), VisibilityTimeout: afterS }));
    return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  });

const run = async (options: PollOptions, batch: readonly Message[]): Promise<void> => {
  try {
    await invokeFor(options, batch);
  } catch (thrown) {
    if (!(thrown instanceof InvocationError)) throw thrown;
    options.log(`${options.mapping.queueName}: a batch of ${batch.length} failed and comes again: ${thrown.message}`);
    if (thrown.failure === 'ended') await giveBack(options, batch, options.afterCrashS);
    if (thrown.failure === 'not begun') await giveBack(options, batch, 0);
  }
};

/** A poller; `stop` resolves when its last batch is done. */
export type Poller = { stop(): Promise<void> };

/** Begins to poll, with `lanes` batches at the same time. */
export const startPoller = (options: PollOptions, lanes: number): Poller => {
  const { mapping, pool, log } = options;
  let stopping = false;
  const isStopping = (): boolean => stopping;

  const turn = async (): Promise<void> => {
    await pool.vacancy();
    const batch = stopping ? [] : await gather(options, isStopping);
    if (batch.length > 0) await run(options, batch);
  };

  const lane = async (): Promise<void> => {
    while (!stopping) {
      await turn().catch((thrown: unknown) => {
        log(`${mapping.queueName}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        return stopping ? undefined : setTimeout(PAUSE_MS);
      });
    }
  };

  const lanesRunning = Array.from({ length: Math.min(lanes, mapping.maxConcurrency) }, lane);
  return {
    stop: async () => {
      stopping = true;
      await Promise.all(lanesRunning);
    },
  };
};
