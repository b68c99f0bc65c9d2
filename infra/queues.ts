// A queue with its dead-letter queue: encrypted, over TLS only, kept for as long as SQS can.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Deliveries of a message before it goes to the dead-letter queue; the functions are told the same number. */
export const MAX_RECEIVES = 5;

/** Visibility of a message, in timeouts of the function that takes it: what Lambda asks for at least. */
export const VISIBILITY_FACTOR = 6;

const RETENTION = Duration.days(14);

const common = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: RETENTION,
  removalPolicy: RemovalPolicy.DESTROY,
} as const;

/** A queue and where its messages go after `MAX_RECEIVES` deliveries. */
export type QueuePair = { queue: Queue; dlq: Queue };

/** A queue `<name>` and its `<name>Dlq`. */
export const queuePair = (scope: Construct, name: string, visibility: Duration): QueuePair => {
  const dlq = new Queue(scope, `${name}Dlq`, common);
  const queue = new Queue(scope, name, {
    ...common,
    visibilityTimeout: visibility,
    receiveMessageWaitTime: Duration.seconds(20),
    deadLetterQueue: { queue: dlq, maxReceiveCount: MAX_RECEIVES },
  });
  return { queue, dlq };
};

/** A queue for what EventBridge could not deliver; what cannot be put back from there either ends in `dlq`. */
export const undeliveredQueue = (scope: Construct, name: string, dlq: Queue): Queue =>
  new Queue(scope, name, { ...common, deadLetterQueue: { queue: dlq, maxReceiveCount: MAX_RECEIVES } });
