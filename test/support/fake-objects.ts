// A bucket in memory, with or without versions, that tells what happened to its objects as S3 does.
import { createHash } from 'node:crypto';
import { PictureError } from '../../functions/core/errors.ts';
import type { FetchedObject, ObjectStore } from '../../functions/core/ports.ts';
import type { ObjectEvent, ObjectRef } from '../../functions/core/record/object-event.ts';

type About = { contentType: string; metadata: Record<string, string> };
type Version = { versionId?: string; etag: string; bytes: Uint8Array; at: number } & Partial<About>;

/** How the bucket behaves. */
export type FakeBucketOptions = {
  name?: string;
  versioned?: boolean;
  now?: () => number;
  /** thrown instead of an answer, when it gives an error */
  fetchFault?: (ref: ObjectRef) => Error | undefined;
};

/** The bucket; `upload` and `delete` answer with the event that S3 would send. */
export type FakeBucket = ObjectStore & {
  upload(key: string, content: string, metadata?: Record<string, string>): ObjectEvent;
  delete(key: string): ObjectEvent;
  deleteVersion(key: string, versionId: string): ObjectEvent;
  /** what is kept with an object that was put */
  about(key: string): About;
  /** the object as listing finds it */
  observe(key: string): ObjectEvent;
};

const SEQUENCER_DIGITS = 12;

/** An empty bucket. */
export const fakeBucket = ({ name = 'photos', versioned = true, now = Date.now, fetchFault }: FakeBucketOptions = {}): FakeBucket => {
  const objects = new Map<string, Version[]>();
  const gone = new Set<string>();
  let count = 0;
  const versionsOf = (key: string): Version[] => objects.get(key) ?? [];
  const current = (key: string): Version | undefined => (gone.has(key) ? undefined : versionsOf(key).at(-1));
  /** of different lengths, as those of S3 are */
  const nextSequencer = (): string => (++count).toString(16).toUpperCase().padStart(SEQUENCER_DIGITS, '0') + 'A5'.repeat(count % 3);
  const store = (key: string, version: Version): void => {
    objects.set(key, versioned ? [...versionsOf(key), version] : [version]);
    gone.delete(key);
  };
  const eventOf = (key: string) => ({ bucket: name, key, sequencer: nextSequencer(), at: now() });

  return {
    upload(key, content, metadata = {}) {
      const bytes = new TextEncoder().encode(content);
      const etag = createHash('md5').update(bytes).digest('hex');
      const event = eventOf(key);
      const version: Version = { etag, bytes, at: event.at, metadata, ...(versioned && { versionId: `v${count}` }) };
      store(key, version);
      return {
        kind: 'created',
        ...event,
        etag,
        size: bytes.length,
        ...(version.versionId !== undefined && { versionId: version.versionId }),
      };
    },
    delete(key) {
      if (versioned) gone.add(key);
      else objects.delete(key);
      return { kind: 'removed', ...eventOf(key) };
    },
    deleteVersion(key, versionId) {
      objects.set(
        key,
        versionsOf(key).filter((version) => version.versionId !== versionId),
      );
      return { kind: 'removed', ...eventOf(key), versionId, versionOnly: true };
    },
    observe(key) {
      const { etag = '', at = 0, bytes = new Uint8Array() } = current(key) ?? {};
      return { kind: 'observed', bucket: name, key, etag, size: bytes.length, sequencer: '', at };
    },
    async start(ref, bytes) {
      return (await this.fetch(ref, Number.MAX_SAFE_INTEGER)).bytes.subarray(0, bytes);
    },
    async fetch(ref, maxBytes): Promise<FetchedObject> {
      const fault = fetchFault?.(ref);
      if (fault !== undefined) throw fault;
      const { key, versionId, etag } = ref;
      const found = versionId === undefined ? current(key) : versionsOf(key).find((version) => version.versionId === versionId);
      if (found === undefined) throw new PictureError('SOURCE_GONE', 'the object is not there any more');
      if (etag !== undefined && found.etag !== etag) throw new PictureError('SOURCE_CHANGED', 'the object is another one by now');
      if (found.bytes.length === 0) throw new PictureError('EMPTY', 'the file has no bytes');
      if (found.bytes.length > maxBytes) throw new PictureError('TOO_MANY_BYTES', 'the file is too large');
      const { bytes, metadata = {} } = found;
      const about = Object.keys(metadata).length > 0 && { metadata };
      return { bytes, etag: found.etag, ...(found.versionId !== undefined && { versionId: found.versionId }), ...about };
    },
    async head(_, key) {
      const found = current(key);
      if (found === undefined) return undefined;
      const { etag, at, bytes, versionId, metadata = {} } = found;
      const about = Object.keys(metadata).length > 0 && { metadata };
      return { key, etag, at, size: bytes.length, ...(versionId !== undefined && { versionId }), ...about };
    },
    async *list(_, prefix, after = '') {
      for (const key of [...objects.keys()].toSorted()) {
        const found = current(key);
        if (found !== undefined && key.startsWith(prefix) && key > after)
          yield { key, etag: found.etag, size: found.bytes.length, at: found.at };
      }
    },
    async presignPut({ bucket, key, bytes, contentType, expiresS }) {
      const url = `https://${bucket}.example/${encodeURIComponent(key)}?expires=${expiresS}`;
      return { url, headers: { 'content-type': contentType, 'content-length': String(bytes) } };
    },
    presignGet: async ({ bucket, key, versionId = '', contentType, expiresS }) =>
      `https://${bucket}.example/${encodeURIComponent(key)}?version=${versionId}&type=${contentType}&expires=${expiresS}`,
    async put({ key, bytes, contentType, metadata = {}, over }) {
      if (over !== undefined && over !== (current(key)?.etag ?? null)) throw new PictureError('SOURCE_CHANGED', 'another object is there');
      const etag = createHash('md5').update(bytes).digest('hex');
      const version = { etag, ...(versioned && { versionId: `v${++count}` }) };
      store(key, { ...version, bytes: bytes.slice(), at: now(), contentType, metadata });
      return version;
    },
    about(key) {
      const { contentType = '', metadata = {} } = current(key) ?? {};
      return { contentType, metadata };
    },
    async remove(_, key) {
      if (versioned) gone.add(key);
      else objects.delete(key);
    },
  };
};
