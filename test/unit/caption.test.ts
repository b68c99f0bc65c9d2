// The door itself, as a process: what it prints where, and how it ends.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { copyOfTiny, PHOTOS, TINY, temporaryFolder } from '../support/tiny-package.ts';

const DOOR = fileURLToPath(new URL('../../functions/caption.ts', import.meta.url));
const CHECK_NODE = fileURLToPath(new URL('../../functions/wiring/require-node.js', import.meta.url));

/** Patient, so that a busy machine is not taken for a slow picture. */
const env = { DECODE_TIMEOUT_MS: '60000' };

const run = (argv: string[], node: string[] = []): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [...node, DOOR, ...argv], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

describe('npm run caption', () => {
  it('captions photos that it can read and tells about the others', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'fake.jpg'), 'not a photo');
    const { code, out, err } = await run([join(PHOTOS, 'cat.jpg'), join(folder, 'fake.jpg'), join(PHOTOS, 'coffee.jpg'), '--model', TINY]);
    expect(code).toBe(1);
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/cat\.jpg: [A-Z].*\. \(\d+ %, tiny@0\.0\.1\)$/),
      expect.stringMatching(/coffee\.jpg: /),
    ]);
    expect(err).toMatch(/^tiny@0\.0\.1 on cpu, \d+ lanes? of \d+ threads?$/m);
    expect(err).toContain('fake.jpg: UNSUPPORTED_FORMAT: ');
  });

  it('writes one JSON object for each photo of a folder', async () => {
    const { code, out } = await run([PHOTOS, '--model', TINY, '--json']);
    const captions = out
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(code).toBe(0);
    expect(captions).toHaveLength(6);
    expect(captions[0]).toMatchObject({ status: 'captioned', model: 'tiny@0.0.1', style: 'coco', ms: expect.anything() });
  });

  it('refuses a damaged package before it looks at any photo', async () => {
    const folder = await copyOfTiny();
    const encoder = await readFile(join(folder, 'encoder.onnx'));
    encoder[200] = (encoder[200] ?? 0) ^ 1;
    await writeFile(join(folder, 'encoder.onnx'), encoder);
    const { code, out, err } = await run([join(PHOTOS, 'cat.jpg'), '--model', folder]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^model package .* refused: encoder\.onnx has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}\n$/);
  });

  it('says how it is used', async () => {
    const { code, err } = await run(['--beam', 'wide', 'x.jpg']);
    expect(code).toBe(2);
    expect(err).toBe('Expected a whole number from 1 to 16 for --beam but received "wide"\nTry --help.\n');
  });

  it('says in one line that Node is too old', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.19.0"})';
    const { code, err } = await run([], ['--import', old, '--import', CHECK_NODE]);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('This needs Node 24');
  });
});
