// Which objects and versions there are, in order; and which changes nobody has been told yet.
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Segment } from './content-folder.ts';
import { keyBytes, type Row, type StoredVersion, transaction, versionOf } from './object-database.ts';
import type { ObjectChange } from './server-types.ts';

/** Version id of objects in buckets without versioning. */
export const NULL_VERSION = 'null';

const SEQUENCER_DIGITS = 16;
const VERSION_ID_BYTES = 24;
// above every byte of UTF-8, so that prefix + END is after all keys with that prefix
const END = Buffer.of(0xff);

/** What the caller says of a new version; the index numbers it. */
export type NewVersion = Pick<StoredVersion, 'bucket' | 'key' | 'size' | 'etag' | 'segments' | 'headers' | 'checksums'>;

/** A change that is stored, and the files that it made useless. */
export type Stored = { change: ObjectChange; dropped: Segment[] };

/** Where a listing goes on: after this key, or after this version of it. */
export type Cursor = { key: Buffer; sequencer?: number };

/** A sequencer as it is told: 16 hexadecimal digits. */
export const sequencerText = (sequencer: number): string => sequencer.toString(16).padStart(SEQUENCER_DIGITS, '0');

/** The place after all keys that begin with `prefix`. */
export const endOf = (prefix: string): Buffer => Buffer.concat([keyBytes(prefix), END]);

const changeOf = (version: StoredVersion, kind: ObjectChange['kind'], deletionType?: ObjectChange['deletionType']): ObjectChange => ({
  bucket: version.bucket,
  key: version.key,
  kind,
  ...(version.versionId === NULL_VERSION ? {} : { versionId: version.versionId }),
  etag: version.etag,
  size: version.size,
  sequencer: sequencerText(version.sequencer),
  time: version.at,
  ...(deletionType && { deletionType }),
});

/** Holds the connection to the database. All methods are one transaction each. */
export class ObjectIndex {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  #rows(sql: string, ...values: (string | number | Uint8Array)[]): Row[] {
    return this.#database.prepare(sql).all(...values) as Row[];
  }

  #versions(sql: string, ...values: (string | number | Uint8Array)[]): StoredVersion[] {
    return this.#rows(`SELECT * FROM versions WHERE ${sql}`, ...values).map(versionOf);
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#database.prepare(sql).run(...values);
  }

  /** Microseconds since 1970, or one more than the last where the clock has not moved on. */
  #nextSequencer(): number {
    const [row] = this.#rows('SELECT last FROM counter');
    const next = Math.max(Number(row?.last) + 1, this.#now() * 1000);
    this.#run('UPDATE counter SET last = ?', next);
    return next;
  }

  #insert(version: NewVersion, isMarker: boolean, versionId: string): { version: StoredVersion; dropped: Segment[] } {
    const { bucket, key } = version;
    const dropped = versionId === NULL_VERSION ? this.#drop(bucket, key, NULL_VERSION) : [];
    const stored: StoredVersion = { ...version, versionId, isMarker, isLatest: true, sequencer: this.#nextSequencer(), at: this.#now() };
    this.#run('UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1', bucket, keyBytes(key));
    this.#run(
      'INSERT INTO versions VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)',
      ...[bucket, keyBytes(key), stored.sequencer, versionId, isMarker ? 1 : 0, stored.size, stored.etag, stored.at],
      ...[stored.segments, stored.headers, stored.checksums].map((value) => JSON.stringify(value)),
    );
    return { version: stored, dropped: dropped.flatMap(({ segments }) => segments) };
  }

  #drop(bucket: string, key: string, versionId: string): StoredVersion[] {
    const found = this.#versions('bucket = ? AND key = ? AND version_id = ?', bucket, keyBytes(key), versionId);
    this.#run('DELETE FROM versions WHERE bucket = ? AND key = ? AND version_id = ?', bucket, keyBytes(key), versionId);
    return found;
  }

  #tell(change: ObjectChange): ObjectChange {
    this.#run('INSERT INTO untold VALUES (?, ?)', Number.parseInt(change.sequencer, 16), JSON.stringify(change));
    return change;
  }

  /** Makes the bucket known; its time of making stays. */
  addBucket(name: string): void {
    this.#run('INSERT OR IGNORE INTO buckets VALUES (?, ?)', name, this.#now());
  }

  /** Ms since 1970 when the bucket was made. */
  bucketMadeAt(name: string): number {
    return Number(this.#rows('SELECT made_at FROM buckets WHERE name = ?', name)[0]?.made_at ?? 0);
  }

  /** The current version, which may be a delete marker. */
  latest(bucket: string, key: string): StoredVersion | undefined {
    return this.#versions('bucket = ? AND key = ? AND latest = 1', bucket, keyBytes(key))[0];
  }

  version(bucket: string, key: string, versionId: string): StoredVersion | undefined {
    return this.#versions('bucket = ? AND key = ? AND version_id = ?', bucket, keyBytes(key), versionId)[0];
  }

  /** Adds a version when `check` of the current one does not throw; `also` joins the transaction. */
  put(version: NewVersion, versioned: boolean, check: (current?: StoredVersion) => void, also?: (stored: StoredVersion) => void): Stored {
    return transaction(this.#database, () => {
      check(this.latest(version.bucket, version.key));
      const added = this.#insert(version, false, versioned ? randomBytes(VERSION_ID_BYTES).toString('base64url') : NULL_VERSION);
      also?.(added.version);
      return { change: this.#tell(changeOf(added.version, 'created')), dropped: added.dropped };
    });
  }

  /** Removes the object: by a delete marker in a versioned bucket, else for good. Undefined when there was nothing to remove. */
  remove(bucket: string, key: string, versioned: boolean): Stored | undefined {
    return transaction(this.#database, () => {
      if (!versioned) return this.#removeForGood(bucket, key, NULL_VERSION);
      const nothing = { bucket, key, size: 0, etag: '', segments: [], headers: {}, checksums: {} };
      const { version } = this.#insert(nothing, true, randomBytes(VERSION_ID_BYTES).toString('base64url'));
      return { change: this.#tell(changeOf(version, 'removed', 'Delete Marker Created')), dropped: [] };
    });
  }

  /** Removes one version for good; the one before becomes the current one. Undefined when there is no such version. */
  removeVersion(bucket: string, key: string, versionId: string): (Stored & { wasMarker: boolean }) | undefined {
    return transaction(this.#database, () => this.#removeForGood(bucket, key, versionId));
  }

  #removeForGood(bucket: string, key: string, versionId: string): (Stored & { wasMarker: boolean }) | undefined {
    const [gone] = this.#drop(bucket, key, versionId);
    if (gone === undefined) return undefined;
    this.#run(
      'UPDATE versions SET latest = 1 WHERE bucket = ?1 AND key = ?2 AND sequencer = (SELECT max(sequencer) FROM versions WHERE bucket = ?1 AND key = ?2)',
      ...[bucket, keyBytes(key)],
    );
    const change = changeOf(
      { ...gone, sequencer: this.#nextSequencer(), at: this.#now(), etag: '', size: 0 },
      'removed',
      'Permanently Deleted',
    );
    return { change: this.#tell(change), dropped: gone.segments, wasMarker: gone.isMarker };
  }

  /** Current objects with that prefix after the cursor, in the order of their keys' bytes. */
  objectsAfter(bucket: string, prefix: string, after: Cursor, limit: number): StoredVersion[] {
    const range = [bucket, after.key, keyBytes(prefix), endOf(prefix), limit];
    return this.#versions('bucket = ? AND latest = 1 AND marker = 0 AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?', ...range);
  }

  /** Versions and delete markers with that prefix after the cursor; by key, newest first. */
  versionsAfter(bucket: string, prefix: string, after: Cursor, limit: number): StoredVersion[] {
    const range = [bucket, after.key, after.sequencer ?? 0, keyBytes(prefix), endOf(prefix), limit];
    const place = '(key > ?2 OR (key = ?2 AND sequencer < ?3)) AND key >= ?2';
    return this.#versions(`bucket = ?1 AND ${place} AND key >= ?4 AND key < ?5 ORDER BY key, sequencer DESC LIMIT ?6`, ...range);
  }

  /** Changes that nobody has been told yet, oldest first. */
  untold(): ObjectChange[] {
    return this.#rows('SELECT change FROM untold ORDER BY sequencer').map(({ change }) => JSON.parse(String(change)));
  }

  /** Notes that a change has been told. Need not be on disk at once: after a power cut it is told once more. */
  told(change: ObjectChange): void {
    this.#database.exec('PRAGMA synchronous = NORMAL');
    this.#run('DELETE FROM untold WHERE sequencer = ?', Number.parseInt(change.sequencer, 16));
    this.#database.exec('PRAGMA synchronous = FULL');
  }

  /** Names of all files that versions need. */
  files(): string[] {
    return this.#rows("SELECT value ->> 'file' AS file FROM versions, json_each(versions.segments)").map(({ file }) => String(file));
  }
}
