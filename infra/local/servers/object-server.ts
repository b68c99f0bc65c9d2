// A small S3 for one machine: buckets on disk, on the loopback interface only (docs/decisions/0009-own-loopback-object-server.md).
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { lockFolder } from '../../../functions/adapters/folder-lock.ts';
import { openContentFolder } from './content-folder.ts';
import { corsHeaders, preflight } from './cors.ts';
import { closeServer, isLoopbackHost, once, serve } from './loopback.ts';
import { type Answer, announce, bucketOf, contentFolderOf, type ObjectContext } from './object-context.ts';
import { openDatabase } from './object-database.ts';
import { NULL_VERSION, ObjectIndex, sequencerText } from './object-index.ts';
import { operationOf } from './object-router.ts';
import { readRequest, type S3Request } from './raw-request.ts';
import { asS3Error, errorXml, S3Error } from './s3-error.ts';
import type { CurrentObject, ObjectServer, ObjectServerOptions } from './server-types.ts';
import { type SignedSeed, verifySignature } from './signature.ts';
import { UploadIndex } from './upload-index.ts';

const UPLOADS_KEPT_MS = 7 * 24 * 3600 * 1000;
const REQUEST_TIMEOUT_MS = 3600 * 1000;
const LIST_PAGE = 1000;

const READS = ['GET', 'HEAD'];

/**
 * Requests without a signature need the option, and must not come from a page of another site. Everybody knows the key of this machine,
 * so a signature does not tell pages apart either: none may change anything, or read under a name that it made point here.
 */
const authorize = (context: ObjectContext, request: S3Request, cors: Record<string, string> | undefined): SignedSeed | undefined => {
  const seed = verifySignature(request, context.options.credentials, context.now());
  const isLocal = isLoopbackHost(request.http.headers.host);
  const isOwn = cors !== undefined || (seed !== undefined && READS.includes(request.method));
  if (!isLocal || !isOwn || (seed === undefined && !context.options.open)) throw new S3Error('AccessDenied', 'Access Denied');
  return seed;
};

const send = async (http: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> => {
  const { body } = answer;
  const length = typeof body === 'object' ? {} : { 'content-length': String(Buffer.byteLength(body ?? '')) };
  response.writeHead(answer.status, { ...(answer.status === 304 || answer.status === 204 ? {} : length), ...answer.headers });
  if (typeof body === 'object') await pipeline(Readable.from(body, { objectMode: false }), response);
  else response.end(http.method === 'HEAD' ? undefined : body);
};

const answerTo = async (context: ObjectContext, request: S3Request, cors: Record<string, string> | undefined): Promise<Answer> => {
  if (request.method === 'OPTIONS') {
    return { status: 200, headers: preflight(request, bucketOf(context, request.bucket)) };
  }
  const seed = authorize(context, request, cors);
  return operationOf(request)(context, request, seed);
};

const failure = (http: IncomingMessage, error: S3Error, requestId: string): Answer => {
  if (error.status === 304) return { status: 304, headers: error.headers };
  const body = errorXml(error, (http.url ?? '').split('?')[0] ?? '', requestId);
  const headers = { 'content-type': 'application/xml', ...error.headers };
  return http.method === 'HEAD' ? { status: error.status, headers: error.headers } : { status: error.status, headers, body };
};

const handle = async (context: ObjectContext, http: IncomingMessage, response: ServerResponse): Promise<void> => {
  const requestId = randomUUID();
  let cors: Record<string, string> | undefined;
  let answer: Answer;
  try {
    const request = readRequest(http);
    cors = corsHeaders(
      request,
      context.options.buckets.find(({ name }) => name === request.bucket),
    );
    answer = await answerTo(context, request, cors);
  } catch (thrown) {
    answer = failure(http, asS3Error(thrown), requestId);
  }
  try {
    await send(http, response, { ...answer, headers: { 'x-amz-request-id': requestId, ...cors, ...answer.headers } });
  } catch {
    // the client has gone
    response.destroy();
  }
};

const listAll = (context: ObjectContext, bucket: string): CurrentObject[] => {
  bucketOf(context, bucket);
  const found: CurrentObject[] = [];
  for (let after = Buffer.alloc(0); ; after = Buffer.from(found.at(-1)?.key ?? '')) {
    const page = context.index.objectsAfter(bucket, '', { key: after }, LIST_PAGE);
    for (const { key, versionId, etag, size, sequencer, at } of page) {
      const version = versionId === NULL_VERSION ? {} : { versionId };
      found.push({ key, ...version, etag, size, sequencer: sequencerText(sequencer), time: at });
    }
    if (page.length < LIST_PAGE) return found;
  }
};

const tellUntold = async (context: ObjectContext): Promise<void> => {
  for (const change of context.index.untold()) await announce(context, { change, dropped: [] });
};

/**
 * Starts the server. Changes that were stored but not told before the last end are told first.
 * @throws FolderInUse, and Error when the port is taken or `onChange` fails for such a change
 */
export const startObjectServer = async (options: ObjectServerOptions): Promise<ObjectServer> => {
  const release = lockFolder(options.folder);
  const database = openDatabase(join(options.folder, 'objects.sqlite'));
  const now = (): number => Date.now();
  const contentFolder = contentFolderOf(options.folder);
  const context: ObjectContext = {
    options,
    index: new ObjectIndex(database, now),
    uploads: new UploadIndex(database, now),
    contentFolder,
    now,
  };
  try {
    for (const { name } of options.buckets) context.index.addBucket(name);
    context.uploads.forget(now() - UPLOADS_KEPT_MS);
    const files = new Set([...context.index.files(), ...context.uploads.files()]);
    openContentFolder(contentFolder, (file) => files.has(file));
    await tellUntold(context);
    const running = new Set<Promise<void>>();
    const { server, url, port } = await serve(options.port, { requestTimeout: REQUEST_TIMEOUT_MS }, (http, response) => {
      const work = handle(context, http, response).finally(() => running.delete(work));
      running.add(work);
    });
    return {
      url,
      port,
      list: (bucket) => listAll(context, bucket),
      close: once(async () => {
        await closeServer(server);
        await Promise.all(running);
        database.close();
        release();
      }),
    };
  } catch (thrown) {
    database.close();
    release();
    throw thrown;
  }
};
