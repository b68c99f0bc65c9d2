// node test/bench/bundle.ts: sizes of what is deployed, in bytes: handler bundles by file, layers for both CPUs, and what Lambda adds up.
// Layers for another CPU than this machine's need the npm registry the first time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, MAX_BUNDLE_BYTES, writeModelCards } from '../../infra/bundles.ts';
import { buildModelLayer } from '../../layers/model.ts';
import { buildNativeLayer } from '../../layers/native.ts';
import { REPOSITORY } from '../../layers/places.ts';
import { checkFunctionSize, folderBytes, MAX_FUNCTION_BYTES } from '../../layers/size.ts';

const folder = mkdtempSync(join(tmpdir(), 'caption-bundle-'));
const at = (name: string): string => join(folder, name);
const print = (name: string, bytes: number, more = ''): void => console.log(`${name.padEnd(28)}${String(bytes).padStart(12)} bytes${more}`);

try {
  for (const name of ['ingest', 'lookup', 'worker'] as const) {
    const { files, bytes } = bundle(name, at(name));
    print(`bundle ${name}`, bytes, ` (target at most ${MAX_BUNDLE_BYTES})`);
    for (const [file, size] of Object.entries(files)) print(`  ${file}`, size);
  }
  writeModelCards([join(REPOSITORY, 'models/m2')], at('cards'));
  print('model-cards.json of m2', folderBytes(at('cards')));
  buildModelLayer(join(REPOSITORY, 'models/m2'), at('model'));
  print('model layer m2', folderBytes(at('model')));
  for (const architecture of ['arm64', 'x64'] as const) {
    buildNativeLayer(architecture, at(architecture));
    print(`native layer ${architecture}`, folderBytes(at(architecture)));
    const all = checkFunctionSize({ function: at('ingest'), 'native layer': at(architecture), 'model layer': at('model') });
    print(`ingest with layers, ${architecture}`, all, ` (Lambda takes less than ${MAX_FUNCTION_BYTES})`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
