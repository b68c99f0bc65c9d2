// The brands of a logos package on disk: shown, added by an SVG alone, removed. The package is written anew beside itself, opened as the
// service does, and put in place by renaming, so that no half of it is ever seen. Its version says which brands it has.
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type BrandList,
  brandListSchema,
  nearestBrand,
  textPoint,
  withBrand,
  withoutBrand,
} from '../../captioner/analysis/logos/brands.ts';
import { BRANDS_FILE, LOGO_GRAPHS, logosStage } from '../../captioner/analysis/logos/logos-stage.ts';
import { markPoint } from '../../captioner/analysis/logos/mark-views.ts';
import { openStagePackage, type StagePackage } from '../../captioner/analysis/stage-package.ts';
import { MANIFEST, parseFile } from '../../captioner/package-files.ts';
import type { BrandStore } from '../../core/brands/brand-store.ts';
import { UsageError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { onnxRun } from '../model/onnx-graphs.ts';
import { packageFolder } from '../model/package-folder.ts';
import { drawMark } from './svg-mark.ts';

/** Digits of the list's digest in the version. */
const SHORT_DIGEST = 8;

const INDENT = 2;

const open = (folder: string): Promise<StagePackage> =>
  openStagePackage(packageFolder(folder), 'logos', (graph) => onnxRun(graph, { provider: 'cpu', threads: 1 }));

const brandsOf = (pkg: StagePackage): BrandList => parseFile({ where: pkg.by }, BRANDS_FILE, pkg.file(BRANDS_FILE), brandListSchema);

const readSvg = async (path: string): Promise<Uint8Array> => {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`Expected an SVG but cannot read ${path}`);
  }
};

/** The manifest with the new list's digest, and a version that says which list it is. */
const renewed = async ({ manifest }: StagePackage, list: Uint8Array<ArrayBuffer>): Promise<{ version: string; text: string }> => {
  const sha256 = await sha256Hex(list);
  const version = `${manifest.version.split('+')[0]}+brands.${sha256.slice(0, SHORT_DIGEST)}`;
  const files = manifest.files.map((file) => (file.path === BRANDS_FILE ? { ...file, bytes: list.length, sha256 } : file));
  return { version, text: `${JSON.stringify({ ...manifest, version, files }, null, INDENT)}\n` };
};

const writePackage = async (folder: string, pkg: StagePackage, brands: BrandList): Promise<string> => {
  const beside = (suffix: string): string => join(dirname(folder), `.${basename(folder)}.${suffix}`);
  const [fresh, old] = [beside('new'), beside('old')];
  const list = new TextEncoder().encode(`${JSON.stringify(brands, null, 1)}\n`);
  const { version, text } = await renewed(pkg, list);
  for (const stale of [fresh, old]) await rm(stale, { recursive: true, force: true });
  try {
    await cp(folder, fresh, { recursive: true });
    await writeFile(join(fresh, BRANDS_FILE), list);
    await writeFile(join(fresh, MANIFEST), text);
    await writeFile(join(fresh, 'manifest.sha256'), `${await sha256Hex(new TextEncoder().encode(text))}  ${MANIFEST}\n`);
    logosStage(await open(fresh));
  } catch (thrown) {
    await rm(fresh, { recursive: true, force: true });
    throw thrown;
  }
  await rename(folder, old);
  await rename(fresh, folder);
  await rm(old, { recursive: true });
  return version;
};

/**
 * The brands of the logos package in `folder`; paths of SVGs are relative to `workingFolder`.
 * All functions throw PackageRefused for a package that is not sound.
 */
export const brandPackage = (folder: string, workingFolder: string): BrandStore => ({
  async names() {
    return brandsOf(await open(folder)).brands.map(({ name }) => name);
  },
  async add(path, name) {
    const pkg = await open(folder);
    const others = withoutBrand(brandsOf(pkg), name);
    const point = await markPoint(pkg.run(LOGO_GRAPHS.embed), await drawMark(await readSvg(resolve(workingFolder, path))));
    const nearest = nearestBrand(
      point,
      others.brands.map((brand) => ({ name: brand.name, point: textPoint(brand.point) })),
    );
    const version = await writePackage(folder, pkg, withBrand(others, name, point));
    return { version, count: others.brands.length + 1, nearest };
  },
  async remove(name) {
    const pkg = await open(folder);
    const brands = brandsOf(pkg);
    const others = withoutBrand(brands, name);
    if (others.brands.length === brands.brands.length)
      throw new UsageError(`There is no brand "${name}" here; npm run brands -- list names those that are`);
    return { version: await writePackage(folder, pkg, others), count: others.brands.length };
  },
});
