// Ports that are kept free for a process: another's hold of a moment is waited for.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { holdPort, listenOnHeld } from '../../../infra/local/port.ts';

const HOST = '127.0.0.1';
const opened: Server[] = [];

const server = (): Server => {
  const made = createServer();
  opened.push(made);
  return made;
};

afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

describe('a port that was kept free', () => {
  it('is listened on once whoever was given it meanwhile lets go', async () => {
    const { port, release } = await holdPort(HOST, 0);
    await release();
    const other = server().listen(port, HOST);
    await once(other, 'listening');
    const mine = server();
    let isRefused = false;
    mine.once('error', () => {
      isRefused = true;
      other.close();
    });
    await listenOnHeld(mine, port, HOST);
    expect(isRefused).toBe(true);
    expect(mine.address()).toMatchObject({ port });
  });

  it('is not waited for where the host cannot be listened on', async () => {
    await expect(listenOnHeld(server(), 0, '192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('is another one where the wished one is taken', async () => {
    const first = await holdPort(HOST, 0);
    const second = await holdPort(HOST, first.port);
    expect(second).toMatchObject({ taken: true });
    expect(second.port).not.toBe(first.port);
    await Promise.all([first.release(), second.release()]);
  });
});
