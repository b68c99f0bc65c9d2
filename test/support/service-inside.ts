// Looks into a running local service: all records of its table, and its queues by the names of the outputs.
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { fromItem } from '../../functions/adapters/aws/dynamo-items.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { clientSettings } from '../../infra/local/environment.ts';
import { eventually } from './local-service.ts';
import type { QuickService } from './quick-service.ts';

const SQS_BATCH = 10;
/** Queues that functions and the worker take from. */
const WORKED_ON = ['UploadsQueueUrl', 'BackfillQueueUrl', 'InferenceQueueUrl'];

/** What scripts see and do behind the service's back. */
export type Inside = {
  records(): Promise<CaptionRecord[]>;
  /** messages in the queue of an output, hidden ones included */
  count(output: string): Promise<number>;
  /** messages in all queues that are worked on */
  waiting(): Promise<number>;
  /** resolves when nothing waits */
  idle(): Promise<void>;
  send(output: string, bodies: readonly string[]): Promise<void>;
  /** bodies of all S3 events since the last call: see `keepEvents` of the quick service */
  takeKept(): Promise<string[]>;
  close(): void;
};

/** Opens the clients. */
export const insideOf = ({ service: { outputs }, endpoints }: QuickService): Inside => {
  const sqs = new SQSClient(clientSettings(endpoints.sqs));
  const dynamo = new DynamoDBClient(clientSettings(endpoints.dynamodb));
  const urlOf = (output: string): string => outputs[output] ?? '';

  const count = async (output: string): Promise<number> => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: urlOf(output), AttributeNames: [...names] }));
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  };

  const waiting = async (): Promise<number> => (await Promise.all(WORKED_ON.map(count))).reduce((sum, one) => sum + one, 0);

  return {
    async records() {
      const items: Record<string, AttributeValue>[] = [];
      for await (const page of paginateScan({ client: dynamo }, { TableName: outputs.TableName, ConsistentRead: true })) {
        items.push(...(page.Items ?? []));
      }
      return items.map(fromItem);
    },
    count,
    waiting,
    idle: () => eventually('idle queues', async () => ((await waiting()) === 0 ? true : undefined)).then(() => undefined),
    async send(output, bodies) {
      for (let at = 0; at < bodies.length; at += SQS_BATCH) {
        const Entries = bodies.slice(at, at + SQS_BATCH).map((MessageBody, place) => ({ Id: String(place), MessageBody }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(output), Entries }));
      }
    },
    async takeKept() {
      const QueueUrl = urlOf('UndeliveredUrl');
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: SQS_BATCH }));
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = '' }) => Body));
        const Entries = Messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    close() {
      sqs.destroy();
      dynamo.destroy();
    },
  };
};
