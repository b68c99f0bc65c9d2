// A hub on this machine: its API, its files, and the storage on another host that large files are redirected to.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeRepository, type Fault, infoOf, sendFile, sentInstead } from './fake-hub-answers.ts';

/** A request that came, and to which of the two hosts. */
export type Seen = { host: 'hub' | 'storage'; path: string; range: string | undefined; authorization: string | undefined };

/** Which fault an answer has: for the path of a file or 'api', and how often it was asked for before. */
export type Faults = (path: string, before: number, seen: Seen) => Fault | undefined;

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const seenOf = (host: Seen['host'], { url, headers }: IncomingMessage): Seen => {
  const path = decodeURIComponent(new URL(url ?? '/', 'http://hub').pathname);
  return { host, path, range: headers.range, authorization: headers.authorization };
};

const end = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
};

/** Starts it. `faults` may be changed at any time; `bytesPerMs` 0: as fast as it can. */
export const startFakeHub = async (repository: FakeRepository, bytesPerMs = 0) => {
  const { name, commit, files, large } = repository;
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const hub = { faults: (() => undefined) as Faults };

  const faultOf = (about: string, one: Seen): Fault | undefined => {
    const before = counts.get(about) ?? 0;
    counts.set(about, before + 1);
    return hub.faults(about, before, one);
  };

  const answerApi = async (request: IncomingMessage, response: ServerResponse, one: Seen): Promise<void> => {
    const fault = faultOf('api', one);
    if (sentInstead(response, fault)) return;
    const [, asked, revision = ''] = /^\/api\/models\/(.+)\/revision\/(.+)$/.exec(one.path) ?? [];
    const isKnown = asked === name && ['main', commit].includes(revision);
    if (isKnown) await sendFile(request, response, Buffer.from(infoOf(repository)), fault, 0);
    else response.writeHead(404, { 'x-error-code': asked === name ? 'RevisionNotFound' : 'RepoNotFound' }).end();
  };

  const answerFile = async (request: IncomingMessage, response: ServerResponse, one: Seen): Promise<void> => {
    const path = one.path.replace(/^.*\/(?:resolve|storage)\/[0-9a-f]{40}\//, '');
    const bytes = files.get(path);
    if (one.host === 'hub' && large.has(path))
      return void response.writeHead(302, { location: `${storage}/storage/${commit}/${path}` }).end();
    const fault = faultOf(path, one);
    if (sentInstead(response, fault)) return;
    if (bytes === undefined) response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    else await sendFile(request, response, bytes, fault, bytesPerMs);
  };

  const serverOf = (host: Seen['host']): Server =>
    createServer((request, response) => {
      const one = seenOf(host, request);
      seen.push(one);
      void (one.path.startsWith('/api/') ? answerApi : answerFile)(request, response, one);
    });

  const servers = [serverOf('storage'), serverOf('hub')] as const;
  const storage = await listen(servers[0]);
  const endpoint = await listen(servers[1]);
  /** `counts`: how often the bytes of each file, or the API ("api"), were asked for */
  return Object.assign(hub, { endpoint, repository, seen, counts, close: async () => void (await Promise.all(servers.map(end))) });
};

/** A hub that was started. */
export type FakeHub = Awaited<ReturnType<typeof startFakeHub>>;
