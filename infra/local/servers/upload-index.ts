// Multipart uploads that are under way.
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ChecksumName, ChecksumValues } from './checksums.ts';
import type { Segment } from './content-folder.ts';
import { keyBytes, keyText, type Row, type StoredHeaders, transaction } from './object-database.ts';

const UPLOAD_ID_BYTES = 24;

/** An upload; `completed` is the sequencer of the version that it became. */
export type MultipartUpload = {
  id: string;
  bucket: string;
  key: string;
  headers: StoredHeaders;
  checksum?: ChecksumName;
  completed?: number;
};

/** A part of an upload. */
export type UploadPart = { number: number; at: number; md5: string; segment: Segment; checksums: ChecksumValues };

const partOf = (row: Row): UploadPart => ({
  number: Number(row.number),
  at: Number(row.at),
  md5: String(row.md5),
  segment: JSON.parse(String(row.segment)),
  checksums: JSON.parse(String(row.checksums)),
});

/** Holds the connection to the database. */
export class UploadIndex {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** Starts an upload and gives its id. */
  create(upload: Omit<MultipartUpload, 'id' | 'completed'>): string {
    const id = randomBytes(UPLOAD_ID_BYTES).toString('base64url');
    this.#database
      .prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, NULL)')
      .run(id, upload.bucket, keyBytes(upload.key), this.#now(), JSON.stringify(upload.headers), upload.checksum ?? null);
    return id;
  }

  get(id: string): MultipartUpload | undefined {
    const row = this.#database.prepare('SELECT * FROM uploads WHERE id = ?').get(id) as Row | undefined;
    return (
      row && {
        id,
        bucket: String(row.bucket),
        key: keyText(row.key),
        headers: JSON.parse(String(row.headers)),
        ...(row.checksum !== null && { checksum: row.checksum as ChecksumName }),
        ...(row.completed !== null && { completed: Number(row.completed) }),
      }
    );
  }

  /** Parts by their numbers, after `after`. */
  parts(id: string, after = 0, limit = -1): UploadPart[] {
    const rows = this.#database
      .prepare('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?')
      .all(id, after, limit);
    return (rows as Row[]).map(partOf);
  }

  /** Adds a part in the place of one with its number. Gives the files that are useless now. */
  putPart(id: string, part: Omit<UploadPart, 'at'>): Segment[] {
    return transaction(this.#database, () => {
      const before = this.#database.prepare('SELECT * FROM parts WHERE upload = ? AND number = ?').get(id, part.number) as Row | undefined;
      const texts = [part.md5, JSON.stringify(part.segment), JSON.stringify(part.checksums)];
      this.#database.prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)').run(id, part.number, this.#now(), ...texts);
      return before === undefined ? [] : [partOf(before).segment];
    });
  }

  /** Notes, inside the caller's transaction, which version the upload became; its parts are no longer the upload's. */
  complete(id: string, sequencer: number): void {
    this.#database.prepare('UPDATE uploads SET completed = ? WHERE id = ?').run(sequencer, id);
    this.#database.prepare('DELETE FROM parts WHERE upload = ?').run(id);
  }

  /** Ends an upload without a result. Gives the files that are useless now. */
  abort(id: string): Segment[] {
    return transaction(this.#database, () => {
      const segments = this.parts(id).map(({ segment }) => segment);
      this.#database.prepare('DELETE FROM uploads WHERE id = ?').run(id);
      return segments;
    });
  }

  /** Forgets uploads that began before `before` (ms since 1970). */
  forget(before: number): void {
    this.#database.prepare('DELETE FROM uploads WHERE at < ?').run(before);
  }

  /** Names of all files that parts need. */
  files(): string[] {
    const rows = this.#database.prepare("SELECT segment ->> 'file' AS file FROM parts").all() as Row[];
    return rows.map(({ file }) => String(file));
  }
}
