// node layers/copy-package.ts FROM TO: checks a package of a captioner or of a stage of the analysis as the functions do, and writes exactly
// the bytes that were checked.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageSummary } from '../functions/adapters/hub/package-summary.ts';
import { packageFolder } from '../functions/adapters/model/package-folder.ts';
import { checkStagePackage } from '../functions/captioner/analysis/stage-package.ts';
import { openPackage } from '../functions/captioner/package.ts';
import type { PackageReader } from '../functions/captioner/package-files.ts';
import { PackageRefused } from '../functions/core/errors.ts';

const [from = '', to = ''] = process.argv.slice(2);
const folder = packageFolder(from);
const read = new Map<string, Uint8Array>();

const kept: PackageReader = {
  ...folder,
  async read(path) {
    const bytes = await folder.read(path);
    read.set(path, bytes);
    return bytes;
  },
};

try {
  const { stage } = (await packageSummary(from)) ?? {};
  await (stage === undefined ? openPackage(kept) : checkStagePackage(kept));
  await mkdir(to, { recursive: true });
  for (const [path, bytes] of read) await writeFile(join(to, path), bytes);
} catch (thrown) {
  if (!(thrown instanceof PackageRefused)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
