// Runs an object server in a process of its own, to be killed. Changes go to a file, as they would go to a queue.
import { appendFileSync } from 'node:fs';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';

const [folder = '', changes = ''] = process.argv.slice(2);
const server = await startObjectServer({
  folder,
  port: 0,
  buckets: [{ name: 'versioned', versioned: true, cors: [] }],
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  open: true,
  onChange: async (change) => appendFileSync(changes, `${JSON.stringify(change)}\n`),
});
process.send?.(server.url);
