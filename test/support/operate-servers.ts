// A service without functions: the local run's servers with all queues, its service.json, and the operator's command as a process.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import type { RecordStore } from '../../functions/core/ports.ts';
import { s3Event } from '../../infra/local/object-events.ts';
import { startEventServer } from '../../infra/local/servers/event-server.ts';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import { queueArn, startQueueServer } from '../../infra/local/servers/queue-server.ts';
import type { ObjectChange, PutEvent, QueueServer, QueueSpec } from '../../infra/local/servers/server-types.ts';
import { startTableServer } from '../../infra/local/servers/table-server.ts';
import { createTableInput, localDynamo } from './dynalite-table.ts';

const DOOR = fileURLToPath(new URL('../../functions/operate.ts', import.meta.url));

/** Settings of clients, besides the endpoint. */
export const OPERATE_ACCESS = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } as const;

/** The bucket. */
export const OPERATE_BUCKET = 'photos';

const TABLE_NAME = 'captions';
const PAIRS = ['uploads', 'backfill', 'inference'] as const;

/** Deliveries before a message is dead, and seconds that a taken one is hidden. */
export type OperateQueues = { maxReceives: number; visibilityS: number };

const queueSpecs = ({ maxReceives, visibilityS }: OperateQueues): QueueSpec[] => [
  { name: 'undelivered', attributes: {} },
  ...PAIRS.flatMap((name): QueueSpec[] => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn(`${name}-dlq`), maxReceiveCount: maxReceives });
    return [
      { name: `${name}-dlq`, attributes: {} },
      { name, attributes: { VisibilityTimeout: String(visibilityS), RedrivePolicy } },
    ];
  }),
];

/** How the command has ended. */
export type OpsResult = { code: number | null; out: string; err: string };

/** The running command. */
export type OpsProcess = { child: ChildProcess; result: Promise<OpsResult> };

/** The servers, and what tests do with them. */
export type OperateServers = {
  folder: string;
  queues: QueueServer;
  sqs: SQSClient;
  s3: S3Client;
  store: RecordStore;
  endpoints: { s3: string; sqs: string; dynamodb: string; eventbridge: string };
  events: PutEvent[];
  outputs: Record<string, string>;
  /** starts the command with `--data` set */
  start(...argv: string[]): OpsProcess;
  ops(...argv: string[]): Promise<OpsResult>;
  close(): Promise<void>;
};

/** Starts the command with nothing but these variables. */
export const startOps = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): OpsProcess => {
  const child = spawn(process.execPath, [DOOR, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return { child, result: new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said }))) };
};

/** Starts them on free ports of the loopback; what happens to objects goes to the uploads queue. */
export const startOperateServers = async (how: OperateQueues): Promise<OperateServers> => {
  const folder = mkdtempSync(join(tmpdir(), 'operate-'));
  for (const name of ['objects', 'queues', 'tables']) mkdirSync(join(folder, name));
  const events: PutEvent[] = [];
  const bus = await startEventServer({ port: 0, onEvents: async (told) => void events.push(...told) });
  const queues = await startQueueServer({ folder: join(folder, 'queues'), port: 0, queues: queueSpecs(how) });
  const table = await startTableServer({ folder: join(folder, 'tables'), port: 0, tables: [createTableInput(TABLE_NAME)] });
  const sqs = new SQSClient({ endpoint: queues.url, ...OPERATE_ACCESS });
  const onChange = async (change: ObjectChange): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl('uploads'), MessageBody: JSON.stringify(s3Event(change)) }));
  };
  const { credentials } = OPERATE_ACCESS;
  const buckets = [{ name: OPERATE_BUCKET, versioned: true, cors: [] }];
  const objects = await startObjectServer({ folder: join(folder, 'objects'), port: 0, buckets, credentials, open: false, onChange });
  const s3 = new S3Client({ endpoint: objects.url, ...OPERATE_ACCESS });
  const dynamo = localDynamo(table.url);
  const endpoints = { s3: objects.url, sqs: queues.url, dynamodb: table.url, eventbridge: bus.url };
  const urls = PAIRS.flatMap((name) => {
    const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    return [
      [`${capital}QueueUrl`, queues.queueUrl(name)],
      [`${capital}DlqUrl`, queues.queueUrl(`${name}-dlq`)],
    ];
  });
  const settings = { keyPrefixes: [], keySuffixes: ['.jpg'], outputPrefix: '', tombstoneDays: 30 };
  const outputs = {
    BucketName: OPERATE_BUCKET,
    TableName: TABLE_NAME,
    UndeliveredUrl: queues.queueUrl('undelivered'),
    OperatorSettings: JSON.stringify(settings),
    ...Object.fromEntries(urls),
  };
  writeFileSync(join(folder, 'service.json'), JSON.stringify({ pid: process.pid, outputs, endpoints }));
  return {
    folder,
    queues,
    sqs,
    s3,
    store: dynamoRecords({ client: dynamo, tableName: TABLE_NAME, now: Date.now }),
    endpoints,
    events,
    outputs,
    start: (...argv) => startOps([...argv, '--data', folder]),
    ops: (...argv) => startOps([...argv, '--data', folder]).result,
    async close() {
      for (const client of [s3, sqs, dynamo]) client.destroy();
      await Promise.all([objects.close(), bus.close(), table.close(), queues.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
