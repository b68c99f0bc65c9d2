// What the hub of tests sends: its listing, files whole or from a place on, and every way to misbehave.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A repository: bytes by path; `large` files are kept in LFS, as a hub does with graphs. */
export type FakeRepository = { name: string; commit: string; files: Map<string, Buffer>; large: ReadonlySet<string> };

/** What goes wrong with an answer. Numbers are bytes of the body after which it happens. */
export type Fault =
  | { status: number; headers?: Record<string, string> }
  | { resetAfter: number }
  | { stallAfter: number }
  | { wrongByteAt: number }
  | { location: string }
  | 'no-ranges'
  | 'longer';

const BODY_CHUNK = 1 << 16;
const BREAK_AFTER_MS = 5;

const gitSha1 = (bytes: Buffer): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The API's answer about it. */
export const infoOf = ({ name, commit, files, large }: FakeRepository): string =>
  JSON.stringify({
    id: name,
    sha: commit,
    siblings: [...files].map(([rfilename, bytes]) =>
      large.has(rfilename)
        ? {
            rfilename,
            size: bytes.length,
            blobId: gitSha1(Buffer.from('pointer')),
            lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: 130 },
          }
        : { rfilename, size: bytes.length, blobId: gitSha1(bytes) },
    ),
  });

const hasStatus = (fault: Fault | undefined): fault is { status: number; headers?: Record<string, string> } =>
  typeof fault === 'object' && 'status' in fault;

/** Bytes after which a body stops, and whether the connection breaks there. */
const stopOf = (fault: Fault | undefined): { at: number; breaks: boolean } | undefined => {
  if (typeof fault !== 'object') return undefined;
  if ('resetAfter' in fault) return { at: fault.resetAfter, breaks: true };
  return 'stallAfter' in fault ? { at: fault.stallAfter, breaks: false } : undefined;
};

const room = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.once('drain', go).once('close', go);
  });

/** Sends the body, at `bytesPerMs` (0: at once), up to where a fault stops it. */
const sendBody = async (response: ServerResponse, body: Buffer, fault: Fault | undefined, bytesPerMs: number): Promise<void> => {
  const chunk = bytesPerMs === 0 ? BODY_CHUNK : bytesPerMs;
  const stop = stopOf(fault);
  const end = Math.min(stop?.at ?? body.length, body.length);
  for (let at = 0; at < end && !response.destroyed; at += chunk) {
    if (!response.write(body.subarray(at, Math.min(at + chunk, end)))) await room(response);
    if (bytesPerMs > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (stop === undefined) response.end();
  else if (stop.breaks) setTimeout(() => response.destroy(), BREAK_AFTER_MS);
};

const bodyOf = (bytes: Buffer, fault: Fault | undefined): Buffer => {
  if (fault === 'longer') return Buffer.concat([bytes, Buffer.from('more')]);
  if (typeof fault !== 'object' || !('wrongByteAt' in fault)) return bytes;
  const wrong = Buffer.from(bytes);
  wrong[fault.wrongByteAt] = (wrong[fault.wrongByteAt] ?? 0) ^ 1;
  return wrong;
};

/** Sends a file, or what is asked for of it. */
export const sendFile = async (
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  fault: Fault | undefined,
  bytesPerMs: number,
): Promise<void> => {
  const body = bodyOf(bytes, fault);
  const etag = `"${sha256(bytes)}"`;
  const [, from = ''] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  if (from === '' || fault === 'no-ranges' || !isSame) {
    response.writeHead(200, { etag, 'content-length': body.length });
    return sendBody(response, body, fault, bytesPerMs);
  }
  if (Number(from) >= body.length) return void response.writeHead(416).end();
  const rest = body.subarray(Number(from));
  response.writeHead(206, { etag, 'content-length': rest.length, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` });
  return sendBody(response, rest, fault, bytesPerMs);
};

/** Answers with a fault's status or redirect. @returns false when the fault is none of these */
export const sentInstead = (response: ServerResponse, fault: Fault | undefined): boolean => {
  if (hasStatus(fault)) response.writeHead(fault.status, fault.headers).end('{"error":"no"}');
  else if (typeof fault === 'object' && 'location' in fault) response.writeHead(302, { location: fault.location }).end();
  else return false;
  return true;
};
