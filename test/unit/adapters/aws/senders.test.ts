// What is put on queues and buses, and what becomes of parts that were not taken.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventBridgeBus } from '../../../../functions/adapters/aws/event-bridge.ts';
import { sqsInbox, sqsOutbox } from '../../../../functions/adapters/aws/sqs-queue.ts';
import type { EventBus, Outbox } from '../../../../functions/core/ports.ts';
import { startQueues } from '../../../support/local-queues.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';
import { type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

let end: () => Promise<void>;
afterEach(() => end());

const settings = (url: string) => ({
  endpoint: url,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

type Sent = { Entries: { Id: string; MessageBody: string; Detail: string; DetailType: string; Source: string; EventBusName: string }[] };
const sentOf = (server: ScriptedServer): Sent[] => server.asked.map(({ body }) => JSON.parse(body));

describe('the outbox', () => {
  /** `failing` says of the request number and the entry's place whether it fails, and whether that is our fault. */
  const open = async (failing: (number: number, index: number) => { ours: boolean } | undefined) => {
    const server = await scriptedServer((response, { body }, number) => {
      const { Entries }: Sent = JSON.parse(body);
      const verdicts = Entries.map(({ Id }, index) => ({ Id, fault: failing(number, index) }));
      const Failed = verdicts.flatMap(({ Id, fault }) => (fault ? [{ Id, Code: 'Some', SenderFault: fault.ours }] : []));
      const Successful = verdicts.flatMap(({ Id, fault }) => (fault ? [] : [{ Id, MessageId: Id }]));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ Successful, Failed }));
    });
    const client = new SQSClient({ ...settings(server.url), md5: false });
    end = async () => {
      client.destroy();
      await server.close();
    };
    const outbox: Outbox<{ n: number }> = sqsOutbox({ client, queueUrl: `${server.url}/1/queue` });
    return { server, outbox };
  };
  const messages = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

  it('sends in tens, nothing for nothing', async () => {
    const { server, outbox } = await open(() => undefined);
    await outbox.send([]);
    await outbox.send(messages(23));
    expect(sentOf(server).map(({ Entries }) => Entries.length)).toEqual([10, 10, 3]);
    const bodies = sentOf(server).flatMap(({ Entries }) => Entries.map(({ MessageBody }) => JSON.parse(MessageBody)));
    expect(bodies).toEqual(messages(23));
  });

  it('keeps each request below the bytes that are taken', async () => {
    const { server, outbox } = await open(() => undefined);
    await outbox.send(Array.from({ length: 4 }, (_, n) => ({ n, text: 'x'.repeat(90_000) })));
    expect(sentOf(server).map(({ Entries }) => Entries.length)).toEqual([2, 2]);
  });

  it('sends again only what was not taken', async () => {
    const { server, outbox } = await open((number, index) =>
      (number === 1 && index >= 8) || (number === 2 && index === 1) ? { ours: false } : undefined,
    );
    await outbox.send(messages(10));
    expect(sentOf(server).map(({ Entries }) => Entries.map(({ MessageBody }) => JSON.parse(MessageBody).n))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [8, 9],
      [9],
    ]);
  });

  it('says so when a message is not taken at all', async () => {
    const refusing = await open((_, index) => (index === 0 ? { ours: true } : undefined));
    await expect(refusing.outbox.send(messages(2))).rejects.toMatchObject({ code: 'INTERNAL' });
    await end();
    const failing = await open(() => ({ ours: false }));
    await expect(failing.outbox.send(messages(2))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the queue did not take 2 messages: Some',
    });
    expect(failing.server.asked).toHaveLength(5);
  });

  it('brings any characters through a queue unchanged', async () => {
    const queues = await startQueues([{ name: 'jobs', attributes: {} }]);
    end = () => queues.close();
    const queue = { client: queues.client, queueUrl: queues.queueUrl('jobs') };
    const job = { key: 'a+b %2F caf\u00e9 cafe\u0301 \u0001\n\uFFFE\uFFFF \u{1F436} \uD800' };
    await sqsOutbox<typeof job>(queue).send([job]);
    const [taken] = await sqsInbox(queue).take(1, 0, new AbortController().signal);
    expect(JSON.parse(taken?.body ?? '')).toEqual(job);
  });
});

describe('the event bus', () => {
  const open = async (
    codeOf: (number: number, index: number) => string | undefined,
  ): Promise<{ server: ScriptedServer; bus: EventBus }> => {
    const server = await scriptedServer((response, { body }, number) => {
      const { Entries }: Sent = JSON.parse(body);
      const results = Entries.map((_, index) => ({ code: codeOf(number, index) })).map(({ code }) =>
        code ? { ErrorCode: code } : { EventId: 'e' },
      );
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ Entries: results, FailedEntryCount }));
    });
    const client = new EventBridgeClient(settings(server.url));
    end = async () => {
      client.destroy();
      await server.close();
    };
    return { server, bus: eventBridgeBus({ client, busName: 'bus' }) };
  };

  it('is told type and detail', async () => {
    const { server, bus } = await open(() => undefined);
    const ready = { type: 'caption.ready', record: await fullRecord('caf\u00e9.jpg') } as const;
    const failed = { type: 'caption.failed', record: await sampleRecord('b.jpg', { state: 'FAILED', reason: 'EMPTY' }) } as const;
    await bus.publish([ready, failed]);
    const [first, second] = sentOf(server)[0]?.Entries ?? [];
    expect(first).toMatchObject({ Source: 'caption-on-upload', DetailType: 'caption.ready', EventBusName: 'bus' });
    expect(JSON.parse(first?.Detail ?? '')).toMatchObject({
      key: 'caf\u00e9.jpg',
      state: 'READY',
      texts: { alt: { text: 'A dog runs.' } },
    });
    expect(JSON.parse(second?.Detail ?? '')).toMatchObject({ state: 'FAILED', reason: 'EMPTY' });
  });

  it('is told again what it did not take', async () => {
    const { server, bus } = await open((number, index) => (number === 1 && index % 2 === 1 ? 'ThrottlingException' : undefined));
    const record = await sampleRecord('a.jpg', { state: 'FAILED', reason: 'EMPTY' });
    await bus.publish(Array.from({ length: 12 }, (_, n) => ({ type: 'caption.failed', record: { ...record, revision: n } }) as const));
    const revisions = sentOf(server).map(({ Entries }) => Entries.map(({ Detail }) => JSON.parse(Detail).revision));
    expect(revisions).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [1, 3, 5, 7, 9],
      [10, 11],
    ]);
  });

  it('says so when it takes nothing', async () => {
    const event = { type: 'caption.failed', record: await sampleRecord('a.jpg', { state: 'FAILED', reason: 'EMPTY' }) } as const;
    const refusing = await open(() => 'NotAuthorizedForSourceException');
    await expect(refusing.bus.publish([event])).rejects.toMatchObject({ code: 'INTERNAL' });
    await end();
    const failing = await open(() => 'InternalFailure');
    await expect(failing.bus.publish([event])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
