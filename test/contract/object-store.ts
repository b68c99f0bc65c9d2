// What every ObjectStore must do; run against the bucket in memory and against S3's adapter, with and without versions.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ListedObject, ObjectStore } from '../../functions/core/ports.ts';

/** A bucket named `bucket`, how to put something in it, and how to end it. */
export type OpenBucket = {
  store: ObjectStore;
  bucket: string;
  upload(key: string, content: string): Promise<{ etag: string; versionId?: string }>;
  /** what is kept with an object */
  about(key: string): Promise<{ contentType: string; metadata: Record<string, string> }>;
  close(): Promise<void>;
};

const LIMIT = 100;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The suite. */
export const objectStoreContract = (name: string, versioned: boolean, open: () => Promise<OpenBucket>): void => {
  describe(name, () => {
    let house: OpenBucket;
    beforeAll(async () => {
      house = await open();
    });
    afterAll(() => house.close());
    let turn = 0;
    let key = '';
    beforeEach(() => {
      key = `turn-${turn++}/a.jpg`;
    });
    const fetchText = async (ref: { etag?: string; versionId?: string }): Promise<string> =>
      new TextDecoder().decode((await house.store.fetch({ bucket: house.bucket, key, ...ref }, LIMIT)).bytes);
    const keysOf = async (prefix: string, after?: string): Promise<string[]> => {
      const listed: ListedObject[] = [];
      for await (const object of house.store.list(house.bucket, prefix, after)) listed.push(object);
      return listed.map((object) => object.key);
    };

    it('fetches what was uploaded, with its version', async () => {
      const ref = await house.upload(key, 'picture');
      expect(ref.versionId !== undefined).toBe(versioned);
      expect(await house.store.fetch({ bucket: house.bucket, key, ...ref }, LIMIT)).toEqual({ bytes: bytesOf('picture'), ...ref });
      expect(await house.store.head(house.bucket, key)).toEqual({ key, size: 7, at: expect.any(Number), ...ref });
    });

    it('tells how an object begins, of exactly the version that was named', async () => {
      const start = async (ref: { etag?: string; versionId?: string }, bytes: number): Promise<string> =>
        new TextDecoder().decode(await house.store.start({ bucket: house.bucket, key, ...ref }, bytes));
      await expect(start({}, 4)).rejects.toMatchObject({ code: 'SOURCE_GONE' });
      const first = await house.upload(key, 'a film');
      expect(await start(first, 3)).toBe('a f');
      expect(await start({}, 6)).toBe('a film');
      expect(await start({}, LIMIT)).toBe('a film');
      const second = await house.upload(key, `a longer film${' and more'.repeat(LIMIT)}`);
      expect(await start(second, 8)).toBe('a longer');
      if (versioned) expect(await start(first, 100)).toBe('a film');
      else await expect(start(first, 100)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      await house.store.remove(house.bucket, key);
      await expect(start({}, 4)).rejects.toMatchObject({ code: 'SOURCE_GONE' });
    });

    it('never takes another version for the one that was named', async () => {
      const first = await house.upload(key, 'first');
      const second = await house.upload(key, 'second');
      await expect(fetchText({ etag: first.etag })).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      expect(await fetchText({ etag: second.etag })).toBe('second');
      if (versioned) expect(await fetchText(first)).toBe('first');
      else await expect(fetchText(first)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      expect(await fetchText({})).toBe('second');
    });

    it('puts an object with its type and metadata, and another in its place', async () => {
      const sound = { bucket: house.bucket, key, contentType: 'audio/mpeg' };
      const first = await house.store.put({ ...sound, bytes: Uint8Array.of(0, 255, 10), metadata: { voice: 'Amy', 'made-by': 'a test' } });
      expect(first.versionId !== undefined).toBe(versioned);
      expect(await house.store.fetch({ bucket: house.bucket, key, ...first }, LIMIT)).toEqual({
        bytes: Uint8Array.of(0, 255, 10),
        ...first,
        metadata: { voice: 'Amy', 'made-by': 'a test' },
      });
      expect(await house.about(key)).toEqual({ contentType: 'audio/mpeg', metadata: { voice: 'Amy', 'made-by': 'a test' } });
      const second = await house.store.put({ ...sound, bytes: bytesOf('second') });
      expect(await fetchText({ etag: second.etag })).toBe('second');
      expect(await house.about(key)).toEqual({ contentType: 'audio/mpeg', metadata: {} });
    });

    it('tells the metadata of what is there', async () => {
      await house.store.put({ bucket: house.bucket, key, bytes: bytesOf('own'), contentType: 'text/plain', metadata: { of: 'a test' } });
      expect(await house.store.head(house.bucket, key)).toMatchObject({ size: 3, metadata: { of: 'a test' } });
      await house.upload(key, 'picture');
      expect(await house.store.head(house.bucket, key)).not.toHaveProperty('metadata');
    });

    it('puts an object only over what was expected', async () => {
      const put = (text: string, over: string | null) =>
        house.store.put({ bucket: house.bucket, key, bytes: bytesOf(text), contentType: 'text/plain', over });
      await expect(put('none', 'd41d8cd98f00b204e9800998ecf8427e')).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      const first = await put('first', null);
      await expect(put('again', null)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      const second = await put('second', first.etag);
      await expect(put('third', first.etag)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      expect(await fetchText(second)).toBe('second');
      await house.store.remove(house.bucket, key);
      expect(await put('last', null)).toMatchObject({ etag: expect.any(String) });
    });

    it('knows what is gone', async () => {
      await expect(fetchText({})).rejects.toMatchObject({ code: 'SOURCE_GONE' });
      expect(await house.store.head(house.bucket, key)).toBeUndefined();
      const ref = await house.upload(key, 'picture');
      await house.store.remove(house.bucket, key);
      await expect(fetchText({})).rejects.toMatchObject({ code: 'SOURCE_GONE' });
      await expect(fetchText({ etag: ref.etag })).rejects.toMatchObject({ code: 'SOURCE_GONE' });
      expect(await house.store.head(house.bucket, key)).toBeUndefined();
      expect(await keysOf(key)).toEqual([]);
      await house.store.remove(house.bucket, key);
      await expect(house.store.fetch({ bucket: house.bucket, key: `${key}?`, versionId: 'none' }, LIMIT)).rejects.toMatchObject({
        code: 'SOURCE_GONE',
      });
    });

    it('refuses what is empty or too large', async () => {
      await house.upload(key, '');
      await expect(fetchText({})).rejects.toMatchObject({ code: 'EMPTY' });
      await house.upload(key, 'x'.repeat(LIMIT + 1));
      await expect(fetchText({})).rejects.toMatchObject({ code: 'TOO_MANY_BYTES' });
      await house.upload(key, 'x'.repeat(LIMIT));
      expect(await fetchText({})).toHaveLength(LIMIT);
    });

    it('lists in the order of keys, below a prefix, after a key', async () => {
      const prefix = `list-${turn}/`;
      for (const suffix of ['b', 'a', 'c', 'a/1']) await house.upload(`${prefix}${suffix}`, 'x');
      expect(await keysOf(prefix)).toEqual(['a', 'a/1', 'b', 'c'].map((suffix) => `${prefix}${suffix}`));
      expect(await keysOf(prefix, `${prefix}a/1`)).toEqual([`${prefix}b`, `${prefix}c`]);
      expect(await keysOf(prefix, `${prefix}aa`)).toEqual([`${prefix}b`, `${prefix}c`]);
    });
  });
};
