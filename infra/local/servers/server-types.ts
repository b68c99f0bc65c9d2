// What the embedded servers of the local run take and give: objects (S3), queues (SQS), tables (DynamoDB), events (EventBridge).
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The one pair of keys that signed requests must use. */
export type Credentials = { accessKeyId: string; secretAccessKey: string };

/** A rule of a bucket's CORS configuration; origins and headers may hold one `*`. */
export type CorsRule = {
  allowedOrigins: readonly string[];
  allowedMethods: readonly string[];
  allowedHeaders?: readonly string[];
  exposedHeaders?: readonly string[];
  maxAgeS?: number;
};

/** A bucket to serve. It is made when missing; data of buckets that are not named stays on disk unseen. */
export type BucketSpec = { name: string; versioned: boolean; cors: readonly CorsRule[] };

/** Something that happened to an object, after it is stored. */
export type ObjectChange = {
  bucket: string;
  key: string;
  kind: 'created' | 'removed';
  /** absent in buckets without versioning */
  versionId?: string;
  /** without quotes; '' of a removed object */
  etag: string;
  /** bytes; 0 of a removed object */
  size: number;
  /** 16 hexadecimal digits, growing over all changes of the server, restarts included */
  sequencer: string;
  /** ms since 1970 */
  time: number;
  /** of `removed`, in EventBridge's words */
  deletionType?: 'Delete Marker Created' | 'Permanently Deleted';
};

/** The current version of an object. */
export type CurrentObject = Pick<ObjectChange, 'key' | 'versionId' | 'etag' | 'size' | 'sequencer' | 'time'>;

/** How the object server runs. */
export type ObjectServerOptions = {
  folder: string;
  /** 0: any free one */
  port: number;
  buckets: readonly BucketSpec[];
  credentials: Credentials;
  /** whether requests without a signature are served */
  open: boolean;
  /**
   * Awaited before a change is answered; when it fails the request fails with 500, the change stays, and it is told again at the next start
   * (also when the process was killed in between): at least once, in the order of sequencers at a start.
   */
  onChange(change: ObjectChange): Promise<void>;
};

/** A running object server. */
export type ObjectServer = {
  url: string;
  port: number;
  /** current objects of a bucket in the order of their keys' UTF-8 bytes; deleted ones are not in it */
  list(bucket: string): CurrentObject[];
  close(): Promise<void>;
};

/** A queue to serve; attributes as SQS has them (strings), `RedrivePolicy` with the other queue's `queueArn`. */
export type QueueSpec = { name: string; attributes: Readonly<Record<string, string>> };

/** How the queue server runs. */
export type QueueServerOptions = {
  folder: string;
  port: number;
  queues: readonly QueueSpec[];
  region?: string;
  /** whether messages that were being worked on at the last end are visible at once: right where all workers end with the server */
  releaseInFlight?: boolean;
};

/** Messages in a queue by state. */
export type QueueCounts = { visible: number; inFlight: number; delayed: number };

/** A running queue server. */
export type QueueServer = {
  url: string;
  port: number;
  /** @throws Error when there is no such queue */
  queueUrl(name: string): string;
  counts(name: string): QueueCounts;
  close(): Promise<void>;
};

/** How the table server runs; existing tables keep their data. */
export type TableServerOptions = { folder: string; port: number; tables: readonly CreateTableCommandInput[] };

/** A running table server. */
export type TableServer = { url: string; port: number; close(): Promise<void> };

/** An event as it was put on a bus; `detail` is JSON text. */
export type PutEvent = { source: string; detailType: string; detail: string; busName: string; resources: string[]; time: number };

/** How the event server runs: `onEvents` is awaited before events are answered as accepted. */
export type EventServerOptions = { port: number; onEvents(events: readonly PutEvent[]): Promise<void> };

/** A running event server. */
export type EventServer = { url: string; port: number; close(): Promise<void> };
