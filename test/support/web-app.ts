// The page on a real port, over a store in memory: what a browser sees, with pictures from a bucket on another port.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BrowserContext } from 'playwright-core';
import type { Lookup } from '../../functions/core/lookup/lookup-ports.ts';
import { SESSION_COOKIE } from '../../functions/core/lookup/session.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { type ApiEvent, type ApiResult, apiHandler } from '../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../functions/handlers/http/app.ts';
import { readWebFiles } from '../../functions/wiring/web-files.ts';
import { WEB_FOLDER, writeWebFiles } from '../../infra/bundles.ts';
import { type Api, api, NOW } from './api.ts';
import { photo } from './local-service.ts';

const HOUR_MS = 3_600_000;

/** Rights of the session that the token names. */
const SCOPES: Record<string, string> = { 'both.token.signed': 'captions:read captions:write', 'reader.token.signed': 'captions:read' };

/** The app on its port. `put`: keys that a browser has sent to the bucket. `close` ends it. */
export type WebApp = { url: string; api: Api; put: Map<string, Buffer>; close(): Promise<void> };

/** The page's files as they are deployed. */
const webFiles = () => {
  const folder = mkdtempSync(join(tmpdir(), 'caption-on-upload-web-'));
  try {
    writeWebFiles(folder);
    return readWebFiles(join(folder, WEB_FOLDER));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const listen = async (listener: RequestListener): Promise<{ server: Server; url: string }> => {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const eventOf = async (request: IncomingMessage): Promise<ApiEvent> => {
  const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const { cookie, ...headers } = request.headers;
  const body = await buffer(request);
  return {
    rawPath: decodeURIComponent(rawPath),
    rawQueryString,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
    requestContext: { http: { method: request.method ?? 'GET' } },
  };
};

const answer = (response: ServerResponse, { statusCode, headers, cookies, body, isBase64Encoded }: ApiResult): void => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(statusCode, { ...headers, 'content-length': bytes.length, ...(cookies && { 'set-cookie': [...cookies] }) });
  response.end(bytes);
};

/** Photos of the bucket: the one that the key names, else the cat. */
const PHOTOS = ['astronaut.jpg', 'cameraman.jpg', 'cat.jpg', 'coffee.jpg', 'raccoon.jpg', 'rocket.jpg'];
const photoOf = (key: string): Promise<Buffer> => photo(PHOTOS.find((name) => key.endsWith(name)) ?? 'cat.jpg');

const bucketServer = (put: WebApp['put'], uploaded: (key: string) => Promise<void>): RequestListener => {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://bucket').pathname.slice(1));
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-methods', 'PUT');
    response.setHeader('access-control-allow-headers', 'content-type');
    if (request.method === 'GET') {
      response.setHeader('content-type', 'image/jpeg');
      response.end(put.get(key) ?? (await photoOf(key)));
      return;
    }
    if (request.method === 'PUT') {
      put.set(key, await buffer(request));
      await uploaded(key);
    }
    response.end();
  };
  return (request, response) => void handle(request, response);
};

/** What a test wants otherwise. `uploaded` runs after a browser has sent a file. */
export type WebWishes = {
  settings?: Partial<Lookup['settings']>;
  lookup?: Partial<Lookup>;
  uploaded?: (key: string, made: Api) => Promise<void>;
};

/** Gives a browser the session of someone with these rights. */
export const signIn = (context: BrowserContext, { url }: Pick<WebApp, 'url'>, session: 'both' | 'reader' = 'both'): Promise<void> =>
  context.addCookies([{ name: SESSION_COOKIE, value: `${session}.token.signed`, url }]);

/** Starts the app over `records`. */
export const startWebApp = async (records: readonly CaptionRecord[], wishes: WebWishes = {}): Promise<WebApp> => {
  const made = api(records, wishes.settings, {}, {});
  const put: WebApp['put'] = new Map();
  const bucket = await listen(bucketServer(put, async (key) => wishes.uploaded?.(key, made)));
  const address = ({ key }: { key: string }): string => `${bucket.url}/${encodeURIComponent(key)}`;
  const objects: Lookup['objects'] = {
    ...made.service.lookup.objects,
    presignGet: async (object) => address(object),
    presignPut: async (object) => ({ url: address(object), headers: { 'content-type': object.contentType } }),
  };
  let now = NOW;
  const clock = (): number => {
    now += 1_000;
    return now;
  };
  const service = { ...made.service, lookup: { ...made.service.lookup, objects, clock, ...wishes.lookup } };
  const page = {
    verifyToken: async (token: string) => {
      const scope = SCOPES[token];
      return scope === undefined ? undefined : { claims: { sub: 'ann', scope }, expiresAt: NOW + HOUR_MS };
    },
    files: webFiles(),
    bucketOrigin: async () => bucket.url,
  };
  const handler = apiHandler(lookupApp(service, page));
  const app = await listen((request, response) => {
    void eventOf(request)
      .then(handler)
      .then((result) => answer(response, result));
  });
  const close = async (): Promise<void> => {
    for (const { server } of [app, bucket]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return { url: app.url, api: made, put, close };
};
