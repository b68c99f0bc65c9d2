// Layers: pruned to one platform, made of checked packages only, and small enough for Lambda.
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../functions/core/errors.ts';
import { foreignPackages } from '../../layers/foreign-packages.ts';
import { buildModelLayer, LAYER_MODELS } from '../../layers/model.ts';
import { buildNativeLayer, LAYER_NODE_PATH, localNodePath } from '../../layers/native.ts';
import { NODE_MODULES } from '../../layers/places.ts';
import { checkFunctionSize, folderBytes, MAX_FUNCTION_BYTES } from '../../layers/size.ts';
import { stageFolder } from '../support/fake-stage-package.ts';
import { copyOfTiny, TINY, temporaryFolder } from '../support/tiny-package.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
const other = architecture === 'arm64' ? 'x64' : 'arm64';
const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** Unzipped; DESIGN counts on 67 MB of 250, and 6 MB for Tesseract. */
const MOST_NATIVE_BYTES = 76_000_000;

describe('the native layer', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(NODE_MODULES, '..', '.local', 'test', 'native-layer');
    mkdirSync(join(folder, LAYER_NODE_PATH, 'left-over'), { recursive: true });
    buildNativeLayer(architecture, folder);
  });

  it('has what runs, for one CPU, without other providers, sources, types and maps', () => {
    const files = filesIn(folder);
    expect(files.filter((file) => /\.(map|ts|mts|cts|md|cc|h|mjs|bnf)$/.test(file) && !file.endsWith('LICENSE.md'))).toEqual([]);
    expect(files.filter((file) => /providers|cuda|tensorrt|darwin|win32|musl|left-over/.test(file))).toEqual([]);
    expect(files.filter((file) => file.includes(other) && !file.includes('semver'))).toEqual([]);
    expect(files.filter((file) => file.endsWith('.node'))).toHaveLength(2);
    expect(
      files
        .filter((file) => /\.(wasm|gz)$/.test(file))
        .map((file) => basename(file))
        .toSorted(),
    ).toEqual(['eng.traineddata.gz', 'tesseract-core-simd-lstm.wasm']);
    expect(folderBytes(folder)).toBeLessThan(MOST_NATIVE_BYTES);
  });

  it('is used where it can be loaded, else the installed packages are', () => {
    expect([join(folder, LAYER_NODE_PATH), NODE_MODULES]).toContain(localNodePath(architecture, folder));
    expect(localNodePath(other, folder)).toBe(NODE_MODULES);
  });

  it('takes nothing for another CPU that the lock file does not have', () => {
    expect(() => foreignPackages(['@img/sharp-linux-abacus'])).toThrow(/package-lock\.json does not have @img\/sharp-linux-abacus.*fix/);
  });
});

describe('the model layer', () => {
  it('is the whole package', async () => {
    const folder = await temporaryFolder();
    buildModelLayer(TINY, folder);
    const made = join(folder, LAYER_MODELS, 'tiny-package');
    expect(filesIn(made).toSorted()).toEqual(filesIn(TINY).toSorted());
    expect(folderBytes(made)).toBe(folderBytes(TINY));
  });

  it('holds packages of stages beside it', async () => {
    const [stage, folder] = [await stageFolder({ kind: 'objects', files: { 'labels.json': '[]' } }), await temporaryFolder()];
    buildModelLayer(TINY, folder);
    buildModelLayer(stage, folder);
    expect(readdirSync(join(folder, LAYER_MODELS)).toSorted()).toEqual(['objects', 'tiny-package']);
    expect(filesIn(join(folder, LAYER_MODELS, 'objects')).toSorted()).toEqual(filesIn(stage).toSorted());
    writeFileSync(join(stage, 'labels.json'), '{}');
    expect(() => buildModelLayer(stage, folder)).toThrow(/labels\.json has sha256/);
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    ['a cut file', (folder) => truncateSync(join(folder, 'encoder.onnx'), 100), /encoder\.onnx has sha256 \w{64}, expected \w{64}.*fix/],
    ['a changed manifest', (folder) => appendFileSync(join(folder, 'manifest.json'), ' '), /manifest\.json has sha256.*fix/],
    ['a file too many', (folder) => writeFileSync(join(folder, 'extra'), ''), /extra is not listed/],
  ])('refuses a package with %s and copies nothing', async (_, damage, message) => {
    const [package_, folder] = [await copyOfTiny(), await temporaryFolder()];
    damage(package_);
    const build = () => buildModelLayer(package_, folder);
    expect(build).toThrow(message);
    expect(build).toThrow(ConfigError);
    expect(existsSync(join(folder, LAYER_MODELS))).toBe(false);
  });
});

describe('the size of a function with its layers', () => {
  it('is the sum of all files', async () => {
    const folder = await temporaryFolder();
    cpSync(TINY, join(folder, 'a', 'b'), { recursive: true });
    expect(checkFunctionSize({ code: folder, model: TINY })).toBe(2 * folderBytes(TINY));
  });

  it('must be below the limit of Lambda; the message tells sizes and the fix', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'large'), '');
    truncateSync(join(folder, 'large'), MAX_FUNCTION_BYTES - folderBytes(TINY) - 1);
    expect(checkFunctionSize({ model: folder, code: TINY })).toBe(MAX_FUNCTION_BYTES - 1);
    truncateSync(join(folder, 'large'), MAX_FUNCTION_BYTES - folderBytes(TINY));
    expect(() => checkFunctionSize({ model: folder, code: TINY })).toThrow(
      /setting uploadModel.*received 262\.1 MB \(model .* code .*fix: -c uploadModel/,
    );
  });
});
