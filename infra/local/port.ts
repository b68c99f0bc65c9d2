// Finds a port to listen on, and keeps it until whoever listens there is ready to.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a port may be in use that was kept free: between its release and listening a connection of anybody may be given it, for a moment. */
const IN_USE_FOR_MS = 3000;
const AGAIN_AFTER_MS = 50;

/** A port that nobody else gets until `release`. `taken`: the wished one was not free. */
export type HeldPort = { port: number; taken: boolean; release(): Promise<void> };

const hold = async (host: string, port: number): Promise<Omit<HeldPort, 'taken'>> => {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { port: address.port, release: () => new Promise((resolve) => server.close(() => resolve())) };
};

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined);

/** Listens on a port that was kept free. @throws Error when it stays in use, or the host cannot be listened on */
export const listenOnHeld = async (server: Server, port: number, host: string): Promise<void> => {
  for (const until = performance.now() + IN_USE_FOR_MS; ; await sleep(AGAIN_AFTER_MS)) {
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return;
    } catch (thrown) {
      if (codeOf(thrown) !== 'EADDRINUSE' || performance.now() > until) throw thrown;
    }
  }
};

/** The wished port, or any free one when it is taken; 0: any. @throws Error when the host cannot be listened on */
export const holdPort = async (host: string, wished: number): Promise<HeldPort> => {
  try {
    return { ...(await hold(host, wished)), taken: false };
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw thrown;
    return { ...(await hold(host, 0)), taken: true };
  }
};
