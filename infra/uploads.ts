// The bucket that photos are put into, and the way of its events to the uploads queue.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keyPatterns } from './key-filter.ts';
import { type QueuePair, queuePair, undeliveredQueue } from './queues.ts';
import type { Settings } from './settings.ts';

const UNFINISHED_UPLOAD_DAYS = 7;
const CORS_MAX_AGE_S = 3600;
const EVENT_RETRIES = 185;
const EVENT_MAX_AGE = Duration.hours(24);

const ownBucket = (scope: Construct, settings: Settings): Bucket => {
  const key =
    settings.encryption === 'kms'
      ? new Key(scope, 'BucketKey', { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN })
      : undefined;
  const bucket = new Bucket(scope, 'Bucket', {
    versioned: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
    lifecycleRules: [
      {
        id: 'old-versions',
        noncurrentVersionExpiration: Duration.days(settings.oldVersionDays),
        abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS),
        expiredObjectDeleteMarker: true,
      },
    ],
  });
  // by property and not by `eventBridgeEnabled`, which would add a function with rights on every bucket
  const resource = bucket.node.defaultChild as CfnBucket;
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  return bucket;
};

const existingBucket = (scope: Construct, settings: Settings): IBucket =>
  Bucket.fromBucketAttributes(scope, 'Bucket', {
    bucketName: settings.bucketName,
    ...(settings.bucketKeyArn !== '' && { encryptionKey: Key.fromKeyArn(scope, 'BucketKey', settings.bucketKeyArn) }),
  });

/** Bucket, event rule, uploads queue with its dead-letter queue, and the queue of undelivered events. */
export class Uploads extends Construct {
  readonly bucket: IBucket;
  readonly queues: QueuePair;
  readonly undelivered: Queue;
  private readonly own?: Bucket;

  constructor(scope: Construct, id: string, settings: Settings, visibility: Duration) {
    super(scope, id);
    if (settings.bucketName === '') this.own = ownBucket(this, settings);
    this.bucket = (this.own as IBucket | undefined) ?? existingBucket(this, settings);
    this.takeFrom(settings.corsOrigins);
    this.queues = queuePair(this, 'Queue', visibility);
    this.undelivered = undeliveredQueue(this, 'Undelivered', this.queues.dlq);
    const keys = keyPatterns(settings);
    const rule = new Rule(this, 'Rule', {
      description: `Objects written to or removed from the uploads bucket of ${Stack.of(this).stackName}`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [this.bucket.bucketName] }, ...(keys !== undefined && { object: { key: keys } }) },
      },
    });
    rule.addTarget(
      new SqsQueue(this.queues.queue, { deadLetterQueue: this.undelivered, retryAttempts: EVENT_RETRIES, maxEventAge: EVENT_MAX_AGE }),
    );
  }

  /** Lets pages of these origins send pictures. CORS of an existing bucket is its owner's matter. */
  takeFrom(allowedOrigins: readonly string[]): void {
    if (allowedOrigins.length === 0) return;
    this.own?.addCorsRule({
      allowedMethods: [HttpMethods.PUT],
      allowedOrigins: [...allowedOrigins],
      allowedHeaders: ['*'],
      exposedHeaders: ['ETag', 'x-amz-version-id'],
      maxAge: CORS_MAX_AGE_S,
    });
  }
}
