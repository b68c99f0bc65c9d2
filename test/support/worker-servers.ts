// The inference worker as a process, between embedded servers that speak the AWS protocols: bucket, queue, table, bus.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import type { RecordStore } from '../../functions/core/ports.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { InferenceJob } from '../../functions/core/record/object-event.ts';
import { type CaptionRecord, PIPELINE } from '../../functions/core/record/record.ts';
import { startEventServer } from '../../infra/local/servers/event-server.ts';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import { startQueueServer } from '../../infra/local/servers/queue-server.ts';
import type { PutEvent } from '../../infra/local/servers/server-types.ts';
import { startTableServer } from '../../infra/local/servers/table-server.ts';
import { createTableInput, localDynamo } from './dynalite-table.ts';
import { TINY } from './tiny-package.ts';
import { ABSTAINED } from './worker-records.ts';

const DOOR = fileURLToPath(new URL('../../functions/worker.ts', import.meta.url));
const BUCKET = 'photos';
const QUEUE = 'inference';
const TABLE_NAME = 'captions';
const REGION = 'eu-west-1';
const KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };
const SQS_BATCH = 10;

/** A line that the worker has logged. */
export type LogLine = Record<string, unknown>;

/** A running worker: its log lines, and how it ended. */
export type WorkerProcess = {
  child: ChildProcess;
  lines: LogLine[];
  errors: string[];
  ended: Promise<{ code: number | null; signal: string | null }>;
};

/** An event that consumers would get. */
export type ToldEvent = { type: string; id: string; revision: number };

/** Servers, and what tests do with them. */
export type WorkerServers = {
  store: RecordStore;
  told: ToldEvent[];
  /** stores pictures and their records, and queues their jobs; `texts` of the records are empty */
  add(kind: InferenceJob['kind'], keys: readonly string[], bytes: (key: string) => Uint8Array): Promise<CaptionRecord[]>;
  /** messages that wait, and that are hidden */
  waiting(): { visible: number; hidden: number };
  /** `program`: another copy of functions/worker.ts */
  start(env?: Record<string, string>, program?: string): WorkerProcess;
  close(): Promise<void>;
};

/** Starts them all on free ports of the loopback. */
export const startWorkerServers = async (): Promise<WorkerServers> => {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const told: ToldEvent[] = [];
  const onEvents = async (events: readonly PutEvent[]): Promise<void> => {
    for (const { detailType, detail } of events) {
      const { id, revision }: { id: string; revision: number } = JSON.parse(detail);
      told.push({ type: detailType, id, revision });
    }
  };
  const at = (name: string): string => join(folder, name);
  for (const name of ['objects', 'queues', 'tables']) await mkdir(at(name));
  const buckets = [{ name: BUCKET, versioned: true, cors: [] }];
  const [bus, table, objects, queues] = await Promise.all([
    startEventServer({ port: 0, onEvents }),
    startTableServer({ folder: at('tables'), port: 0, tables: [createTableInput(TABLE_NAME)] }),
    startObjectServer({ folder: at('objects'), port: 0, buckets, credentials: KEYS, open: false, onChange: async () => {} }),
    startQueueServer({ folder: at('queues'), port: 0, region: REGION, queues: [{ name: QUEUE, attributes: { VisibilityTimeout: '3' } }] }),
  ]);
  const sqs = new SQSClient({ endpoint: queues.url, region: REGION, credentials: KEYS });
  const QueueUrl = queues.queueUrl(QUEUE);
  const s3 = new S3Client({ endpoint: objects.url, region: REGION, credentials: KEYS });
  const dynamo = localDynamo(table.url);
  const store = dynamoRecords({ client: dynamo, tableName: TABLE_NAME, now: Date.now });
  const running = new Set<ChildProcess>();

  const addOne = async (
    kind: InferenceJob['kind'],
    key: string,
    bytes: Uint8Array,
  ): Promise<{ record: CaptionRecord; job: InferenceJob }> => {
    const { ETag = '', VersionId } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bytes }));
    const id = await imageId(BUCKET, key);
    const etag = ETag.replaceAll('"', '');
    const at = Date.now();
    const record: CaptionRecord = {
      id,
      bucket: BUCKET,
      key,
      etag,
      ...(VersionId !== undefined && { versionId: VersionId }),
      ...(kind === 'caption' ? { state: 'PENDING' } : { state: 'READY', refine: 'queued', machine: ABSTAINED }),
      sequencer: '01',
      objectAt: at,
      texts: {},
      pipeline: PIPELINE,
      createdAt: at,
      changedAt: at,
      revision: 1,
    };
    await store.put(record, undefined);
    return { record, job: { kind, id, bucket: BUCKET, key, sequencer: '01', etag } };
  };

  return {
    store,
    told,
    async add(kind, keys, bytes) {
      const records: CaptionRecord[] = [];
      for (let i = 0; i < keys.length; i += SQS_BATCH) {
        const added = await Promise.all(keys.slice(i, i + SQS_BATCH).map((key) => addOne(kind, key, bytes(key))));
        const Entries = added.map(({ job }, at) => ({ Id: String(at), MessageBody: JSON.stringify(job) }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        records.push(...added.map(({ record }) => record));
      }
      return records;
    },
    waiting() {
      const { visible, inFlight } = queues.counts(QUEUE);
      return { visible, hidden: inFlight };
    },
    start(env = {}, program = DOOR) {
      const settings = {
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
        AWS_ENDPOINT_URL_S3: objects.url,
        AWS_ENDPOINT_URL_DYNAMODB: table.url,
        AWS_ENDPOINT_URL_SQS: queues.url,
        AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
        TABLE_NAME,
        EVENT_BUS_NAME: 'told',
        INFERENCE_QUEUE_URL: QueueUrl,
        MODELS_DIR: dirname(TINY),
        MODEL: basename(TINY),
        ANALYSIS: 'off',
        PROVIDER: 'cpu',
        BATCH_MAX: '4',
        LINGER_MS: '20',
        VISIBILITY_SECONDS: '3',
        LEASE_SECONDS: '3',
        MAX_RECEIVES: '100',
        HEALTH_PORT: '0',
        USD_PER_SECOND: '0.0001',
        DECODE_TIMEOUT_MS: '60000',
        ...env,
      };
      const child = spawn(process.execPath, [program], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      const lines: LogLine[] = [];
      const errors: string[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
      createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
      const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
        child.on('close', (code, signal) => {
          running.delete(child);
          resolve({ code, signal });
        });
      });
      return { child, lines, errors, ended };
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      for (const client of [s3, sqs, dynamo]) client.destroy();
      await Promise.all([bus.close(), table.close(), objects.close(), queues.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
