import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stageFolder } from '../../../support/fake-stage-package.ts';
import { type ModelsPlace, modelsPlace, type PlaceOptions } from '../../../support/models-place.ts';
import { tinyConverter, tinyRepository } from '../../../support/tiny-repository.ts';

const REFERENCE = 'someone/Tiny-Captioner@main';
const PIN = /^pin: ([0-9a-f]{64})$/;

let place: ModelsPlace | undefined;
afterEach(async () => {
  await place?.close();
  place = undefined;
});

const open = async (options?: PlaceOptions): Promise<ModelsPlace> => {
  place = await modelsPlace(options);
  return place;
};

describe('the command line', () => {
  it.each([
    [[], 'Expected a command: pull, list, verify, remove, use'],
    [['push'], 'Expected one of pull, list, verify, remove, use but received "push"'],
    [['list', 'now'], 'Expected nothing more after list but received "now"'],
    [['verify', 'a', 'b'], 'Expected nothing more after verify but received "b"'],
    [['pull'], 'Expected a repository after pull, such as: pull OWNER/NAME@REVISION'],
    [['pull', 'a/b'], 'Expected a repository with a revision (a/b@main, or better @ and a commit) but received "a/b"'],
    [['pull', 'a/b@c', '--dtype', 'fp8'], 'Expected one of fp32, fp16, q8, int8, uint8, q4, q4f16, bnb4 for --dtype but received "fp8"'],
    [['pull', 'a/b@c', '--pin', 'x'], 'Expected 64 hexadecimal digits for --pin, as a pull prints them, but received "x"'],
    [['pull', 'a/b@c', '--from', ''], 'Expected a folder for --from but received ""'],
    [['pull', 'a/b@c', '--from', 'x', '--keep'], 'Expected no --keep with --from'],
    [['pull', 'a/b@c', '--tier', 'upload'], 'Expected no --tier with pull; it takes --dtype --from --help --json --keep --name --pin'],
    [['remove'], 'Expected a package after remove, such as: remove NAME'],
    [['use', 'm2'], 'Expected --tier upload or --tier worker'],
    [['use', 'm2', '--tier', 'fast'], 'Expected one of upload, worker for --tier but received "fast"'],
    [['list', '--fast'], "Unknown option '--fast'"],
    [['verify', 'big'], 'There is no package "big" here; npm run models -- list names those that are'],
  ])('is refused in one line when it is %j', async (argv, why) => {
    const { models } = await open();
    const { code, out, err } = await models(...argv);
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 });
    expect(err[0]).toContain(why);
  });

  it('tells all commands by --help', async () => {
    const { models, hub } = await open();
    const { code, out } = await models('pull', '--help');
    expect(code).toBe(0);
    for (const command of ['pull', 'list', 'verify', 'remove', 'use']) expect(out.join('\n')).toContain(`\n  ${command}`);
    expect(hub.seen).toEqual([]);
  });
});

describe('pull', () => {
  it('places a package that can be opened, tells what next, and leaves nothing else', async () => {
    const { models, modelsFolder, pulled, loaded, hub } = await open();
    const { code, out, err } = await models('pull', REFERENCE);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('tiny-captioner@0123456789ab (fp32) is in');
    expect(out.join('\n')).toContain('licence: apache-2.0');
    expect(out.join('\n')).toContain('npm run caption -- PHOTO --model tiny-captioner');
    expect(err[0]).toContain('someone/Tiny-Captioner@main is 0123456789abcdef0123456789abcdef01234567 in 127.0.0.1:');
    expect(await pulled()).toEqual(['tiny-captioner']);
    expect(await loaded()).toEqual([]);
    expect(hub.counts.has('not-used.bin')).toBe(false);
    const manifest = JSON.parse(await readFile(join(modelsFolder, 'pulled/tiny-captioner/manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'tiny-captioner', version: '0123456789ab', licence: 'apache-2.0' });
    expect(manifest.source).toMatchObject({ repository: 'someone/Tiny-Captioner', asked: 'main', layout: 'tiny', dtype: 'fp32' });
    expect(Object.keys(manifest.source.files)).toContain('onnx/weights.bin');
    expect(await readFile(join(modelsFolder, 'pulled/tiny-captioner/MODEL_CARD.md'), 'utf8')).toContain(
      'Licence that the repository names: apache-2.0',
    );
    expect((await models('verify', 'tiny-captioner')).out).toEqual([
      'tiny-captioner@0123456789ab: every byte of 5 files is as its digests say',
    ]);
  });

  it('tells as JSON', async () => {
    const { models } = await open();
    const { out } = await models('pull', REFERENCE, '--json', '--name', 'other', '--dtype', 'fp16');
    expect(JSON.parse(out.join(''))).toMatchObject({ name: 'other', dtype: 'fp16', licence: 'apache-2.0', files: { length: 7 } });
  });

  it('takes what was pinned and nothing else', async () => {
    const { models, pulled } = await open();
    const { out } = await models('pull', REFERENCE, '--keep');
    const pin = out.map((line) => PIN.exec(line)?.[1]).find((found) => found !== undefined) ?? '';
    expect((await models('pull', REFERENCE, '--pin', pin.toUpperCase())).code).toBe(0);
    const { code, err } = await models('pull', REFERENCE, '--name', 'x', '--pin', 'f'.repeat(64));
    expect(code).toBe(1);
    expect(err.at(-1)).toBe(
      `The source has the pin ${pin}, expected ${'f'.repeat(64)}: it is not the one that was pinned; nothing was placed`,
    );
    expect(await pulled()).toEqual(['tiny-captioner']);
  });

  it('goes without a network when an earlier pull kept its files', async () => {
    const { models, hub, loadFolder, pulled } = await open();
    const { out } = await models('pull', REFERENCE, '--keep');
    const folder = join(loadFolder, 'someone/Tiny-Captioner', hub.repository.commit);
    expect(out).toContain(`source files with SHA256SUMS: ${folder}`);
    const asked = hub.seen.length;
    const again = await models('pull', `someone/Tiny-Captioner@${hub.repository.commit}`, '--from', folder, '--name', 'carried');
    expect(again.code).toBe(0);
    expect(again.out.find((line) => line.startsWith('the same again'))).toContain(` --name carried --from ${folder} --pin `);
    expect(again.out.filter((line) => PIN.test(line))).toEqual(out.filter((line) => PIN.test(line)));
    expect(hub.seen).toHaveLength(asked);
    expect(await pulled()).toEqual(['carried', 'tiny-captioner']);
    await writeFile(join(folder, 'vocabulary.json'), '[]');
    const wrong = await models('pull', REFERENCE, '--from', folder);
    expect(wrong.err.at(-1)).toMatch(/^vocabulary.json has sha256 [0-9a-f]{64}, expected [0-9a-f]{64} \(SHA256SUMS\): copy it again$/);
    const lines = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split('\n').filter((line) => !line.endsWith('vocabulary.json'));
    await writeFile(join(folder, 'SHA256SUMS'), lines.join('\n'));
    expect((await models('pull', REFERENCE, '--from', folder)).err.at(-1)).toContain('vocabulary.json is not in SHA256SUMS');
    expect((await models('pull', REFERENCE, '--from', join(folder, 'none'))).err.at(-1)).toContain('none cannot be used (ENOENT)');
  });

  it('names the file that a link in the folder does not lead to', async () => {
    const { models, root } = await open();
    const folder = join(root, 'snapshot');
    await mkdir(folder);
    await symlink('../blobs/away', join(folder, 'config.json'));
    expect((await models('pull', REFERENCE, '--from', folder)).err.at(-1)).toBe('config.json is not in the repository');
  });

  it('replaces an older package of the same repository, and no other', async () => {
    const repository = tinyRepository();
    const { models, hub, pulled } = await open({ repository });
    await models('pull', REFERENCE);
    repository.commit = 'f'.repeat(40);
    expect((await models('pull', REFERENCE)).code).toBe(0);
    expect((await models('list')).out[1]).toContain('tiny-captioner@ffffffffffff');
    expect(await pulled()).toEqual(['tiny-captioner']);
    const { code, err } = await models('pull', 'other/Tiny-Captioner@main');
    expect(code).toBe(2);
    expect(err[0]).toContain(
      'The name tiny-captioner belongs to the package that was pulled from someone/Tiny-Captioner: choose another one by --name',
    );
    expect((await models('pull', 'x/y@main', '--name', 'm2')).err[0]).toContain('The name m2 belongs to models/m2 of this checkout');
    expect(hub.seen.some(({ path }) => path.includes('other/'))).toBe(false);
  });

  it('places nothing that cannot be converted or opened, and keeps the older package', async () => {
    const spoilt = { converter: tinyConverter((path, bytes) => (path === 'vocabulary.json' ? new Uint8Array([1]) : bytes)) };
    const { models, world, pulled } = await open();
    await models('pull', REFERENCE);
    Object.assign(world, spoilt);
    const { code, err } = await models('pull', REFERENCE);
    expect(code).toBe(1);
    expect(err.at(-1)).toContain('vocabulary.json is not JSON');
    expect(await pulled()).toEqual(['tiny-captioner']);
    expect((await models('verify')).code).toBe(0);
  });

  it.each([
    ['config.json', '{"model_type":"other"}', 'model_type is not one that can be converted: tiny'],
    ['config.json', 'x', 'config.json is not JSON: is this a model of the transformers library?'],
    ['config.json', ' '.repeat(4_000_001), 'config.json is larger than 4.0 MB'],
    ['config.json', undefined, 'config.json is not in the repository'],
    ['onnx/encoder.onnx', undefined, 'onnx/encoder.onnx is not in the repository'],
  ])('says in one line what is wrong with %s', async (path, text, why) => {
    const repository = tinyRepository();
    if (text === undefined) repository.files.delete(path);
    else repository.files.set(path, Buffer.from(text));
    const { models, pulled } = await open({ repository });
    const { code, err } = await models('pull', REFERENCE);
    expect(code).toBe(1);
    expect(err.at(-1)).toBe(why);
    expect(await pulled()).toEqual([]);
  });

  it('begins only when there is room', async () => {
    const { models, loaded, pulled } = await open({ freeBytes: 200_000 });
    const { code, err } = await models('pull', REFERENCE);
    expect(code).toBe(1);
    expect(err.at(-1)).toBe('The disk has 0.2 MB free, but this needs about 0.3 MB: make room and pull again');
    expect(await pulled()).toEqual([]);
    expect(await loaded()).toEqual(['config.json']);
  });

  it('says so when another pull is at work', async () => {
    const { models, world } = await open();
    const release = await world.store.lock();
    expect(await models('pull', REFERENCE)).toEqual({
      code: 1,
      out: [],
      err: ['Another models command works here now: wait until it is done'],
    });
    release();
    expect((await models('pull', REFERENCE)).code).toBe(0);
  });

  it('warns when the repository names no licence', async () => {
    const repository = tinyRepository();
    repository.files.delete('README.md');
    const { models } = await open({ repository });
    expect((await models('pull', REFERENCE)).out[1]).toContain('licence: the repository names none');
  });
});

describe('a package of the analysis', () => {
  it('is listed and verified, and cannot be used for captions', async () => {
    const { models, modelsFolder } = await open();
    const folder = join(modelsFolder, 'objects');
    await cp(await stageFolder({ kind: 'objects', files: { 'labels.json': '[]' } }), folder, { recursive: true });
    const { out } = await models('list');
    expect(out.find((line) => line.startsWith('objects'))).toMatch(/^objects@1 \(tiny-objects\) .* not told .* stage objects$/);
    expect((await models('verify', 'objects')).out).toEqual(['objects@1: every byte of 2 files is as its digests say']);
    expect(await models('use', 'objects', '--tier', 'upload')).toMatchObject({
      code: 2,
      err: expect.arrayContaining(['objects captions nothing: it is for the stage objects of the analysis (try --help)']),
    });
    await writeFile(join(folder, 'labels.json'), '{}');
    expect((await models('verify', 'objects')).code).toBe(1);
  });
});

describe('the packages', () => {
  it('are listed, verified, used and removed', async () => {
    const { models, modelsFolder, cdkJson, pulled } = await open();
    await models('pull', REFERENCE);
    await writeFile(join(modelsFolder, 'm2/manifest.json'), '{}');
    expect((await models('list')).out).toEqual([
      'package                      source                                         numbers  size    styles     used by',
      'm2                           its manifest cannot be read: verify tells why                              upload, worker',
      'tiny-captioner@0123456789ab  someone/Tiny-Captioner@0123456789ab            fp32     < 1 MB  coco, alt',
    ]);
    expect(JSON.parse((await models('list', '--json')).out[0] ?? '')).toMatchObject([
      { name: 'm2', readable: false },
      { name: 'tiny-captioner', bytes: expect.any(Number) },
    ]);
    const verified = await models('verify', '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.out[0] ?? '')).toMatchObject([
      { name: 'm2', ok: false },
      { name: 'tiny-captioner', ok: true },
    ]);
    const before = await readFile(cdkJson, 'utf8');
    expect(await models('use', 'tiny-captioner', '--tier', 'gpu')).toEqual({
      code: 0,
      out: [
        'cdk.json: model of the worker is tiny-captioner (was m2)',
        'on this machine:  npm start -- --worker-model tiny-captioner',
        'on AWS:           npx cdk deploy',
      ],
      err: [],
    });
    expect(await readFile(cdkJson, 'utf8')).toBe(before.replace('"workerModel": "m2"', '"workerModel": "tiny-captioner"'));
    expect((await models('use', 'tiny-captioner', '--tier', 'worker')).out[0]).toBe(
      'cdk.json names tiny-captioner as model of the worker already',
    );
    expect((await models('remove', 'tiny-captioner')).err[0]).toContain(
      'cdk.json uses tiny-captioner as model of the worker: choose another one first',
    );
    expect((await models('use', 'm2', '--tier', 'upload')).err[0]).toContain('m2 cannot be used: npm run models -- verify m2 says why');
    await writeFile(cdkJson, before);
    expect((await models('remove', 'm2')).err[0]).toContain('m2 is part of this checkout');
    expect(await models('remove', 'tiny-captioner')).toEqual({ code: 0, out: ['tiny-captioner is removed'], err: [] });
    expect(await pulled()).toEqual([]);
  });

  it('are seen to be damaged', async () => {
    const { models, modelsFolder } = await open();
    await models('pull', REFERENCE);
    const file = join(modelsFolder, 'pulled/tiny-captioner/decoder.onnx');
    const bytes = await readFile(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { code, out } = await models('verify');
    expect(code).toBe(1);
    expect(out[0]).toMatch(/^tiny-captioner: .*decoder.onnx has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}$/);
  });

  it('hide no error of our own', async () => {
    const { models, world } = await open();
    await models('pull', REFERENCE);
    world.store = { ...world.store, verify: async () => Promise.reject(new TypeError('a bug')) };
    await expect(models('verify')).rejects.toThrow('a bug');
  });
});
