// Answers GET /healthz for container health checks; it serves nothing else.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where to listen; port 0 takes a free one. */
export type HealthPlace = { host: string; port: number };

/** A running health server and the port it has. */
export type HealthServer = { port: number; close(): Promise<void> };

const PATH = '/healthz';
const OK = 200;
const NOT_FOUND = 404;
const UNAVAILABLE = 503;

/** A health check asks for one line; whoever is slower than this is not one. */
const REQUEST_TIMEOUT_MS = 5_000;

const listening = (server: Server, { host, port }: HealthPlace): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

/** Only who ends is unhealthy. Who waits for a table or a bucket to come back is not: a new container would wait, too, and start cold. */
const ENDING = 'draining';

/**
 * Answers 200 with the word of `status`, and 503 while that is `draining`.
 * @throws what the operating system says when the port is taken
 */
export const healthServer = async (place: HealthPlace, status: () => string): Promise<HealthServer> => {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const found = (request.method === 'GET' || request.method === 'HEAD') && request.url === PATH;
    const word = found ? status() : 'not found';
    const code = !found ? NOT_FOUND : word === ENDING ? UNAVAILABLE : OK;
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify({ status: word }));
  });
  const port = await listening(server, place);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
