// SQS queues: work is put on one in batches, and taken from one by long polling.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { asciiJson } from '../../core/ascii-json.ts';
import type { Inbox, Outbox, TakenJob } from '../../core/ports.ts';
import { askingAws } from './aws-errors.ts';
import { type ClientPlace, requestSettings } from './aws-requests.ts';
import { sendInBatches } from './send-batches.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 5000, attempts: 4, sockets: 32 };
const WHAT = 'the queue';

/** SQS's limits on one request. */
const MAX_MESSAGES = 10;
const MAX_WAIT_S = 20;
const MAX_HIDDEN_S = 43_200;

/** Time that an answer may take beyond the wait that was asked for, in ms. */
const WAIT_GRACE_MS = 5000;
const MS_PER_S = 1000;

/** A queue and a client for it. */
export type QueueAccess = { client: SQSClient; queueUrl: string };

/** A client for queues; one for each process. */
export const sqsClient = (region: string, place: ClientPlace = {}): SQSClient =>
  new SQSClient({ region, ...place, ...requestSettings(BOUNDS) });

/** Puts messages on the queue as JSON. @throws CodedError UNAVAILABLE or INTERNAL; some messages may have been taken then */
export const sqsOutbox = <T>({ client, queueUrl }: QueueAccess): Outbox<T> => ({
  send: (messages) => {
    const entries = messages.map((message) => ({ body: asciiJson(message) }));
    return sendInBatches(WHAT, entries, async (batch) => {
      const Entries = batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      return Failed.map(({ Id, Code = 'unknown', SenderFault }) => ({ index: Number(Id), code: Code, retryable: SenderFault !== true }));
    });
  },
});

const takenJob = ({ client, queueUrl }: QueueAccess, { Body = '', ReceiptHandle, Attributes }: Message): TakenJob => {
  const handle = { QueueUrl: queueUrl, ReceiptHandle };
  return {
    body: Body,
    receives: Math.max(1, Number(Attributes?.ApproximateReceiveCount) || 1),
    async done() {
      await askingAws(WHAT, () => client.send(new DeleteMessageCommand(handle)));
    },
    async hide(seconds) {
      const VisibilityTimeout = Math.min(MAX_HIDDEN_S, Math.max(0, Math.ceil(seconds)));
      await askingAws(WHAT, () => client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout })));
    },
  };
};

/** Takes jobs from the queue, at most 10 at a time whatever `max` is. @throws CodedError UNAVAILABLE or INTERNAL */
export const sqsInbox = (queue: QueueAccess): Inbox => ({
  async take(max, waitS, signal) {
    if (signal.aborted) return [];
    const WaitTimeSeconds = Math.min(MAX_WAIT_S, Math.max(0, Math.floor(waitS)));
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.queueUrl,
      MaxNumberOfMessages: Math.min(MAX_MESSAGES, max),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const options = { abortSignal: signal, requestTimeout: WaitTimeSeconds * MS_PER_S + WAIT_GRACE_MS };
    try {
      const { Messages = [] } = await askingAws(WHAT, () => queue.client.send(command, options));
      return Messages.map((message) => takenJob(queue, message));
    } catch (thrown) {
      if (signal.aborted) return [];
      throw thrown;
    }
  },
});
