// Runs a queue server in a process of its own, to be killed.
import { startQueueServer } from '../../infra/local/servers/queue-server.ts';

const server = await startQueueServer({
  folder: process.argv[2] ?? '',
  port: 0,
  queues: [{ name: 'work', attributes: {} }],
});
process.send?.(server.url);
