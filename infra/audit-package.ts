// The npm package: the audit command and the function behind it, bundled with their parser, so that plain Node runs them without our dependencies.
// npm calls this as prepack and postpack; between them package.json names no dependencies, because the bundle needs none.
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));
const FUNCTIONS = join(REPOSITORY, 'functions');

/** Oldest Node that the package runs on: `engines` of package.json. */
const TARGET = 'node20.19';

const TYPES = 'audit-html.d.ts';

/** The whole manifest, while package.json is a shorter one. */
const SET_ASIDE = 'package.whole.json';

/** Fields of the manifest that the package needs. */
const PACKED_FIELDS = ['name', 'version', 'description', 'license', 'private', 'type', 'engines', 'bin', 'exports', 'files'];

const LICENCES = 'LICENSES.txt';
const PACKAGE_OF_INPUT = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The licences of the packages that bundled files come from; they ask to be passed on. */
const licencesOf = (inputs: readonly string[]): string => {
  const folders = new Set(inputs.flatMap((input) => PACKAGE_OF_INPUT.exec(input)?.[1] ?? []));
  const texts = [...folders].toSorted().map((folder) => {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return `${name}\n\n${readFileSync(join(REPOSITORY, folder, 'LICENSE'), 'utf8').trim()}\n`;
  });
  return texts.join('\n');
};

/**
 * Bundles the program and the library into a folder, with the library's types.
 * @throws Error of esbuild naming the file and line that cannot be bundled
 */
export const bundleAudit = (outFolder: string): void => {
  const { metafile } = buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: { 'caption-on-upload': join(FUNCTIONS, 'packaged.ts'), 'audit-html': join(FUNCTIONS, 'wiring', 'audit.ts') },
    outdir: outFolder,
    bundle: true,
    platform: 'node',
    target: TARGET,
    format: 'esm',
    charset: 'utf8',
    metafile: true,
    logLevel: 'silent',
  });
  copyFileSync(join(REPOSITORY, 'infra', TYPES), join(outFolder, TYPES));
  writeFileSync(join(outFolder, LICENCES), licencesOf(Object.keys(metafile.inputs)));
};

/** What package.json says in the package. */
export const packedManifest = (manifest: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(PACKED_FIELDS.map((field) => [field, manifest[field]]));

const manifestFile = join(REPOSITORY, 'package.json');
const wholeFile = join(REPOSITORY, SET_ASIDE);

/** Puts the whole manifest back. */
const postpack = (): void => renameSync(wholeFile, manifestFile);

/** @throws Error when an earlier pack was interrupted: only people can tell which of the two manifests is the newer one */
const prepack = (): void => {
  if (existsSync(wholeFile))
    throw new Error(`${SET_ASIDE} is left of a pack that was interrupted: move it to package.json, or delete it if package.json is whole`);
  const outFolder = join(REPOSITORY, 'dist');
  rmSync(outFolder, { recursive: true, force: true });
  bundleAudit(outFolder);
  copyFileSync(manifestFile, wholeFile);
  writeFileSync(manifestFile, `${JSON.stringify(packedManifest(JSON.parse(readFileSync(wholeFile, 'utf8'))), null, 2)}\n`);
};

const [step] = process.argv.slice(2);
if (import.meta.main && step === 'prepack') prepack();
else if (import.meta.main && step === 'postpack') postpack();
