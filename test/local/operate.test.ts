// The operator's command as a process, against the local run's servers; longer courses of it are in test/slow.
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OperateServers, startOperateServers } from '../support/operate-servers.ts';

let servers: OperateServers;

beforeAll(async () => {
  servers = await startOperateServers({ maxReceives: 5, visibilityS: 30 });
});

afterAll(() => servers.close());

const send = (queue: string, body: string) =>
  servers.sqs.send(new SendMessageCommand({ QueueUrl: servers.queues.queueUrl(queue), MessageBody: body }));

const waiting = (queue: string): number => servers.queues.counts(queue).visible;

describe('the operator at the local run', () => {
  it('sees what waits, and puts it back as it was', async () => {
    const bodies = ['{"ü":"\\u0000 ☃"}', 'not JSON', '{"a": 1 }'];
    for (const body of bodies) await send('backfill-dlq', body);
    await send('undelivered', 'event');
    const { out } = await servers.ops('status');
    expect(out).toMatch(/^backfill dlq +3 +0 +0$/m);
    expect(await servers.ops('redrive', '--dry-run')).toMatchObject({
      code: 0,
      out: '4 messages would be put back (backfill dlq 3, undelivered 1)\n',
    });
    expect(await servers.ops('redrive')).toEqual({ code: 0, out: '4 messages put back (backfill dlq 3, undelivered 1)\n', err: '' });
    expect(['backfill-dlq', 'undelivered', 'backfill', 'uploads'].map(waiting)).toEqual([0, 0, 3, 1]);
    const take = { QueueUrl: servers.queues.queueUrl('backfill'), MaxNumberOfMessages: 10 };
    const { Messages = [] } = await servers.sqs.send(new ReceiveMessageCommand(take));
    expect(Messages.map(({ Body }) => Body).toSorted()).toEqual(bodies.toSorted());
  });
});
