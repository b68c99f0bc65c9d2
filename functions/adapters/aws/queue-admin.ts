// A queue as an operator handles it: how deep it is, and messages taken out and put back as they are.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type { OperatorQueue, TakenMessage } from '../../core/operate/operate-ports.ts';
import { askingAws } from './aws-errors.ts';
import { type FailedEntry, sendInBatches } from './send-batches.ts';
import type { QueueAccess } from './sqs-queue.ts';

const WHAT = 'the queue';

/** SQS gives no more at once. */
const MAX_MESSAGES = 10;

/** Long enough that SQS asks all of its servers. */
const WAIT_S = 1;

/** Time for putting a batch elsewhere, in seconds; after it the messages are visible again. */
const HIDDEN_S = 30;

const DEPTH = {
  waiting: 'ApproximateNumberOfMessages',
  inFlight: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

type Failure = { Id: string | undefined; Code: string | undefined; SenderFault: boolean | undefined };

const failedEntries = (failures: readonly Failure[] = []): FailedEntry[] =>
  failures.map(({ Id, Code = 'unknown', SenderFault }) => ({ index: Number(Id), code: Code, retryable: SenderFault !== true }));

const takenMessage = ({ Body = '', ReceiptHandle = '', Attributes }: Message): TakenMessage => ({
  body: Body,
  receipt: ReceiptHandle,
  sentAt: Number(Attributes?.SentTimestamp ?? 0),
});

const receipts = (messages: readonly TakenMessage[]) => messages.map(({ receipt }) => ({ body: receipt }));

const entriesOf = (batch: readonly { body: string }[]) => batch.map(({ body }, index) => ({ Id: String(index), ReceiptHandle: body }));

/** The queue. @throws CodedError UNAVAILABLE or INTERNAL */
export const queueAdmin = ({ client, queueUrl }: QueueAccess): OperatorQueue => ({
  async depth() {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: Object.values(DEPTH) });
    const { Attributes = {} } = await askingAws(WHAT, () => client.send(command));
    const count = (name: keyof typeof DEPTH): number => Number(Attributes[DEPTH[name]] ?? 0);
    return { waiting: count('waiting'), inFlight: count('inFlight'), delayed: count('delayed') };
  },
  async take(max) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(MAX_MESSAGES, max),
      WaitTimeSeconds: WAIT_S,
      VisibilityTimeout: HIDDEN_S,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await askingAws(WHAT, () => client.send(command));
    return Messages.map(takenMessage);
  },
  put: (bodies) => {
    const entries = bodies.map((body) => ({ body }));
    return sendInBatches(WHAT, entries, async (batch) => {
      const Entries = batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
      return failedEntries((await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))).Failed);
    });
  },
  remove: (messages) =>
    sendInBatches(WHAT, receipts(messages), async (batch) =>
      failedEntries((await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entriesOf(batch) }))).Failed),
    ),
  giveBack: (messages) =>
    sendInBatches(WHAT, receipts(messages), async (batch) => {
      const Entries = entriesOf(batch).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      return failedEntries((await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))).Failed);
    }),
});
