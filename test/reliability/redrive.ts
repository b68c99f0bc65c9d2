// Figure 15: uploads whose captioner is away end in the dead-letter queue; once it is back, the redrive command makes all of them READY.
// With --kill the command is killed on the way first, which takes longer: what it had taken stays hidden for a while.
import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventBridgeBus } from '../../functions/adapters/aws/event-bridge.ts';
import { s3Client, s3Objects } from '../../functions/adapters/aws/s3-objects.ts';
import type { Captioner } from '../../functions/core/caption.ts';
import { PictureError } from '../../functions/core/errors.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import { ingestBatch } from '../../functions/handlers/ingest/ingest-batch.ts';
import { type FakeCaptioner, fakeCaptioner } from '../support/fake-captioner.ts';
import { fakeTelemetry } from '../support/fake-telemetry.ts';
import { deliverMessages, SETTINGS } from '../support/ingest-house.ts';
import { OPERATE_ACCESS, OPERATE_BUCKET, type OperateServers, startOperateServers } from '../support/operate-servers.ts';
import { randomFrom, whole } from '../support/random.ts';

const MESSAGES = 1000;
const SEED = 15001;
/** One, since each further delivery that fails costs time and shows nothing new. */
const MAX_RECEIVES = 1;
const VISIBILITY_S = 30;
const LANES = 4;
const SQS_BATCH = 10;
const UPLOADS_AT_ONCE = 50;
const POLL_MS = 10;
const PAUSE_MS = 1000;
const WITHIN_MS = 150_000;

/** A captioner that cannot be reached until it is repaired; `after` counts only from then on. */
const brokenCaptioner = (): { captioner: Captioner; after: FakeCaptioner; repair(): void } => {
  const after = fakeCaptioner({ lanes: 2 });
  let repaired = false;
  const away = () => new PictureError('INFERENCE_UNAVAILABLE', 'the captioner is away');
  const caption: Captioner['caption'] = async (pictures, choices) => (repaired ? after.caption(pictures, choices) : pictures.map(away));
  const repair = (): void => {
    repaired = true;
  };
  return { captioner: { ...after, caption }, after, repair };
};

/** Takes batches for the handler as Lambda does; what failed is visible at once. */
const startPolling = ({ sqs, queues, endpoints, store }: OperateServers, captioner: Captioner) => {
  const bus = new EventBridgeClient({ endpoint: endpoints.eventbridge, ...OPERATE_ACCESS });
  const { region, credentials } = OPERATE_ACCESS;
  const ports = {
    store,
    objects: s3Objects(s3Client(region, { endpoint: endpoints.s3, credentials })),
    captioner,
    bus: eventBridgeBus({ client: bus, busName: 'told' }),
    telemetry: fakeTelemetry(),
    now: Date.now,
    newToken: () => crypto.randomUUID(),
  };
  const handler = ingestBatch(ports, { ...SETTINGS, maxReceives: MAX_RECEIVES, leaseMs: 20_000 });
  const QueueUrl = queues.queueUrl('uploads');
  const turn = async (): Promise<void> => {
    const take = { QueueUrl, MaxNumberOfMessages: SQS_BATCH, WaitTimeSeconds: 1, MessageSystemAttributeNames: ['All' as const] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(take));
    if (Messages.length === 0) return;
    const sent = Messages.map(({ MessageId = '', Body = '', Attributes }) => ({
      id: MessageId,
      body: Body,
      receives: Number(Attributes?.ApproximateReceiveCount),
    }));
    const failed = new Set(await deliverMessages(handler, sent));
    const entry = ({ ReceiptHandle }: Message, at: number) => ({ Id: String(at), ReceiptHandle });
    const done = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId)).map(entry);
    const again = Messages.filter(({ MessageId = '' }) => failed.has(MessageId)).map(entry);
    if (done.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: done }));
    const Entries = again.map((one) => ({ ...one, VisibilityTimeout: 0 }));
    if (again.length > 0) await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  };
  let stopping = false;
  const lanes = Array.from({ length: LANES }, async () => {
    while (!stopping) await turn();
  });
  return async (): Promise<void> => {
    stopping = true;
    await Promise.all(lanes);
    bus.destroy();
  };
};

const total = ({ queues }: OperateServers, name: string): number => {
  const { visible, inFlight, delayed } = queues.counts(name);
  return visible + inFlight + delayed;
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const end = Date.now() + WITHIN_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${WITHIN_MS / 1000} s: ${what}`);
    await sleep(POLL_MS);
  }
};

const upload = async ({ s3 }: OperateServers, count: number): Promise<string[]> => {
  const keys = Array.from({ length: count }, (_, i) => `photos/${i}.jpg`);
  for (let at = 0; at < count; at += UPLOADS_AT_ONCE) {
    const puts = keys
      .slice(at, at + UPLOADS_AT_ONCE)
      .map((Key) => s3.send(new PutObjectCommand({ Bucket: OPERATE_BUCKET, Key, Body: `a dog ${Key}` })));
    await Promise.all(puts);
  }
  return keys;
};

/** Kills the command when `moved` messages are back. */
const killAfter = async (servers: OperateServers, count: number, moved: number): Promise<void> => {
  const { child, result } = servers.start('redrive');
  await until('the command moves', () => count - total(servers, 'uploads-dlq') >= moved || child.exitCode !== null);
  child.kill('SIGKILL');
  await result;
};

/** Runs the command until the dead-letter queue is empty. @returns how often */
const redriveAll = async (servers: OperateServers): Promise<number> => {
  for (let runs = 1; ; runs++) {
    const { code, out, err } = await servers.ops('redrive');
    if (code !== 0) throw new Error(`redrive ended with ${code}: ${err}`);
    console.log(`  ${out.trim()}`);
    if (total(servers, 'uploads-dlq') === 0) return runs;
    await sleep(PAUSE_MS);
  }
};

/** What became of the uploads. */
export type RedriveFigure = {
  messages: number;
  inDlq: number;
  ready: number;
  /** captions beyond one for each version, after the repair */
  twice: number;
  /** versions without exactly one ready event (same id and revision counts once) */
  notToldOnce: number;
  repeatedEvents: number;
  left: number;
  runs: number;
};

/** Runs it all for `messages` uploads; with a seed the command is killed at a random place first. */
export const runRedrive = async (messages: number, killSeed?: number): Promise<RedriveFigure> => {
  const servers = await startOperateServers({ maxReceives: MAX_RECEIVES, visibilityS: VISIBILITY_S });
  const { captioner, after, repair } = brokenCaptioner();
  const stop = startPolling(servers, captioner);
  try {
    const keys = await upload(servers, messages);
    await until('all are dead', () => servers.queues.counts('uploads-dlq').visible === messages);
    const inDlq = total(servers, 'uploads-dlq');
    repair();
    if (killSeed !== undefined) await killAfter(servers, messages, 1 + whole(randomFrom(killSeed), Math.ceil(messages / 2)));
    const runs = await redriveAll(servers);
    await until('the queue is empty', () => total(servers, 'uploads') === 0);
    const ids = await Promise.all(keys.map((key) => imageId(OPERATE_BUCKET, key)));
    const records = await Promise.all(ids.map((id) => servers.store.get(id)));
    const told = servers.events.filter(({ detailType }) => detailType === 'caption.ready').map(({ detail }) => JSON.parse(detail));
    const distinct = new Set(told.map(({ id, revision }) => `${id} ${revision}`));
    const onceTold = ids.filter((id) => [...distinct].filter((one) => one.startsWith(`${id} `)).length === 1);
    return {
      messages,
      inDlq,
      ready: records.filter((record) => record?.state === 'READY' && record.texts.alt !== undefined).length,
      twice: [...after.asked.values()].reduce((sum, times) => sum + times - 1, 0),
      notToldOnce: messages - onceTold.length,
      repeatedEvents: told.length - distinct.size,
      left: total(servers, 'uploads-dlq') + total(servers, 'uploads'),
      runs,
    };
  } finally {
    await stop();
    await servers.close();
  }
};

const main = async (): Promise<void> => {
  const began = Date.now();
  const isKilled = process.argv.includes('--kill');
  const figure = await runRedrive(MESSAGES, isKilled ? SEED : undefined);
  const { messages, inDlq, ready, twice, notToldOnce, repeatedEvents, left, runs } = figure;
  const how = isKilled ? `killed first, seed ${SEED}, then ` : '';
  console.log(`figure 15: ${inDlq} of ${messages} in the dead-letter queue; after "redrive" (${how}run ${runs} times) ${ready} READY`);
  console.log(
    `  ${twice} captioned twice, ${notToldOnce} not told exactly once, ${repeatedEvents} events repeated, ${left} messages left; ${Math.round((Date.now() - began) / 1000)} s`,
  );
  const isMet = inDlq === messages && ready === messages && twice + notToldOnce + left === 0;
  process.exitCode = isMet ? 0 : 1;
};

if (import.meta.main) await main();
