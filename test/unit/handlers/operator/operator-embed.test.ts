// The command that embeds: its command line, what it prints, and its exit codes.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { desk } from '../../../support/operator-desk.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const KEYS = { keyPrefixes: [], keySuffixes: [], outputPrefix: 'caption-on-upload/' };
const BELOW = 'caption-on-upload/embedded/';

const withPictures = async (contents: Record<string, string>, changes: Partial<CaptionRecord> = {}) => {
  const at = desk({ keys: KEYS });
  for (const [key, content] of Object.entries(contents)) {
    const { etag = '', versionId = '' } = at.bucket.upload(key, content);
    const picture = {
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: 3,
      width: 4,
      height: 3,
      format: 'webp',
      dhash: '0',
    } as const;
    const texts = {
      alt: { text: 'A dog.', lang: 'en', origin: 'human', at: 1 },
      long: { text: 'A dog runs.', lang: 'de', origin: 'machine', at: 1, model: 'm@1' },
    } as const;
    await at.store.put(await fullRecord(key, { etag, versionId, picture, texts, ...changes }), undefined);
  }
  return at;
};

describe('the command line', () => {
  it.each([
    [['--prefix', 'a', '--key', 'b'], 'Expected either --prefix or --key, not both'],
    [['--key', ''], 'Expected the key of a picture for --key but received ""'],
    [['--min-origin', 'robot'], 'Expected one of machine, embedded, reviewed, human for --min-origin but received "robot"'],
    [['--undo', '--sidecar'], 'Expected no --sidecar and no --min-origin with --undo'],
    [['--undo', '--min-origin', 'human'], 'Expected no --sidecar and no --min-origin with --undo'],
    [['--limit', '0'], 'Expected a whole number of at least 1 for --limit but received "0"'],
    [['--resume'], 'Expected no --resume with embed'],
    [['a.jpg'], 'Expected nothing more after embed but received "a.jpg"'],
  ])('is refused in one line when it is %j', async (argv, why) => {
    const { code, out, err } = await desk().ops('embed', ...argv);
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 });
    expect(err[0]).toContain(why);
  });

  it('is refused with the fix on a service without an output prefix', async () => {
    const { code, err } = await desk({ keys: { ...KEYS, outputPrefix: '' } }).ops('embed');
    expect({ code, err }).toEqual({
      code: 1,
      err: [
        'This service has no outputPrefix, so copies would be captioned like uploads: deploy it with -c outputPrefix=caption-on-upload/',
      ],
    });
  });
});

describe('embed', () => {
  it('tells each picture that it writes, and the sum', async () => {
    const { ops } = await withPictures({ 'a\n.jpg': 'one', 'b.jpg': 'signed' });
    expect(await ops('embed', '--dry-run')).toMatchObject({
      code: 0,
      out: [
        `"a\\n.jpg" would go to the copy "${BELOW}a\\n.jpg" (alt en)`,
        `"b.jpg" would go to the sidecar "${BELOW}b.jpg.xmp" (alt en), because it is signed`,
        '1 copy and 1 sidecar would be written, 0 unchanged, 0 skipped, 0 failed',
      ],
    });
    expect((await ops('embed', '--min-origin', 'machine')).out).toEqual([
      `"a\\n.jpg" written to the copy "${BELOW}a\\n.jpg" (alt en, long de, by a machine)`,
      `"b.jpg" written to the sidecar "${BELOW}b.jpg.xmp" (alt en, long de, by a machine), because it is signed`,
      '1 copy and 1 sidecar written, 0 unchanged, 0 skipped, 0 failed',
    ]);
    expect((await ops('embed', '--min-origin', 'machine')).out).toEqual([
      '0 copies and 0 sidecars written, 2 unchanged, 0 skipped, 0 failed',
    ]);
  });

  it('only counts what is usual, tells what is not, and fails when a picture does', async () => {
    const { ops, bucket } = await withPictures({ a: '1', b: '2', c: 'broken' });
    bucket.upload('b', 'new');
    expect(await ops('embed')).toEqual({
      code: 1,
      out: [`"a" written to the copy "${BELOW}a" (alt en)`, '1 copy and 0 sidecars written, 0 unchanged, 1 skipped (changed 1), 1 failed'],
      err: ['"b" skipped: it is another picture by now; its record does not tell of that one yet', '"c" failed: its parts do not fit'],
    });
    const machines = await withPictures({ a: '1', b: '2' }, { texts: {} });
    expect(await machines.ops('embed')).toEqual({
      code: 0,
      out: ['0 copies and 0 sidecars written, 0 unchanged, 2 skipped (no texts 2), 0 failed'],
      err: [],
    });
  });

  it('says that it knows no such key', async () => {
    const { ops } = await withPictures({ a: '1' });
    expect(await ops('embed', '--key', 'b')).toMatchObject({ code: 1, err: ['There is no record of "b"'] });
    expect(await ops('embed', '--key', 'a', '--sidecar')).toMatchObject({ code: 0 });
  });
});

describe('embed --undo', () => {
  it('tells what it removes and what it leaves', async () => {
    const { ops, bucket } = await withPictures({ a: '1', b: '2' });
    await ops('embed');
    bucket.upload(`${BELOW}c`, 'mine');
    expect((await ops('embed', '--undo', '--dry-run', '--key', 'a')).out).toEqual([
      `"${BELOW}a" would be removed`,
      '1 file would be removed',
    ]);
    expect(await ops('embed', '--undo')).toEqual({
      code: 0,
      out: [`"${BELOW}a" removed`, `"${BELOW}b" removed`, '2 files removed'],
      err: [`"${BELOW}c" stays: this command has not written it`],
    });
  });
});
