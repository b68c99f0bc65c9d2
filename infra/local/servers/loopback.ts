// An HTTP server on the loopback interface only, that ends cleanly.
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one address that servers listen on. */
export const LOOPBACK = '127.0.0.1';

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

// longer than clients keep idle connections, so that none is closed just as it is used again
const KEEP_ALIVE_MS = 65_000;
const CLOSE_GRACE_MS = 5_000;
const SWEEP_MS = 20;

/** Whether a Host header names this machine itself; other names may be a web site that made its name point here. */
export const isLoopbackHost = (host: string | undefined): boolean => LOOPBACK_HOST.test(host ?? '');

/** Where a server listens. */
export type Listening = { url: string; port: number };

/** Listens on 127.0.0.1; port 0 takes any free one. */
export const listen = async (server: Server, port: number): Promise<Listening> => {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${taken}`, port: taken };
};

/** Makes a server and listens. */
export const serve = async (port: number, options: ServerOptions, listener: RequestListener): Promise<Listening & { server: Server }> => {
  const server = createServer(options, listener);
  return { ...(await listen(server, port)), server };
};

/** Takes no more requests, lets those under way end for up to 5 s, then closes. */
export const closeServer = async (server: Server): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // a connection that becomes idle only now would be kept open for the next request
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
};

/** The function, but only its first call does anything; later ones wait for the same end. */
export const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let started: Promise<void> | undefined;
  return () => {
    started ??= work();
    return started;
  };
};
