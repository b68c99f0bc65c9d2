// Packages for another CPU than this machine's, which `npm ci` has not installed: fetched once by npm with the versions and digests
// of package-lock.json, and kept.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../functions/core/errors.ts';
import { LAYER_CACHE, REPOSITORY } from './places.ts';

/** The packages are 20 MB; a slow line takes minutes. */
const INSTALL_TIMEOUT_MS = 600_000;

type Locked = { version: string; integrity?: string };

const lockedAt = (name: string): Locked => {
  const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8'));
  const locked = lock.packages[`node_modules/${name}`];
  if (locked?.integrity !== undefined) return locked;
  throw new ConfigError(`package-lock.json does not have ${name} with its digest; fix: npm install --package-lock-only`);
};

const install = (folder: string, packages: ReadonlyMap<string, Locked>): void => {
  const dependencies = Object.fromEntries([...packages].map(([name, { version }]) => [name, version]));
  // without `os`, `cpu` and `libc` npm does not compare them with this machine's
  const entries = [...packages].map(([name, { version, integrity }]) => [`node_modules/${name}`, { version, integrity }]);
  const manifest = { name: 'layer', version: '0.0.0', private: true, dependencies };
  const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, ...Object.fromEntries(entries) } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const flags = ['--ignore-scripts', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund'];
  const { status, error, stderr } = spawnSync('npm', ['ci', ...flags], {
    cwd: folder,
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split('\n').slice(0, 2).join(' ');
  throw new ConfigError(
    `cannot fetch ${[...packages.keys()].join(' and ')}: ${why}; fix: connect to the npm registry once, or -c architecture=${process.arch}`,
  );
};

/**
 * A node_modules folder with these packages, all for one CPU.
 * @throws ConfigError when they cannot be fetched
 */
export const foreignPackages = (names: readonly string[]): string => {
  const packages = new Map(names.map((name) => [name, lockedAt(name)]));
  const key = [...packages].map(([name, { version }]) => `${name.replace(/^@img\//, '')}-${version}`).join('_');
  const kept = join(LAYER_CACHE, key);
  const modules = join(kept, 'node_modules');
  if (existsSync(modules)) return modules;
  mkdirSync(LAYER_CACHE, { recursive: true });
  const fresh = mkdtempSync(join(LAYER_CACHE, 'fetching-'));
  try {
    install(fresh, packages);
    if (!existsSync(modules)) renameSync(fresh, kept);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return modules;
};
