// A server on the loopback that answers as a test says, and remembers what it was asked.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export type Asked = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

/** The server. */
export type ScriptedServer = { url: string; asked: Asked[]; close(): Promise<void> };

/** Answers the request number `number` (from 1). */
export type Answer = (response: Parameters<RequestListener>[1], asked: Asked, number: number) => void;

/** Starts it on a free port. */
export const scriptedServer = async (answer: Answer): Promise<ScriptedServer> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    answer(response, one, asked.push(one));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
