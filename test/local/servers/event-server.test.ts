// The event server with the real EventBridge client.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEventServer } from '../../../infra/local/servers/event-server.ts';
import type { PutEvent } from '../../../infra/local/servers/server-types.ts';
import { CREDENTIALS } from '../../support/object-servers.ts';

const start = async (onEvents: (events: readonly PutEvent[]) => Promise<void>) => {
  const server = await startEventServer({ port: 0, onEvents });
  const client = new EventBridgeClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { server, client };
};

const ENTRY = { Source: 'caption-on-upload', DetailType: 'caption.ready', Detail: '{"id":"1"}', EventBusName: 'bus' };

describe('the event server', () => {
  it('hands events over and answers entry by entry', async () => {
    const taken: PutEvent[] = [];
    const { client } = await start(async (events) => {
      taken.push(...events);
    });
    const Time = new Date('2026-01-02T03:04:05Z');
    const byArn = { ...ENTRY, EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/bus', Time };
    const answer = await client.send(new PutEventsCommand({ Entries: [ENTRY, { ...ENTRY, Detail: 'no json' }, byArn] }));
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, 'InvalidArgument', undefined]);
    const expected = { source: 'caption-on-upload', detailType: 'caption.ready', detail: '{"id":"1"}', busName: 'bus', resources: [] };
    expect(taken).toMatchObject([expected, { ...expected, time: Time.getTime() }]);
  });

  it('accepts nothing when the callback fails, and serves nothing else', async () => {
    const { server, client } = await start(() => Promise.reject(new Error('no')));
    await expect(client.send(new PutEventsCommand({ Entries: [ENTRY] }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(client.send(new PutEventsCommand({ Entries: [] }))).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await fetch(server.url)).status).toBe(400);
  });
});
