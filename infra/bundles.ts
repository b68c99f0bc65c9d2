// Bundles the functions with esbuild: one CommonJS file for each program, without the native packages, which come from a layer.
// The same sources give the same bytes, so an unchanged function is not deployed again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { writeRulePacks } from './rule-packs.ts';

const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));
const FUNCTIONS = join(REPOSITORY, 'functions');

/** Functions that are bundled: `functions/<name>.ts` becomes index.js. */
export type BundleName = 'ingest' | 'lookup' | 'worker';

/** Packages with native parts; found by NODE_PATH. */
const NATIVE_PACKAGES = ['onnxruntime-node', 'sharp'] as const;

/** Ways to credentials that nothing bundled takes, and what stands for them. */
const UNUSED_CREDENTIALS = Object.fromEntries(
  ['sso', 'ini', 'process', 'web-identity'].map((way) => [
    `@aws-sdk/credential-provider-${way}`,
    join(REPOSITORY, 'infra', 'no-credentials.ts'),
  ]),
);

/** Programs that a captioning function starts; they lie beside it. */
const COMPANIONS = ['model/caption-worker', 'model/decoder-child', 'model/analysis-worker', 'ocr/tesseract-worker'] as const;

const CAPTIONS: Record<BundleName, boolean> = { ingest: true, lookup: false, worker: true };

/** Largest bundle of one function, all its files together, in bytes: a larger one starts noticeably later. A third is for the analysis. */
export const MAX_BUNDLE_BYTES = 1_500_000;

/** Node shows the line of an error that nobody caught. */
const MAX_LINE_CHARACTERS = 500;

/** What was written, by file name. */
export type Bundled = { files: Record<string, number>; bytes: number };

const sizesOf = ({ outputs }: Metafile, outFolder: string): Record<string, number> =>
  Object.fromEntries(Object.entries(outputs).map(([path, { bytes }]) => [relative(resolve(outFolder), join(REPOSITORY, path)), bytes]));

const together = (...files: Record<string, number>[]): Bundled => {
  const all: Record<string, number> = Object.assign({}, ...files);
  return { files: all, bytes: Object.values(all).reduce((sum, bytes) => sum + bytes, 0) };
};

/** import.meta.url for CommonJS. */
const MODULE_URL = '__moduleUrl';
const BANNER = `"use strict";const ${MODULE_URL} = require("node:url").pathToFileURL(__filename).href;`;

/**
 * Bundles an entry file as index.js, with the captioner's companions beside it on demand.
 * @param outFolder made when missing
 * @throws Error of esbuild naming the file and line that cannot be bundled
 */
export const bundleEntry = (entry: string, outFolder: string, captions: boolean): Bundled => {
  const companions = captions ? COMPANIONS.map((path) => [basename(path), join(FUNCTIONS, 'adapters', `${path}.ts`)]) : [];
  const { metafile } = buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: Object.fromEntries([['index', entry], ...companions]),
    outdir: resolve(outFolder),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: [...NATIVE_PACKAGES],
    alias: UNUSED_CREDENTIALS,
    minify: true,
    lineLimit: MAX_LINE_CHARACTERS,
    legalComments: 'eof',
    charset: 'utf8',
    banner: { js: BANNER },
    define: { 'import.meta.url': MODULE_URL },
    metafile: true,
    logLevel: 'silent',
  });
  // the folder may lie below a package of ES modules
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, 'package.json'), '{"type":"commonjs"}\n');
  return together(sizesOf(metafile, outFolder));
};

/** The page's files, which the lookup function serves. */
const WEB_FILES = ['page.css', 'page.js', 'favicon.svg', 'fill-alt.js'] as const;

/** Folder of the page's files beside a bundle. */
export const WEB_FOLDER = 'web';

/** Writes the page's files beside a bundle, scripts and styles minified. @returns their bytes by file name */
export const writeWebFiles = (outFolder: string): Record<string, number> => {
  const { metafile } = buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: WEB_FILES.map((name) => join(FUNCTIONS, 'web', name)),
    outdir: resolve(outFolder, WEB_FOLDER),
    bundle: true,
    format: 'esm',
    loader: { '.svg': 'copy' },
    minify: true,
    charset: 'utf8',
    target: 'es2023',
    metafile: true,
    logLevel: 'silent',
  });
  return sizesOf(metafile, outFolder);
};

/** What each program reads from beside itself. */
const BESIDE: Record<BundleName, (outFolder: string) => Record<string, number>> = {
  ingest: writeRulePacks,
  lookup: (outFolder) => ({ ...writeWebFiles(outFolder), ...writeRulePacks(outFolder) }),
  worker: () => ({}),
};

/**
 * Bundles a function.
 * @throws Error when it cannot be bundled, or is larger than MAX_BUNDLE_BYTES
 */
export const bundle = (name: BundleName, outFolder: string): Bundled => {
  const program = bundleEntry(join(FUNCTIONS, `${name}.ts`), outFolder, CAPTIONS[name]);
  const bundled = together(program.files, BESIDE[name](outFolder));
  if (bundled.bytes <= MAX_BUNDLE_BYTES) return bundled;
  throw new RangeError(
    `The bundle of ${name} has ${bundled.bytes} bytes, more than ${MAX_BUNDLE_BYTES}: import less, or leave a package to the native layer`,
  );
};

/** Facts of a manifest that callers of the API may want to know. */
const CARD_FACTS = ['architecture', 'precision', 'licence', 'metrics', 'trainingData', 'startedFrom', 'fineTunedFrom'] as const;

/** File that the lookup function answers model questions from. */
export const MODEL_CARDS_FILE = 'model-cards.json';

/**
 * Writes the cards of the packages as a JSON array into a folder: name, version, facts, and the text of MODEL_CARD.md as `card`.
 * @throws Error when a package lacks its manifest
 */
export const writeModelCards = (packageFolders: readonly string[], outFolder: string): void => {
  const cards = packageFolders.map((folder) => {
    const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const facts = CARD_FACTS.filter((fact) => manifest[fact] !== undefined).map((fact) => [fact, manifest[fact]]);
    const { name, version } = manifest;
    return { name, version, ...Object.fromEntries(facts), card: readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8') };
  });
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, MODEL_CARDS_FILE), `${JSON.stringify(cards)}\n`);
};
