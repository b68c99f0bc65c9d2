// Loads one file of the hub into PATH.part, going on where an earlier attempt stopped, and renames it when its digest is right.
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CheckedFile, PullFailed, type SourceFile, wrongBytes } from '../../core/models/source-listing.ts';
import { isMissing, onDisk, syncPath } from './disk.ts';
import { digestsOf } from './file-digest.ts';
import { type Asked, HubUnavailable, statusError } from './hub-errors.ts';
import type { HubGet, HubResponse } from './hub-requests.ts';
import { type Pause, retried } from './hub-retries.ts';

/** How files are loaded. */
export type Loading = { get: HubGet; asked: Asked; pause: Pause };

const OK = 200;
const PARTIAL = 206;
const NOT_SATISFIABLE = 416;

/** An attempt that loaded this much was no failure. */
const MOVED_ON_BYTES = 1 << 20;

const partOf = (target: string): string => `${target}.part`;
const etagOf = (target: string): string => `${target}.part.etag`;

/** Size of a file, 0 when it is not there. */
export const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch (thrown) {
    if (isMissing(thrown)) return 0;
    throw thrown;
  }
};

const forget = async (target: string): Promise<void> => {
  await rm(partOf(target), { force: true });
  await rm(etagOf(target), { force: true });
};

/** Bytes of the file that are here, whole or in part. */
export const bytesHere = async (target: string): Promise<number> => (await sizeOf(target)) || (await sizeOf(partOf(target)));

const savedEtag = async (target: string): Promise<string> => {
  try {
    return await readFile(etagOf(target), 'utf8');
  } catch (thrown) {
    if (isMissing(thrown)) return '';
    throw thrown;
  }
};

/** Only a strong one says that bytes are the same. */
const strongEtag = ({ response }: HubResponse): string =>
  /^"[^"]*"$/.test(response.headers.etag ?? '') ? (response.headers.etag ?? '') : '';

const copy = async (
  answer: HubResponse,
  into: FileHandle,
  file: SourceFile,
  start: number,
  told: (bytes: number) => void,
): Promise<void> => {
  let at = start;
  for await (const chunk of answer.body) {
    if (at + chunk.length > file.bytes)
      throw new PullFailed(`${file.path} has more bytes than the ${file.bytes} that are listed: it was removed; pull again`);
    await into.write(chunk, 0, chunk.length, at);
    at += chunk.length;
    told(at);
  }
  if (at < file.bytes)
    throw new HubUnavailable(`The connection ended after ${at} of ${file.bytes} bytes of ${file.path}: pull again; it goes on there`);
};

/** From where the answer's bytes go on; a server without ranges begins again. */
const startOf = ({ response }: HubResponse, have: number): number => {
  const { statusCode, headers } = response;
  if (statusCode !== PARTIAL) return 0;
  const [, from = ''] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  if (Number(from) !== have || from === '')
    throw new PullFailed(`A range was answered with another one (${headers['content-range']}): a proxy is broken`);
  return have;
};

const ask = async ({ get }: Loading, address: string, have: number, etag: string): Promise<HubResponse> => {
  if (have === 0) return get(address);
  return get(address, { range: `bytes=${have}-`, ...(etag !== '' && { 'if-range': etag }) });
};

const loadRest = async (
  loading: Loading,
  address: string,
  file: SourceFile,
  target: string,
  told: (bytes: number) => void,
): Promise<void> => {
  const have = await sizeOf(partOf(target));
  if (have === file.bytes && have > 0) return;
  if (have > file.bytes) await forget(target);
  const answer = await ask(loading, address, have > file.bytes ? 0 : have, await savedEtag(target));
  const { statusCode } = answer.response;
  if (statusCode !== OK && statusCode !== PARTIAL) {
    answer.close();
    if (statusCode !== NOT_SATISFIABLE) throw statusError(answer.response, loading.asked);
    await forget(target);
    throw new HubUnavailable(`${loading.asked.host} has changed ${file.path} meanwhile: pull again`);
  }
  try {
    const start = startOf(answer, have);
    if (start === 0) await writeFile(etagOf(target), strongEtag(answer));
    const into = await open(partOf(target), start === 0 ? 'w' : 'r+');
    try {
      await copy(answer, into, file, start, told);
      await into.sync();
    } finally {
      await into.close();
    }
  } catch (thrown) {
    answer.close();
    if (thrown instanceof PullFailed) await forget(target);
    throw thrown;
  }
};

const load = async (loading: Loading, address: string, file: SourceFile, target: string, told: (bytes: number) => void): Promise<void> => {
  let reached = await sizeOf(partOf(target));
  let before = reached;
  const work = () =>
    loadRest(loading, address, file, target, (bytes) => {
      reached = bytes;
      told(bytes);
    });
  const movedOn = (): boolean => {
    const moved = reached - before >= MOVED_ON_BYTES;
    before = Math.max(before, reached);
    return moved;
  };
  await retried(work, loading.pause, movedOn);
};

/** Undefined when the bytes are right, else what was found. */
const checkedAt = async (path: string, file: SourceFile): Promise<{ checked: CheckedFile } | { found: string }> => {
  const digests = await digestsOf(path);
  const kind = file.digest?.kind ?? 'sha256';
  if (file.digest !== undefined && digests[kind] !== file.digest.hex) return { found: digests[kind] };
  return { checked: { path: file.path, bytes: digests.bytes, sha256: digests.sha256 } };
};

const ifWhole = async (target: string, file: SourceFile): Promise<CheckedFile | undefined> => {
  if ((await sizeOf(target)) !== file.bytes || file.bytes === 0) return undefined;
  const result = await checkedAt(target, file);
  return 'checked' in result ? result.checked : undefined;
};

/**
 * Has the file at `target`, checked. Wrong bytes are removed; if an earlier run began them, they are loaded once more from the start.
 * @throws CodedError UNAVAILABLE (what came stays), PULL_FAILED
 */
export const loadFile = (
  loading: Loading,
  address: string,
  file: SourceFile,
  target: string,
  told: (bytes: number) => void,
): Promise<CheckedFile> =>
  onDisk(target, async () => {
    const whole = await ifWhole(target, file);
    if (whole !== undefined) return whole;
    await mkdir(dirname(target), { recursive: true });
    for (let isResumed = (await sizeOf(partOf(target))) > 0; ; isResumed = false) {
      await load(loading, address, file, target, told);
      const result = await checkedAt(partOf(target), file);
      if ('checked' in result) {
        await rename(partOf(target), target);
        await syncPath(dirname(target));
        await forget(target);
        return result.checked;
      }
      await forget(target);
      if (!isResumed && file.digest !== undefined) throw wrongBytes(file.path, file.digest, result.found);
    }
  });
