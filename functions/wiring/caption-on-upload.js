#!/usr/bin/env node
// The command caption-on-upload: the bundled program in an installed package, the sources in a checkout.
// Plain JavaScript, so that an older Node can start it, too; the sources need the Node 24 that npm ci brings.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED_BY_SOURCES = 24;

const source = new URL('../packaged.ts', import.meta.url);
const bundled = new URL('../../dist/caption-on-upload.js', import.meta.url);
const newer = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

if (!existsSync(source)) {
  await import(bundled.href);
} else if (Number(process.versions.node.split('.')[0]) >= NEEDED_BY_SOURCES) {
  await import(source.href);
} else if (existsSync(newer)) {
  const { status } = spawnSync(newer, [fileURLToPath(source), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(
    `The sources need Node ${NEEDED_BY_SOURCES} but run on ${process.version}: run "npm ci" first, which installs it.\n`,
  );
  process.exitCode = 1;
}
