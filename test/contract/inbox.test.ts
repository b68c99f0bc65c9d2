import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { sqsInbox } from '../../functions/adapters/aws/sqs-queue.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeInbox } from '../support/fake-inbox.ts';
import { startQueues } from '../support/local-queues.ts';
import { inboxContract } from './inbox.ts';

const VISIBILITY_S = 30;
const QUEUES = Array.from({ length: 20 }, (_, n) => ({ name: `queue-${n}`, attributes: { VisibilityTimeout: String(VISIBILITY_S) } }));

inboxContract('the queue in memory', async () => {
  const clock = fakeClock();
  return {
    async open() {
      const inbox = fakeInbox(clock, { visibilityS: VISIBILITY_S, maxReceives: 5 });
      return { inbox, send: async (bodies) => inbox.send(...bodies) };
    },
    pass: (ms) => clock.advance(ms),
    end: async () => {},
  };
});

inboxContract('the queue in SQS', async () => {
  const queues = await startQueues(QUEUES);
  let count = 0;
  return {
    async open() {
      const queueUrl = queues.queueUrl(`queue-${count++}`);
      return {
        inbox: sqsInbox({ client: queues.client, queueUrl }),
        async send(bodies) {
          const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
          await queues.client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        },
      };
    },
    pass: (ms) => sleep(ms),
    end: () => queues.close(),
  };
});
