// A model package in a bucket, fetched from the local run's S3 server: whole and checked, or nothing; a killed fetch leaves nothing.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3Client } from '../../functions/adapters/aws/s3-objects.ts';
import { checkPackageDigest, fetchPackage } from '../../functions/adapters/model/bucket-package.ts';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import type { ObjectServer } from '../../infra/local/servers/server-types.ts';
import { temporaryFolder } from '../support/local-service.ts';
import { digestOf, TINY } from '../support/tiny-package.ts';

const KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };
const REGION = 'us-east-1';
const BUCKET = 'my-models';
const FETCHER = fileURLToPath(new URL('../support/fetch-package.ts', import.meta.url));
const KILLS = 20;
/** Large enough that a fetch takes a while. */
const LARGE_BYTES = 24_000_000;

const folder = temporaryFolder();
let server: ObjectServer;
let client: S3Client;

const manifestDigest = digestOf(readFileSync(join(TINY, 'manifest.json')));

const put = async (key: string, body: Uint8Array | string): Promise<void> => {
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
};

/** Uploads the tiny package below a prefix; `changed` replaces files. */
const upload = async (prefix: string, changed: Record<string, Uint8Array | string | undefined> = {}): Promise<void> => {
  for (const name of readdirSync(TINY)) {
    const body = name in changed ? changed[name] : readFileSync(join(TINY, name));
    if (body !== undefined) await put(`${prefix}/${name}`, body);
  }
};

beforeAll(async () => {
  mkdirSync(join(folder, 'objects'));
  server = await startObjectServer({
    folder: join(folder, 'objects'),
    port: 0,
    buckets: [{ name: BUCKET, versioned: false, cors: [] }],
    credentials: KEYS,
    open: false,
    onChange: async () => {},
  });
  client = s3Client(REGION, { endpoint: server.url, credentials: KEYS });
  await upload('tiny');
});

afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

let target: string;
let count = 0;

beforeEach(() => {
  count += 1;
  target = join(folder, `models-${count}`, 'tiny');
});

const place = (prefix: string, digest = manifestDigest) => ({ client, bucket: BUCKET, prefix, digest });
const leftIn = (path: string): string[] => (existsSync(join(path, '..')) ? readdirSync(join(path, '..')) : []);

describe('a package in a bucket', () => {
  it('comes whole, and is not fetched again', async () => {
    expect(await fetchPackage(place('tiny'), target)).toBe(true);
    expect(readdirSync(target).toSorted()).toEqual(readdirSync(TINY).toSorted());
    for (const name of readdirSync(TINY)) {
      if (name !== 'manifest.sha256') expect(readFileSync(join(target, name))).toEqual(readFileSync(join(TINY, name)));
    }
    expect(leftIn(target)).toEqual(['tiny']);
    expect(await fetchPackage(place('tiny'), target)).toBe(false);
  });

  it('replaces what is there and is not the package', async () => {
    cpSync(TINY, target, { recursive: true });
    writeFileSync(join(target, 'decoder.onnx'), 'damaged');
    mkdirSync(join(target, '..', '.tiny.part-of-a-killed-one'));
    expect(await fetchPackage(place('tiny'), target)).toBe(true);
    expect(readFileSync(join(target, 'decoder.onnx'))).toEqual(readFileSync(join(TINY, 'decoder.onnx')));
    expect(leftIn(target)).toEqual(['tiny']);
    writeFileSync(join(target, 'manifest.sha256'), '');
    expect(await fetchPackage(place('tiny'), target)).toBe(true);
    expect(readFileSync(join(target, 'manifest.sha256'), 'utf8')).toBe(`${manifestDigest}  manifest.json\n`);
  });

  const damaged = Uint8Array.from(readFileSync(join(TINY, 'decoder.onnx')), (byte, at) => (at === 99 ? byte ^ 1 : byte));
  it.each([
    ['another manifest', { 'manifest.json': '{}' }, /manifest\.json has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}$/],
    ['a damaged file', { 'decoder.onnx': damaged }, /decoder\.onnx has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}$/],
    ['a longer file', { 'decoder.onnx': Buffer.alloc(5000) }, /decoder\.onnx has more than 4316 bytes$/],
    ['a missing file', { 'encoder.onnx': undefined }, /encoder\.onnx could not be read \(NoSuchKey\)$/],
  ])('is refused in one line for %s, and nothing stays', async (name, changed, line) => {
    const prefix = name.replaceAll(' ', '-');
    await upload(prefix, changed);
    await expect(fetchPackage(place(prefix), target)).rejects.toThrow(line);
    await expect(fetchPackage(place(prefix), target)).rejects.toThrow(/^model package s3:\/\/my-models\/[a-z-]+ refused: [^\n]+$/);
    expect(leftIn(target)).toEqual([]);
  });

  it('is refused when the manifest that the digest stands for is none', async () => {
    await put('none/manifest.json', '{}');
    await expect(fetchPackage(place('none', digestOf(Buffer.from('{}'))), target)).rejects.toThrow(/manifest\.json is not as expected$/);
  });

  it('is refused when there is no place for it', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    await expect(fetchPackage(place('tiny'), join(folder, 'a-file', 'tiny'))).rejects.toThrow(/refused: it cannot be written to /);
  });
});

describe('the digest of a package that is there', () => {
  it('is checked', async () => {
    await checkPackageDigest(TINY, manifestDigest);
    await expect(checkPackageDigest(TINY, '0'.repeat(64))).rejects.toThrow(
      /refused: manifest\.json has sha256 [0-9a-f]{64}, expected 0{64}$/,
    );
    await expect(checkPackageDigest(target, manifestDigest)).rejects.toThrow(/refused: manifest\.json is missing$/);
  });
});

describe('a fetch that is killed', () => {
  it(`leaves nothing at the package's place, ${KILLS} times, and the next one succeeds`, async () => {
    const weights = Buffer.alloc(LARGE_BYTES, 7);
    const manifest = JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8'));
    const sha256 = createHash('sha256').update(weights).digest('hex');
    manifest.files.push({ path: 'weights.bin', bytes: LARGE_BYTES, sha256 });
    const text = JSON.stringify(manifest);
    const digest = digestOf(Buffer.from(text));
    await upload('large', { 'manifest.json': text });
    await put('large/weights.bin', weights);
    const start = () =>
      spawn(process.execPath, [FETCHER, server.url, BUCKET, 'large', digest, target], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = (child: ReturnType<typeof start>) => new Promise<number | null>((resolve) => child.once('exit', resolve));

    let killedWithin = 0;
    for (let i = 0; i < KILLS; i++) {
      const child = start();
      const end = ended(child);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, (i * 37) % 120));
      child.kill('SIGKILL');
      if ((await end) === null) killedWithin += 1;
      if (existsSync(target)) {
        // it was faster than the kill: then it is the whole package
        expect(digestOf(readFileSync(join(target, 'weights.bin')))).toBe(sha256);
        rmSync(target, { recursive: true });
      }
    }
    console.log(`${killedWithin} of ${KILLS} kills came before the end of the process`);
    expect(killedWithin).toBeGreaterThan(KILLS / 2);
    expect(await ended(start())).toBe(0);
    expect(leftIn(target)).toEqual(['tiny']);
    expect(digestOf(readFileSync(join(target, 'weights.bin')))).toBe(sha256);
  }, 60_000);
});
