// Bundles: small, the same from the same sources, and able to caption in a bare folder with nothing but the layers.
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundle, bundleEntry, MAX_BUNDLE_BYTES, MODEL_CARDS_FILE, writeModelCards } from '../../infra/bundles.ts';
import { buildModelLayer, LAYER_MODELS } from '../../layers/model.ts';
import { buildNativeLayer, localNodePath } from '../../layers/native.ts';
import { PHOTOS, TINY, temporaryFolder } from '../support/tiny-package.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = join(REPOSITORY, 'test/support/bundled-captioner.ts');
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Runs one call of a bundle as Lambda does, with no environment but NODE_PATH, from an empty folder. */
const callIn = (folder: string, nodePath: string, order: Record<string, string>): Record<string, unknown> => {
  const call = `require(${JSON.stringify(join(folder, 'index.js'))}).handler(${JSON.stringify(order)}).then((answer) => console.log(JSON.stringify(answer)))`;
  const env = { NODE_PATH: nodePath };
  return JSON.parse(execFileSync(process.execPath, ['-e', call], { cwd: folder, env, encoding: 'utf8' }));
};

describe.each(['ingest', 'lookup', 'worker'] as const)('the bundle of %s', (name) => {
  it(`has at most ${MAX_BUNDLE_BYTES} bytes, is the same every time and names no folder of this machine`, async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    const bundled = bundle(name, one);
    expect(bundled.bytes).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    expect(bundle(name, two)).toEqual(bundled);
    const files = readdirSync(one, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(one, file)).isFile());
    for (const file of files) {
      const text = readFileSync(join(one, file), 'utf8');
      expect(readFileSync(join(two, file), 'utf8') === text).toBe(true);
      expect(text.includes(REPOSITORY)).toBe(false);
      // under the GPL: it runs on the machines of developers only
      expect(text.includes('espeak-ng')).toBe(false);
    }
  });
});

describe('a bundled captioner', () => {
  it('has its companions beside it and the native packages outside', async () => {
    const folder = await temporaryFolder();
    const { files, bytes } = bundleEntry(ENTRY, folder, true);
    expect(Object.keys(files).toSorted()).toEqual([
      'analysis-worker.js',
      'caption-worker.js',
      'decoder-child.js',
      'index.js',
      'tesseract-worker.js',
    ]);
    expect(bytes).toBe(Object.keys(files).reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0));
    expect(readFileSync(join(folder, 'decoder-child.js'), 'utf8')).toContain('require("sharp")');
    expect(readFileSync(join(folder, 'caption-worker.js'), 'utf8')).toContain('require("onnxruntime-node")');
  });

  it('captions a photo with the layers alone', async () => {
    const [folder, layers] = [await temporaryFolder(), await temporaryFolder()];
    bundleEntry(ENTRY, folder, true);
    buildNativeLayer(architecture, layers);
    buildModelLayer(join(REPOSITORY, 'models/m2'), layers);
    const nodePath = localNodePath(architecture, layers);
    const order = { photo: join(PHOTOS, 'cat.jpg'), model: join(layers, LAYER_MODELS, 'm2'), nodePath };
    const { said } = callIn(folder, nodePath, order);
    expect(said).toMatchObject({ model: expect.stringMatching(/^m2@/), plain: expect.stringContaining('cat') });
    expect(said).toHaveProperty('picture', expect.objectContaining({ width: 451, height: 300, format: 'jpeg' }));
  });

  it('cannot be made from what does not exist', async () => {
    const folder = await temporaryFolder();
    expect(() => bundleEntry(join(folder, 'missing.ts'), folder, false)).toThrow('missing.ts');
  });
});

describe('a bundle', () => {
  it('finds credentials where Lambda and ECS put them, and nowhere else', async () => {
    const folder = await temporaryFolder();
    bundleEntry(join(REPOSITORY, 'test/support/bundled-credentials.ts'), folder, false);
    const container = createServer((request, response) => {
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const known = request.headers.authorization === 'a task';
      response.writeHead(known ? 200 : 403).end(JSON.stringify({ AccessKeyId: 'OF-TASK', SecretAccessKey: 's', Token: 't', Expiration }));
    });
    await new Promise<void>((listening) => container.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void container.close());
    const { port } = container.address() as AddressInfo;
    const script = "require('./index.js').handler().then(({ id }) => console.log(id), ({ message }) => console.log(message))";
    const found = async (env: Record<string, string>): Promise<string> =>
      (
        await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder, env: { AWS_EC2_METADATA_DISABLED: 'true', ...env } })
      ).stdout.trim();
    expect(await found({ AWS_ACCESS_KEY_ID: 'OF-FUNCTION', AWS_SECRET_ACCESS_KEY: 's' })).toBe('OF-FUNCTION');
    const task = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a task' };
    expect(await found(task)).toBe('OF-TASK');
    expect(await found({})).toBe('Could not load credentials from any providers');
  });
});

describe('model cards', () => {
  it('tell what a package is, with its text', async () => {
    const folder = await temporaryFolder();
    writeModelCards([join(REPOSITORY, 'models/m2'), join(REPOSITORY, 'models/updown')], folder);
    const cards: unknown = JSON.parse(readFileSync(join(folder, MODEL_CARDS_FILE), 'utf8'));
    expect(cards).toMatchObject([
      { name: 'm2', version: expect.any(String), licence: 'Apache-2.0', metrics: expect.any(Array), card: expect.stringContaining('#') },
      { name: 'updown', trainingData: expect.any(Array), startedFrom: expect.any(Array), architecture: expect.any(String) },
    ]);
    expect(JSON.stringify(cards)).not.toContain('sha256');
  });

  it('need a manifest', async () => {
    expect(() => writeModelCards([join(TINY, '..')], '/nowhere')).toThrow('manifest.json');
  });
});
