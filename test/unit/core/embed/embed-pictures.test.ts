// Embedding and undoing it, on a service in memory: what is written where, what is left alone, and that uploads never change.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Embedded, MAX_EMBED_BYTES } from '../../../../functions/core/embed/embed-picture.ts';
import { type EmbedQuery, embedPictures } from '../../../../functions/core/embed/embed-pictures.ts';
import { type Undone, undoEmbedding } from '../../../../functions/core/embed/embed-undo.ts';
import { PictureError } from '../../../../functions/core/errors.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { operateWorld } from '../../../support/operate-world.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const BELOW = 'caption-on-upload/embedded/';
const keys = { keyPrefixes: [], keySuffixes: [], outputPrefix: 'caption-on-upload/' };

type Picture = { key: string; content: string; changes?: Partial<CaptionRecord> };

/** A world with these objects, and records of them with a person's alt text. */
const worldOf = async (...pictures: Picture[]) => {
  const world = operateWorld({ keys });
  for (const { key, content, changes } of pictures) {
    const { etag = '', versionId = '' } = world.bucket.upload(key, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const record = await fullRecord(key, {
      etag,
      versionId,
      picture: { sha256, bytes: content.length, width: 4, height: 3, format: 'jpeg', dhash: '0' },
      texts: { alt: { text: `Alt of ${key}.`, lang: 'en', origin: 'human', at: 1 } },
      ...changes,
    });
    await world.store.put(record, undefined);
  }
  const list = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of world.bucket.list('photos', '')) found.push(key);
    return found;
  };
  const read = async (key: string): Promise<string> =>
    new TextDecoder().decode((await world.bucket.fetch({ bucket: 'photos', key }, MAX_EMBED_BYTES)).bytes);
  const embed = async (query: Partial<EmbedQuery> = {}): Promise<Record<string, Embedded>> => {
    const told: Record<string, Embedded> = {};
    const whole = { prefix: '', key: undefined, limit: 1000, minOrigin: 'reviewed', sidecar: false, dryRun: false, ...query } as const;
    await embedPictures(world.operations, whole, (key, embedded) => {
      told[key] = embedded;
    });
    return told;
  };
  const undo = async (query: Partial<Parameters<typeof undoEmbedding>[1]> = {}): Promise<Record<string, Undone>> => {
    const told: Record<string, Undone> = {};
    await undoEmbedding(world.operations, { prefix: '', key: undefined, limit: 1000, dryRun: false, ...query }, (target, undone) => {
      told[target] = undone;
    });
    return told;
  };
  return { ...world, list, read, embed, undo };
};

const skip = (name: string) => ({ outcome: 'skipped', skip: name });

describe('embedding', () => {
  it('writes copies with marks of what they are, and leaves uploads alone', async () => {
    const { embed, list, read, bucket } = await worldOf({ key: 'a/ü.jpg', content: 'one' }, { key: 'b.jpg', content: 'two' });
    expect(await embed()).toMatchObject({
      'a/ü.jpg': { outcome: 'written', form: 'copy', target: `${BELOW}a/ü.jpg` },
      'b.jpg': { outcome: 'written' },
    });
    expect(await list()).toEqual(['a/ü.jpg', 'b.jpg', `${BELOW}a/ü.jpg`, `${BELOW}b.jpg`]);
    expect(await read('a/ü.jpg')).toBe('one');
    expect(await read(`${BELOW}a/ü.jpg`)).toMatch(/^one jpeg .*Alt of a/);
    const { contentType, metadata } = bucket.about(`${BELOW}b.jpg`);
    expect(contentType).toBe('image/jpeg');
    expect(metadata).toEqual({
      'embedded-from': (await fullRecord('b.jpg')).id,
      'embedded-revision': '1',
      'embedded-etag': createHash('md5').update('two').digest('hex'),
      'embedded-sha256': createHash('sha256')
        .update(await read(`${BELOW}b.jpg`))
        .digest('hex'),
    });
  });

  it('writes sidecars when asked, and where a copy must not or cannot be', async () => {
    const { embed, bucket, read } = await worldOf({ key: 'a.jpg', content: 'one' }, { key: 'b.jpg', content: 'signed' });
    expect(await embed()).toMatchObject({
      'a.jpg': { form: 'copy' },
      'b.jpg': { form: 'sidecar', target: `${BELOW}b.jpg.xmp`, why: 'it is signed' },
    });
    expect(bucket.about(`${BELOW}b.jpg.xmp`).contentType).toBe('application/rdf+xml');
    expect(await read(`${BELOW}b.jpg.xmp`)).toContain('Alt of b.jpg.');
    expect(await embed({ sidecar: true })).toMatchObject({
      'a.jpg': { outcome: 'written', form: 'sidecar' },
      'b.jpg': { outcome: 'unchanged' },
    });
  });

  it('does nothing again, and replaces what it has written when texts have changed', async () => {
    const { embed, store, list, bucket } = await worldOf({ key: 'a.jpg', content: 'one' });
    await embed();
    const first = bucket.about(`${BELOW}a.jpg`).metadata;
    expect(await embed()).toMatchObject({ 'a.jpg': { outcome: 'unchanged' } });
    const { id } = await fullRecord('a.jpg');
    const record = (await store.get(id)) as CaptionRecord;
    await store.put({ ...record, revision: 2, texts: { alt: { text: 'Better.', lang: 'en', origin: 'human', at: 2 } } }, 1);
    expect(await embed()).toMatchObject({ 'a.jpg': { outcome: 'written' } });
    expect(bucket.about(`${BELOW}a.jpg`).metadata['embedded-sha256']).not.toBe(first['embedded-sha256']);
    expect(await list()).toHaveLength(2);
  });

  it('writes nothing in a dry run, but tells what it would', async () => {
    const { embed, list } = await worldOf({ key: 'a.jpg', content: 'one' });
    expect(await embed({ dryRun: true })).toMatchObject({ 'a.jpg': { outcome: 'written', form: 'copy' } });
    expect(await list()).toEqual(['a.jpg']);
  });

  it('takes one key, a prefix, or as many as the limit says', async () => {
    const pictures = Array.from({ length: 130 }, (_, i) => ({ key: `p/${String(i).padStart(3, '0')}`, content: `${i}` }));
    const { embed, list } = await worldOf(...pictures, { key: 'q', content: 'q' });
    expect(Object.keys(await embed({ key: 'q' }))).toEqual(['q']);
    expect(await embed({ key: 'none' })).toEqual({});
    expect(Object.keys(await embed({ prefix: 'p/', limit: 3 }))).toHaveLength(3);
    expect(Object.values(await embed({ prefix: 'p/' })).filter(({ outcome }) => outcome === 'written')).toHaveLength(127);
    expect((await list()).filter((key) => key.startsWith(BELOW))).toHaveLength(131);
  });

  it('skips what has no texts of people, is a decoration, or is not finished', async () => {
    const machine = { alt: { text: 'A dog.', lang: 'en', origin: 'machine', at: 1 } } as const;
    const { embed } = await worldOf(
      { key: 'a', content: '1', changes: { texts: machine } },
      { key: 'b', content: '2', changes: { texts: { alt: { text: '', lang: 'en', origin: 'human', at: 1 } } } },
      { key: 'c', content: '3', changes: { state: 'PENDING' } },
    );
    expect(await embed()).toEqual({ a: skip('no texts'), b: skip('decorative') });
    expect(await embed({ key: 'c' })).toEqual({ c: skip('not finished') });
    expect(await embed({ key: 'a', minOrigin: 'machine' })).toMatchObject({ a: { outcome: 'written' } });
  });

  it('skips a picture that is another one by now, or gone', async () => {
    const { embed, bucket, list } = await worldOf(
      { key: 'changed', content: '1' },
      { key: 'gone', content: '2' },
      {
        key: 'other-bytes',
        content: '3',
        changes: { picture: { sha256: 'ff', bytes: 1, width: 1, height: 1, format: 'png', dhash: '0' } },
      },
    );
    bucket.upload('changed', 'new');
    bucket.delete('gone');
    expect(await embed()).toEqual({ changed: skip('changed'), gone: skip('gone'), 'other-bytes': skip('changed') });
    expect(await list()).toEqual(['changed', 'other-bytes']);
  });

  it.each([
    ['SOURCE_GONE', skip('gone')],
    ['SOURCE_CHANGED', skip('changed')],
    ['TOO_MANY_BYTES', { outcome: 'failed', why: 'a reason' }],
  ] as const)('follows what the bucket says while it is read: %s', async (code, outcome) => {
    const { embed, operations } = await worldOf({ key: 'a', content: '1', changes: { versionId: undefined, etag: undefined } as never });
    operations.objects = { ...operations.objects, fetch: () => Promise.reject(new PictureError(code, 'a reason')) };
    expect(await embed()).toEqual({ a: outcome });
  });

  it('goes on when one picture fails, and hides no error of its own', async () => {
    const { embed, operations } = await worldOf({ key: 'a', content: 'broken' }, { key: 'b', content: '2' });
    expect(await embed()).toMatchObject({ a: { outcome: 'failed', why: 'its parts do not fit' }, b: { outcome: 'written' } });
    const bug = await worldOf({ key: 'a', content: 'bug' });
    await expect(bug.embed()).rejects.toThrow('a bug');
    operations.objects = { ...operations.objects, fetch: () => Promise.reject(new TypeError('a bug')) };
    await expect(embed()).rejects.toThrow('a bug');
  });

  it('never writes over what someone else has put there', async () => {
    const { embed, operations, bucket, read } = await worldOf({ key: 'a', content: '1' }, { key: 'b', content: '2' });
    bucket.upload(`${BELOW}a`, 'mine');
    await bucket.put({
      bucket: 'photos',
      key: `${BELOW}b`,
      bytes: Buffer.from('x'),
      contentType: 'a/b',
      metadata: { 'embedded-from': 'another' },
    });
    expect(await embed()).toEqual({ a: skip('occupied'), b: skip('occupied') });
    expect(await read(`${BELOW}a`)).toBe('mine');
    // also when it comes between the look and the write
    const raced = await worldOf({ key: 'c', content: '3' });
    const { head } = raced.operations.objects;
    raced.operations.objects = {
      ...raced.operations.objects,
      async head(name, key) {
        const there = await head(name, key);
        if (key === `${BELOW}c`) raced.bucket.upload(key, 'mine');
        return there;
      },
    };
    expect(await raced.embed()).toMatchObject({ c: { outcome: 'failed' } });
    expect(await raced.read(`${BELOW}c`)).toBe('mine');
    expect(operations.bucket).toBe('photos');
  });

  it('keeps the sidecar of a picture and the copy of one with its name apart', async () => {
    const { embed, undo, read, list } = await worldOf({ key: 'a.jpg', content: 'signed' }, { key: 'a.jpg.xmp', content: '2' });
    expect(await embed({ key: 'a.jpg.xmp' })).toMatchObject({ 'a.jpg.xmp': { form: 'copy', outcome: 'written' } });
    expect(await embed({ key: 'a.jpg' })).toEqual({ 'a.jpg': skip('occupied') });
    expect(await undo({ key: 'a.jpg' })).toEqual({ [`${BELOW}a.jpg.xmp`]: 'not ours' });
    expect(await read(`${BELOW}a.jpg.xmp`)).toMatch(/^2 jpeg/);
    expect(await undo({ key: 'a.jpg.xmp' })).toEqual({ [`${BELOW}a.jpg.xmp`]: 'removed' });
    expect(await list()).toEqual(['a.jpg', 'a.jpg.xmp']);
  });

  it('skips a key that leaves no room for the prefix', async () => {
    const key = 'k'.repeat(1010);
    const { embed } = await worldOf({ key, content: '1' });
    expect(await embed()).toEqual({ [key]: skip('long key') });
  });

  it('refuses a service whose copies would be captioned', async () => {
    for (const filter of [undefined, { ...keys, outputPrefix: '' }]) {
      const { embed, undo, operations } = await worldOf({ key: 'a', content: '1' });
      operations.keys = filter;
      await expect(embed()).rejects.toMatchObject({
        code: 'CONFIG',
        message: expect.stringContaining('-c outputPrefix=caption-on-upload/'),
      });
      await expect(undo()).rejects.toMatchObject({ code: 'CONFIG' });
    }
  });
});

describe('undoing', () => {
  const both = async () => {
    const world = await worldOf({ key: 'a.jpg', content: '1' }, { key: 'b.jpg', content: 'signed' }, { key: 'c/d.xmp', content: '3' });
    await world.embed();
    world.bucket.upload(`${BELOW}mine.jpg`, 'mine');
    return world;
  };

  it('removes exactly what was written', async () => {
    const { undo, list } = await both();
    expect(await undo({ dryRun: true })).toMatchObject({ [`${BELOW}a.jpg`]: 'removed' });
    expect(await list()).toHaveLength(7);
    expect(await undo()).toEqual({
      [`${BELOW}a.jpg`]: 'removed',
      [`${BELOW}b.jpg.xmp`]: 'removed',
      [`${BELOW}c/d.xmp`]: 'removed',
      [`${BELOW}mine.jpg`]: 'not ours',
    });
    expect(await list()).toEqual(['a.jpg', 'b.jpg', 'c/d.xmp', `${BELOW}mine.jpg`]);
    expect(await undo()).toEqual({ [`${BELOW}mine.jpg`]: 'not ours' });
  });

  it('takes one key with both its forms, a prefix, or as many as the limit says', async () => {
    const { undo, embed, list } = await both();
    await embed({ key: 'a.jpg', sidecar: true });
    expect(await undo({ key: 'a.jpg' })).toEqual({ [`${BELOW}a.jpg`]: 'removed', [`${BELOW}a.jpg.xmp`]: 'removed' });
    expect(await undo({ key: 'a.jpg' })).toEqual({});
    expect(await undo({ prefix: 'c/' })).toEqual({ [`${BELOW}c/d.xmp`]: 'removed' });
    await embed();
    expect(Object.keys(await undo({ limit: 1 }))).toHaveLength(1);
    expect(await list()).toContain(`${BELOW}mine.jpg`);
  });

  it('leaves a copy that was moved to another key', async () => {
    const { undo, bucket } = await both();
    const { metadata } = bucket.about(`${BELOW}a.jpg`);
    await bucket.put({ bucket: 'photos', key: `${BELOW}elsewhere.jpg`, bytes: Buffer.from('x'), contentType: 'image/jpeg', metadata });
    expect(await undo({ prefix: 'e' })).toEqual({ [`${BELOW}elsewhere.jpg`]: 'not ours' });
  });
});
