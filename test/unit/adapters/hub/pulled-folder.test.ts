import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginPackage, lockPulled, mendPulled, removePulled } from '../../../../functions/adapters/hub/pulled-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulled-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = new TextEncoder();
const noCheck = async (): Promise<void> => {};
const names = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== '.lock').toSorted();
const put = async (name: string, content: string): Promise<void> => {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'manifest.json'), content);
};
const contentOf = (name: string): Promise<string> => readFile(join(folder, name, 'manifest.json'), 'utf8');

it('shows a package only when it is placed, and replaces the older one', async () => {
  await put('big', 'old');
  const draft = await beginPackage(folder, 'big', noCheck);
  const { bytes, sha256 } = await draft.write('manifest.json', text.encode('new'));
  expect({ bytes, digits: sha256.length }).toEqual({ bytes: 3, digits: 64 });
  expect(await contentOf('big')).toBe('old');
  expect(await draft.place()).toBe(join(folder, 'big'));
  expect(await contentOf('big')).toBe('new');
  expect(await names()).toEqual(['big']);
});

it('leaves nothing of a package that is given up', async () => {
  const draft = await beginPackage(folder, 'big', noCheck);
  await draft.write('manifest.json', text.encode('new'));
  await draft.discard();
  expect(await names()).toEqual([]);
});

it('mends what a killed process has left: the older package comes back where none took its place', async () => {
  await put('.old-big-0123abcd', 'old');
  await put('.tmp-big-0123abcd', 'half');
  await put('.old-other-0123abcd', 'old');
  await put('other', 'new');
  await put('.gone-x-0123abcd', 'removed');
  await put('.mine', 'not ours');
  await mendPulled(folder);
  expect(await names()).toEqual(['.mine', 'big', 'other']);
  expect([await contentOf('big'), await contentOf('other')]).toEqual(['old', 'new']);
});

it('lets one process work at a time, and leaves its files alone meanwhile', async () => {
  const release = await lockPulled(folder);
  const draft = await beginPackage(folder, 'big', noCheck);
  await expect(lockPulled(folder)).rejects.toThrow('Another models command works here now');
  await mendPulled(folder);
  expect(await names()).toHaveLength(1);
  await draft.discard();
  release();
  (await lockPulled(folder))();
});

it('removes a package', async () => {
  await put('big', 'x');
  await removePulled(folder, 'big');
  expect(await names()).toEqual([]);
  await expect(removePulled(folder, 'big')).rejects.toThrow('big cannot be used (ENOENT)');
});
