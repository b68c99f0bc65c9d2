// The Lambda layer with the packages that are not bundled: onnxruntime-node and sharp for one CPU architecture, Linux with glibc, CPU only,
// and Tesseract as WebAssembly with its data.
// Everything comes from node_modules, except libvips of another architecture: see foreign-packages.ts.
import { cpSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { ConfigError } from '../functions/core/errors.ts';
import { foreignPackages } from './foreign-packages.ts';
import { NODE_MODULES } from './places.ts';

/**
 * CPUs that Lambda has. Only Linux with glibc on the same CPU can load a layer; other machines run the bundles with their own
 * node_modules as NODE_PATH, which has the same packages for them: see `localNodePath`.
 */
export type Architecture = 'arm64' | 'x64';

/** Packages that are the same on every CPU, with what they need while they run. */
const COMMON = [
  'onnxruntime-node',
  'onnxruntime-common',
  'sharp',
  '@img/colour',
  'detect-libc',
  'semver',
  'tesseract.js-core',
  '@tesseract.js-data/eng',
] as const;

/** sharp's packages for one CPU. */
const ownOf = (architecture: Architecture): string[] => [`@img/sharp-linux-${architecture}`, `@img/sharp-libvips-linux-${architecture}`];

const isInstalled = (name: string): boolean => existsSync(join(NODE_MODULES, name));

/** Where Lambda looks for packages of a layer; below /opt there. */
export const LAYER_NODE_PATH = join('nodejs', 'node_modules');

const KEPT = /^(?:package\.json|versions\.json|LICENSE.*|.*\.(?:c?js|node|wasm|gz)|.*\.so(?:\.[\d.]+)?)$/;

/** Of Tesseract's builds only the one that runs: with SIMD and the neural network alone; its wasm.js is the same once more as text. */
const OTHER_BUILD = /^tesseract-core(?!-simd-lstm\.(?:js|wasm)$)/;

/** Other providers than the CPU's, which a machine for GPUs may have in its node_modules. */
const PROVIDER = /^libonnxruntime_providers_/;

/** Folders of a package that are not needed while it runs: its build, its command, its copy as ES modules. */
const LEFT_OUT = [
  'onnxruntime-node/script',
  'onnxruntime-common/dist/esm',
  'onnxruntime-common/lib',
  'sharp/install',
  'sharp/src',
  'semver/bin',
  '@tesseract.js-data/eng/4.0.0',
];

const keeps = (architecture: Architecture, root: string) => {
  const binaries = join('onnxruntime-node', 'bin', 'napi-v6');
  const wanted = join(binaries, 'linux', architecture);
  return (source: string): boolean => {
    const path = relative(root, source);
    const name = basename(path);
    if (LEFT_OUT.includes(path.split(sep).join('/')) || name === 'node_modules') return false;
    if (path.startsWith(binaries + sep) && !path.startsWith(wanted) && !wanted.startsWith(path)) return false;
    return lstatSync(source).isDirectory() || (KEPT.test(name) && !PROVIDER.test(name) && !OTHER_BUILD.test(name));
  };
};

/**
 * Makes the layer's folder anew: nodejs/node_modules with the pruned packages.
 * @throws ConfigError naming what cannot be had, and the fix
 */
export const buildNativeLayer = (architecture: Architecture, outFolder: string): void => {
  const own = ownOf(architecture);
  const ownRoot = own.every(isInstalled) ? NODE_MODULES : foreignPackages(own);
  const target = join(outFolder, LAYER_NODE_PATH);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const copy = (root: string, name: string): void =>
    cpSync(join(root, name), join(target, name), { recursive: true, filter: keeps(architecture, root) });
  for (const name of COMMON) copy(NODE_MODULES, name);
  for (const name of own) copy(ownRoot, name);
  const binding = join(target, 'onnxruntime-node', 'bin', 'napi-v6', 'linux', architecture, 'onnxruntime_binding.node');
  if (!existsSync(binding))
    throw new ConfigError(`onnxruntime-node has no binaries for linux/${architecture}: expected ${relative(target, binding)}; fix: npm ci`);
};

/** NODE_PATH for running a bundle on this machine: the layer in `layerFolder` where it fits, else node_modules. */
export const localNodePath = (architecture: Architecture, layerFolder: string): string => {
  const fits = process.platform === 'linux' && process.arch === architecture && ownOf(architecture).every(isInstalled);
  return fits ? join(layerFolder, LAYER_NODE_PATH) : NODE_MODULES;
};
