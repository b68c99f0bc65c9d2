// A damaged package is refused before anything is made of it, whatever was damaged and how.
import { readFileSync } from 'node:fs';
import { readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageBytes, packageFolder } from '../../../functions/adapters/model/package-folder.ts';
import { type DetokenizerFrom, openPackage } from '../../../functions/captioner/package.ts';
import type { PackageReader } from '../../../functions/captioner/package-files.ts';
import { PackageRefused } from '../../../functions/core/errors.ts';
import { copyOfTiny, digestOf, TINY, tinyWith } from '../../support/tiny-package.ts';

const FILES = (await readdir(TINY)).toSorted();
const LISTED = FILES.filter((name) => !name.startsWith('manifest'));
const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(TINY, name)));

/** The tiny package with one file replaced, in memory. */
const readerWith = (changed: string, bytes: Uint8Array<ArrayBuffer>): PackageReader => ({
  where: 'tiny',
  list: async () => FILES,
  read: async (path) => (path === changed ? bytes : bytesOf(path)),
});

const refusalOf = async (reader: PackageReader): Promise<PackageRefused> => {
  const outcome = await openPackage(reader).catch((thrown: unknown) => thrown);
  if (outcome instanceof PackageRefused) return outcome;
  throw new Error('Expected PackageRefused', { cause: outcome });
};

/** Expects a refusal that names the file, and for a digest what was expected and what was found. */
const expectRefused = async (name: string, damaged: Uint8Array<ArrayBuffer>): Promise<void> => {
  const { message } = await refusalOf(readerWith(name, damaged));
  const checked = name === 'manifest.sha256' ? 'manifest.json' : name;
  expect(message).toContain(`${checked} `);
  expect(message).toContain(name === 'manifest.sha256' ? digestOf(bytesOf('manifest.json')) : digestOf(damaged));
  if (name !== 'manifest.sha256') expect(message).toContain(`expected ${digestOf(bytesOf(name))}`);
};

describe('a model package', () => {
  it('is opened when it is sound', async () => {
    const { manifest, vocabulary, encoder, decoder, nouns } = await openPackage(packageFolder(TINY));
    expect(manifest.name).toBe('tiny');
    expect(vocabulary?.[manifest.tokens.end]).toBe('<end>');
    expect([...encoder, decoder].map((graph) => (graph instanceof Uint8Array ? digestOf(graph) : graph.sha256))).toEqual([
      digestOf(bytesOf('encoder.onnx')),
      digestOf(bytesOf('decoder.onnx')),
    ]);
    expect(nouns?.singular.get('zebras')).toBe('zebra');
  });

  it.each(FILES)('is refused with any bit of %s flipped', async (name) => {
    const sound = bytesOf(name);
    const digestLength = name === 'manifest.sha256' ? 64 : sound.length; // what follows the digest is for people
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: digestLength - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const damaged = Uint8Array.from(sound);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        await expectRefused(name, damaged);
      }),
      { numRuns: 25 },
    );
  });

  it.each(FILES)('is refused with %s cut short', async (name) => {
    const sound = bytesOf(name);
    for (const length of [0, 1, Math.floor(Math.min(sound.length, 64) / 2)]) await expectRefused(name, sound.slice(0, length));
    if (name !== 'manifest.sha256') await expectRefused(name, sound.slice(0, -1));
  });

  it.each(FILES.flatMap((a) => FILES.filter((b) => a !== b).map((b) => [a, b] as const)))(
    'is refused with %s swapped for %s',
    async (a, b) => {
      await expectRefused(a, bytesOf(b));
    },
  );

  it.each(FILES)('is refused without %s, or with a link in its place', async (name) => {
    const folder = await copyOfTiny();
    await rename(join(folder, name), join(folder, '..', name));
    expect((await refusalOf(packageFolder(folder))).message).toContain(`${name} is missing or not a regular file`);
    await symlink(join(folder, '..', name), join(folder, name));
    expect((await refusalOf(packageFolder(folder))).message).toContain(`${name} is missing or not a regular file`);
    await rm(join(folder, '..', name));
  });

  it('is refused with a file that is not listed', async () => {
    const folder = await copyOfTiny();
    await writeFile(join(folder, 'weights.bin'), 'x');
    expect((await refusalOf(packageFolder(folder))).message).toContain('weights.bin is not listed');
  });

  it.each([
    ['a file outside of the folder', { encoder: { file: '../encoder.onnx', input: 'image', outputs: ['memory.0'] } }, 'encoder.file'],
    ['a file that is not listed', { vocabulary: { file: 'words.json' } }, 'does not list words.json'],
    ['another schema version', { schemaVersion: 2 }, 'schemaVersion'],
    [
      'a feature that is not known',
      { confidence: { kind: 'logistic', features: ['mood'], weights: [1], bias: 0, abstainBelow: 0 } },
      'confidence',
    ],
    [
      'weights that do not fit',
      { confidence: { kind: 'logistic', features: [], weights: [1], bias: 0, abstainBelow: 0 } },
      'one weight for each',
    ],
    [
      'a token outside of the vocabulary',
      { tokens: { pad: 0, end: 1, unknown: 2, starts: { coco: 999 }, defaultStyle: 'coco' } },
      'token 999',
    ],
    [
      'a default style that does not exist',
      { tokens: { pad: 0, end: 1, unknown: 2, starts: { coco: 3 }, defaultStyle: 'alt' } },
      'defaultStyle',
    ],
  ])('is refused when its manifest names %s', async (_, change, words) => {
    const folder = await tinyWith((manifest) => ({ ...manifest, ...change }));
    expect((await refusalOf(packageFolder(folder))).message).toContain(words);
  });

  it('is refused when a file is what it should be but not JSON', async () => {
    const folder = await tinyWith((manifest) => ({ ...manifest, vocabulary: { file: 'MODEL_CARD.md' } }));
    expect((await refusalOf(packageFolder(folder))).message).toContain('MODEL_CARD.md is not JSON');
  });

  it('lists the bytes and digest of every file, also of the model card', async () => {
    const { manifest } = await openPackage(packageFolder(TINY));
    expect(manifest.files.map(({ path }) => path)).toEqual(LISTED);
    expect(await readFile(join(TINY, 'manifest.sha256'), 'utf8')).toBe(`${digestOf(bytesOf('manifest.json'))}  manifest.json\n`);
  });
});

describe('a package with a tokenizer', () => {
  const detokenizerFrom: DetokenizerFrom = (tokenizer, config) => ({ words: () => [], text: () => JSON.stringify([tokenizer, config]) });

  /** The tiny package, its vocabulary read as a tokenizer. */
  const withTokenizer = async (change: object = {}): Promise<PackageReader> => {
    const folder = await tinyWith(({ vocabulary: _, generalisation: __, ...manifest }) => ({
      ...manifest,
      tokenizer: { file: 'vocabulary.json', config: 'generalisation.json' },
      ...change,
    }));
    return packageFolder(folder);
  };

  it('makes a detokenizer of its two files', async () => {
    const { detokenizer, vocabulary, nouns } = await openPackage(await withTokenizer(), detokenizerFrom);
    expect(detokenizer.text([], 'skip')).toContain('"zebra"');
    expect([vocabulary, nouns]).toEqual([undefined, undefined]);
  });

  it('is refused where there is no tokenizer, or one that fails', async () => {
    expect((await refusalOf(await withTokenizer())).message).toContain('needs a tokenizer');
    const failing = openPackage(await withTokenizer(), () => {
      throw new TypeError('no decoder');
    });
    await expect(failing).rejects.toThrow('vocabulary.json is not a tokenizer that can be used');
  });

  it.each([
    ['both', { vocabulary: { file: 'vocabulary.json' } }, 'not both'],
    ['neither', { tokenizer: undefined }, 'not both'],
    ['nouns', { generalisation: { file: 'generalisation.json', below: 0.3, accept: 0.5 } }, 'needs a vocabulary'],
    [
      'an input from nowhere',
      { encoder: { stages: [{ file: 'encoder.onnx', inputs: { image: 'sound' }, outputs: ['memory.0'] }] } },
      'takes sound',
    ],
    [
      'an output twice',
      { encoder: { stages: [{ file: 'encoder.onnx', inputs: { image: 'image' }, outputs: ['memory.0', 'memory.0'] }] } },
      'twice',
    ],
    ['memory from nowhere', { encoder: { stages: [{ file: 'encoder.onnx', inputs: {}, outputs: ['other'] }] } }, 'does not give memory.0'],
    [
      'a search that contradicts itself',
      { search: { kind: 'generate', beamSize: 1, maxTokens: 5, forcedLast: 1, banned: [1] } },
      'bans a token',
    ],
    ['a search that needs logits', { search: { kind: 'generate', beamSize: 1, maxTokens: 5, repetitionPenalty: 1.2 } }, 'at least 2 beams'],
  ])('is refused with %s', async (_, change, words) => {
    expect((await refusalOf(await withTokenizer(change))).message).toContain(words);
  });

  it('may search as transformers does, and names the tokens that it bans', async () => {
    const search = { kind: 'generate', beamSize: 3, maxTokens: 5, banned: [2] };
    const { manifest } = await openPackage(await withTokenizer({ search }), detokenizerFrom);
    expect(manifest.search).toEqual({
      ...search,
      minTokens: 0,
      lengthPenalty: 1,
      earlyStopping: false,
      noRepeatNgram: 0,
      repetitionPenalty: 1,
    });
    for (const more of [{ banned: [999] }, { forcedFirst: 999 }, { forcedLast: 999 }]) {
      const folder = await tinyWith((old) => ({ ...old, search: { ...search, ...more } }));
      expect((await refusalOf(packageFolder(folder))).message).toContain('token 999');
    }
  });

  it('is handed over as JSON however deep it is', async () => {
    const deep = new TextEncoder().encode(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    const reader = await withTokenizer();
    const manifest = JSON.parse(new TextDecoder().decode(await reader.read('manifest.json'))) as { files: { path: string }[] };
    const files = manifest.files.map((file) =>
      file.path === 'vocabulary.json' ? { ...file, bytes: deep.length, sha256: digestOf(deep) } : file,
    );
    const listed = new TextEncoder().encode(JSON.stringify({ ...manifest, files }));
    const changed = new Map([
      ['vocabulary.json', deep],
      ['manifest.json', listed],
      ['manifest.sha256', new TextEncoder().encode(digestOf(listed))],
    ]);
    const opened = await openPackage({ ...reader, read: async (path) => changed.get(path) ?? (await reader.read(path)) }, detokenizerFrom);
    expect(opened.vocabulary).toBeUndefined();
  });
});

describe('a large graph', () => {
  const SMALL = 100;

  it('is read for its digest only, and must stay what it was', async () => {
    const folder = await copyOfTiny();
    const { decoder } = await openPackage(packageFolder(folder, SMALL));
    if (decoder instanceof Uint8Array) throw new Error('Expected a file');
    expect(decoder).toMatchObject({ path: join(folder, 'decoder.onnx'), sha256: digestOf(bytesOf('decoder.onnx')) });
    expect(await decoder.unchanged()).toBe(true);
    await writeFile(decoder.path, bytesOf('decoder.onnx'));
    expect(await decoder.unchanged()).toBe(false);
  });

  it('is refused when it is damaged or is no regular file', async () => {
    const folder = await copyOfTiny();
    await writeFile(join(folder, 'decoder.onnx'), bytesOf('encoder.onnx'));
    expect((await refusalOf(packageFolder(folder, SMALL))).message).toContain(
      `decoder.onnx has sha256 ${digestOf(bytesOf('encoder.onnx'))}`,
    );
    await rm(join(folder, 'decoder.onnx'));
    expect((await refusalOf(packageFolder(folder, SMALL))).message).toContain('decoder.onnx is missing or not a regular file');
  });
});

describe('the size of a package', () => {
  it('is that of its files, and nothing where there are none', async () => {
    const sizes = FILES.map((name) => bytesOf(name).length);
    expect(await packageBytes(TINY)).toBe(sizes.reduce((total, size) => total + size, 0));
    const folder = await copyOfTiny();
    await rm(join(folder, 'decoder.onnx'));
    await symlink(join(folder, 'nowhere'), join(folder, 'decoder.onnx'));
    expect(await packageBytes(folder)).toBe((await packageBytes(TINY)) - bytesOf('decoder.onnx').length);
    expect(await packageBytes(join(folder, 'nowhere'))).toBe(0);
  });
});
