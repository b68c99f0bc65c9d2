// Finds a port to listen on, and keeps it until whoever listens there is ready to.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that nobody else gets until `release`. `taken`: the wished one was not free. */
export type HeldPort = { port: number; taken: boolean; release(): Promise<void> };

const hold = async (host: string, port: number): Promise<Omit<HeldPort, 'taken'>> => {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { port: address.port, release: () => new Promise((resolve) => server.close(() => resolve())) };
};

/** The wished port, or any free one when it is taken; 0: any. @throws Error when the host cannot be listened on */
export const holdPort = async (host: string, wished: number): Promise<HeldPort> => {
  try {
    return { ...(await hold(host, wished)), taken: false };
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw thrown;
    return { ...(await hold(host, 0)), taken: true };
  }
};
