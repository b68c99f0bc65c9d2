// Prints what PUT and GET of a 5 MB object cost at the local object server, beside the bare disk; and small PUTs, messages and items a second.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import { startQueueServer } from '../../infra/local/servers/queue-server.ts';
import { startTableServer } from '../../infra/local/servers/table-server.ts';

const BODY_BYTES = 5_000_000;
const LARGE_RUNS = 20;
const SMALL_RUNS = 300;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Median time of `work` in ms, after one run to warm up. */
const medianMs = async (runs: number, work: (run: number) => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await work(run);
    if (run > 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
};

const line = (what: string, ms: number): void => console.log(`${what.padEnd(58)} ${ms.toFixed(2).padStart(8)} ms`);

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const body = randomBytes(BODY_BYTES);

const toDisk = async (run: number): Promise<void> => {
  const handle = await open(join(folder, `raw-${run}`), 'wx');
  await handle.writeFile(body);
  await handle.datasync();
  await handle.close();
};

const objects = await startObjectServer({
  folder: join(folder, 'objects'),
  port: 0,
  buckets: [{ name: 'b', versioned: true, cors: [] }],
  credentials,
  open: true,
  onChange: async () => {},
});
const s3 = new S3Client({ endpoint: objects.url, region: 'us-east-1', credentials });
line('5 MB to the bare disk, flushed', await medianMs(LARGE_RUNS, toDisk));
line(
  '5 MB PUT by the SDK (CRC32, MD5, SHA-256, flushed)',
  await medianMs(LARGE_RUNS, (run) => s3.send(new PutObjectCommand({ Bucket: 'b', Key: `k${run}`, Body: body }))),
);
line(
  '5 MB PUT by fetch, unsigned',
  await medianMs(LARGE_RUNS, async (run) => (await fetch(`${objects.url}/b/f${run}`, { method: 'PUT', body })).text()),
);
line(
  '5 MB GET by the SDK (CRC32 checked by the client)',
  await medianMs(LARGE_RUNS, async (run) =>
    (await s3.send(new GetObjectCommand({ Bucket: 'b', Key: `k${run}` }))).Body?.transformToByteArray(),
  ),
);
line(
  '5 MB GET by fetch',
  await medianMs(LARGE_RUNS, async (run) => (await fetch(`${objects.url}/b/f${run}`)).arrayBuffer()).catch(() => 0),
);
line(
  '100 B PUT by the SDK',
  await medianMs(SMALL_RUNS, (run) => s3.send(new PutObjectCommand({ Bucket: 'b', Key: `s${run}`, Body: body.subarray(0, 100) }))),
);
s3.destroy();
await objects.close();

const queues = await startQueueServer({ folder: join(folder, 'queues'), port: 0, queues: [{ name: 'q', attributes: {} }] });
const sqs = new SQSClient({ endpoint: queues.url, region: 'us-east-1', credentials });
const QueueUrl = queues.queueUrl('q');
line('message sent', await medianMs(SMALL_RUNS, () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(500) }))));
line(
  'message received and deleted',
  await medianMs(SMALL_RUNS, async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  }),
);
sqs.destroy();
await queues.close();

const TableName = 'bench';
const table = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
};
const tables = await startTableServer({ folder: join(folder, 'tables'), port: 0, tables: [table] });
const dynamo = new DynamoDBClient({ endpoint: tables.url, region: 'us-east-1', credentials });
line('item put', await medianMs(SMALL_RUNS, (run) => dynamo.send(new PutItemCommand({ TableName, Item: { pk: { S: `${run}` } } }))));
line('item got', await medianMs(SMALL_RUNS, (run) => dynamo.send(new GetItemCommand({ TableName, Key: { pk: { S: `${run}` } } }))));
dynamo.destroy();
await tables.close();
rmSync(folder, { recursive: true });
