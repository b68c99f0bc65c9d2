// node layers/copy-package.ts FROM TO: checks a model package as the captioner does, and writes exactly the bytes that were checked.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../functions/adapters/model/package-folder.ts';
import { openPackage } from '../functions/captioner/package.ts';
import { PackageRefused } from '../functions/core/errors.ts';

const [from = '', to = ''] = process.argv.slice(2);
const folder = packageFolder(from);
const read = new Map<string, Uint8Array>();

try {
  await openPackage({
    ...folder,
    async read(path) {
      const bytes = await folder.read(path);
      read.set(path, bytes);
      return bytes;
    },
  });
  await mkdir(to, { recursive: true });
  for (const [path, bytes] of read) await writeFile(join(to, path), bytes);
} catch (thrown) {
  if (!(thrown instanceof PackageRefused)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
