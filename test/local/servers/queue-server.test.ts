// The queue server with the real SQS client: attributes, long polls, batches, visibility, dead letters, restarts.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queueArn, startQueueServer } from '../../../infra/local/servers/queue-server.ts';
import type { QueueServer, QueueServerOptions } from '../../../infra/local/servers/server-types.ts';
import { CREDENTIALS, temporaryFolder } from '../../support/object-servers.ts';

const QUEUES = [
  { name: 'dead', attributes: {} },
  {
    name: 'work',
    attributes: {
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 }),
    },
  },
];

const clientOf = (server: { url: string }): SQSClient => {
  const client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
};

const start = async (options: Partial<QueueServerOptions> = {}): Promise<{ server: QueueServer; client: SQSClient; folder: string }> => {
  const folder = options.folder ?? temporaryFolder();
  const server = await startQueueServer({ port: 0, queues: QUEUES, ...options, folder });
  onTestFinished(() => server.close());
  return { server, client: clientOf(server), folder };
};

const send = (client: SQSClient, QueueUrl: string, MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

const receive = async (client: SQSClient, QueueUrl: string, more = {}): Promise<Message[]> => {
  const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, MessageSystemAttributeNames: ['All' as const], ...more };
  return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
};

const hide = (client: SQSClient, QueueUrl: string, message: Message | undefined, VisibilityTimeout: number) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }));

describe('the queue server', () => {
  it('has the queues with their attributes, on the loopback interface only', async () => {
    const { server, client } = await start();
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: server.queueUrl('work'), AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ ...QUEUES[1]?.attributes, QueueArn: queueArn('work') });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(() => server.counts('other')).toThrow('no queue other');
    expect((await fetch(`${server.url}/bucket`, { method: 'PUT' })).status).toBe(403);
    expect((await fetch(`${server.url}/_fauxqs/queues`)).status).toBe(403);
  });

  it('sends, receives and deletes in batches', async () => {
    const { server, client } = await start();
    const QueueUrl = server.queueUrl('work');
    const entries = Array.from({ length: 10 }, (_, at) => ({ Id: `m${at}`, MessageBody: `body ${at} \u{1F431}\n` }));
    expect((await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }))).Failed ?? []).toEqual([]);
    expect(server.counts('work')).toEqual({ visible: 10, inFlight: 0, delayed: 0 });
    const messages = await receive(client, QueueUrl);
    expect(messages.map(({ Body }) => Body)).toEqual(entries.map(({ MessageBody }) => MessageBody));
    expect(messages.every(({ Attributes }) => Attributes?.ApproximateReceiveCount === '1')).toBe(true);
    expect(server.counts('work')).toEqual({ visible: 0, inFlight: 10, delayed: 0 });
    const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: `m${at}`, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(server.counts('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('answers a long poll as soon as there is a message', async () => {
    const { server, client } = await start();
    const QueueUrl = server.queueUrl('work');
    const polled = receive(client, QueueUrl, { WaitTimeSeconds: 20 });
    await send(client, QueueUrl, 'now');
    expect((await polled).map(({ Body }) => Body)).toEqual(['now']);
  });

  it('gives no message to a client that has gone while it waited', async () => {
    const { server, client } = await start();
    const QueueUrl = server.queueUrl('work');
    const gone = new AbortController();
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: gone.signal });
    await new Promise((resolve) => setTimeout(resolve, 200));
    gone.abort();
    await expect(polled).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 500)); // the server hears of it later than the client
    await send(client, QueueUrl, 'for the next one');
    expect(await receive(client, QueueUrl)).toHaveLength(1);
  });

  it('hides messages, gives them back, and moves them to the dead letters after too many receives', async () => {
    const { server, client } = await start();
    const QueueUrl = server.queueUrl('work');
    await send(client, QueueUrl, 'poison');
    const [first] = await receive(client, QueueUrl);
    expect(await receive(client, QueueUrl)).toEqual([]);
    await hide(client, QueueUrl, first, 0);
    const [second] = await receive(client, QueueUrl);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    await hide(client, QueueUrl, second, 1);
    const [third] = await receive(client, QueueUrl, { WaitTimeSeconds: 2 });
    expect(third).toBeUndefined();
    expect(server.counts('dead').visible).toBe(1);
    const [dead] = await receive(client, server.queueUrl('dead'));
    expect(dead?.Body).toBe('poison');
    await client.send(new DeleteMessageCommand({ QueueUrl: server.queueUrl('dead'), ReceiptHandle: dead?.ReceiptHandle }));
    expect(server.counts('dead')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('keeps messages, receive counts and what is in flight over a restart', async () => {
    const { server, client, folder } = await start();
    for (const body of ['in flight', 'given back', 'waiting']) await send(client, server.queueUrl('work'), body);
    const [, second] = await receive(client, server.queueUrl('work'), { MaxNumberOfMessages: 2 });
    await hide(client, server.queueUrl('work'), second, 0);
    await server.close();
    const again = await start({ folder });
    expect(again.server.counts('work')).toEqual({ visible: 2, inFlight: 1, delayed: 0 });
    const messages = await receive(again.client, again.server.queueUrl('work'));
    const counts = messages.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]);
    expect(Object.fromEntries(counts)).toEqual({ 'given back': '2', waiting: '1' });
    await again.server.close();
    const released = await start({ folder, releaseInFlight: true });
    expect(released.server.counts('work')).toEqual({ visible: 3, inFlight: 0, delayed: 0 });
  });

  it('takes new attributes, and refuses queues of another region', async () => {
    const { server, folder } = await start();
    await server.close();
    const { server: changed, client } = await start({ folder, queues: [{ name: 'work', attributes: { VisibilityTimeout: '7' } }] });
    const input = { QueueUrl: changed.queueUrl('work'), AttributeNames: ['All' as const] };
    const { Attributes } = await client.send(new GetQueueAttributesCommand(input));
    expect(Attributes?.VisibilityTimeout).toBe('7');
    expect(Attributes?.RedrivePolicy).toBeUndefined();
    await changed.close();
    await expect(startQueueServer({ folder, port: 0, queues: QUEUES, region: 'eu-west-1' })).rejects.toThrow('us-east-1');
  });

  it('loses no confirmed message to kill -9', async () => {
    const folder = temporaryFolder();
    const child = fork(new URL('../../support/queue-server-child.ts', import.meta.url), [folder], { execArgv: [] });
    const [url] = (await once(child, 'message')) as [string];
    const client = clientOf({ url });
    const QueueUrl = `${url}/000000000000/work`;
    const confirmed: string[] = [];
    const sending = (async () => {
      for (let at = 0; ; at++) {
        await send(client, QueueUrl, `m${at}`);
        if (confirmed.push(`m${at}`) === 1) setTimeout(() => child.kill('SIGKILL'), 300);
      }
    })();
    await expect(sending).rejects.toThrow();
    const { server, client: after } = await start({ folder });
    const bodies: (string | undefined)[] = [];
    while (bodies.length < server.counts('work').inFlight + server.counts('work').visible) {
      bodies.push(...(await receive(after, server.queueUrl('work'))).map(({ Body }) => Body));
    }
    expect(confirmed.length).toBeGreaterThan(0);
    expect(confirmed.filter((body) => !bodies.includes(body))).toEqual([]);
  });
});
