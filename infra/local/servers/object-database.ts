// The SQLite file that says which objects there are. Every change is one transaction that is on disk when it returns.
import { DatabaseSync } from 'node:sqlite';
import type { ChecksumValues } from './checksums.ts';
import type { Segment } from './content-folder.ts';

const SCHEMA = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
  bucket TEXT NOT NULL, key BLOB NOT NULL, sequencer INTEGER NOT NULL, version_id TEXT NOT NULL,
  latest INTEGER NOT NULL, marker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, at INTEGER NOT NULL,
  segments TEXT NOT NULL, headers TEXT NOT NULL, checksums TEXT NOT NULL,
  PRIMARY KEY (bucket, key, sequencer)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS versions_by_id ON versions (bucket, key, version_id);
CREATE INDEX IF NOT EXISTS current_objects ON versions (bucket, key) WHERE latest = 1 AND marker = 0;
CREATE TABLE IF NOT EXISTS counter (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL);
INSERT OR IGNORE INTO counter VALUES (1, 0);
CREATE TABLE IF NOT EXISTS untold (sequencer INTEGER PRIMARY KEY, change TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, at INTEGER NOT NULL, headers TEXT NOT NULL,
  checksum TEXT, completed INTEGER
);
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL REFERENCES uploads ON DELETE CASCADE, number INTEGER NOT NULL, at INTEGER NOT NULL,
  md5 TEXT NOT NULL, segment TEXT NOT NULL, checksums TEXT NOT NULL, PRIMARY KEY (upload, number)
) WITHOUT ROWID;
`;

/** Headers of an object by lower-case name, as they were sent. */
export type StoredHeaders = Record<string, string>;

/** A version of an object, or a delete marker. */
export type StoredVersion = {
  bucket: string;
  key: string;
  /** also the order of versions of a key */
  sequencer: number;
  /** `null` in buckets without versioning */
  versionId: string;
  isLatest: boolean;
  isMarker: boolean;
  size: number;
  etag: string;
  /** ms since 1970 */
  at: number;
  segments: Segment[];
  headers: StoredHeaders;
  /** also `type`: COMPOSITE when it is one of the parts' checksums */
  checksums: ChecksumValues & { type?: 'COMPOSITE' };
};

/** A row as SQLite gives it. */
export type Row = Record<string, string | number | null | Uint8Array | bigint>;

/** Opens the file, or makes it. */
export const openDatabase = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  try {
    database.exec(SCHEMA);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return database;
};

/** Runs `work` as one transaction. */
export const transaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    database.exec('ROLLBACK');
    throw thrown;
  }
};

/** A key as it is stored and ordered: its UTF-8 bytes. */
export const keyBytes = (key: string): Buffer => Buffer.from(key);

/** Text of a column of bytes. */
export const keyText = (bytes: Row[string] | undefined): string => Buffer.from(bytes as Uint8Array).toString();

/** A row of `versions`. */
export const versionOf = (row: Row): StoredVersion => ({
  bucket: String(row.bucket),
  key: keyText(row.key),
  sequencer: Number(row.sequencer),
  versionId: String(row.version_id),
  isLatest: row.latest === 1,
  isMarker: row.marker === 1,
  size: Number(row.size),
  etag: String(row.etag),
  at: Number(row.at),
  segments: JSON.parse(String(row.segments)),
  headers: JSON.parse(String(row.headers)),
  checksums: JSON.parse(String(row.checksums)),
});
