// The synthesized template with its assets: made anew only when something that goes into it has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGED_STAGES } from '../../functions/captioner/analysis/stage-package.ts';
import { BUCKET_PACKAGE, folderOf } from '../model-packages.ts';
import { renamed } from '../settings.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from './issuer.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Stands in the template for the page's address, which is known only when its port is. */
export const PAGE_ORIGINS = ['http://page.caption-on-upload.localhost', 'http://page-by-name.caption-on-upload.localhost'] as const;

/** What goes into an assembly, besides the model packages, the context, and the file that it names. */
const SOURCES = ['infra', 'functions', 'layers', 'rules', 'package-lock.json', 'cdk.json'];
const NOT_SOURCES = [join('infra', 'local')];
/** Larger files are known by size and time. */
const MAX_HASHED_BYTES = 1_000_000;

/** A template as JSON text, and the folder with its `asset.*` folders. */
export type Assembly = { templateText: string; assetsFolder: string };

/** Settings of the stack. */
export type Context = Readonly<Record<string, unknown>>;

const filesIn = (path: string): string[] => {
  if (!existsSync(path) || NOT_SOURCES.includes(relative(REPOSITORY, path))) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesIn(join(path, name)));
};

/** What is in a bucket is known by its digest. */
const packageFolder = (name: unknown): string[] => (typeof name !== 'string' || BUCKET_PACKAGE.test(name) ? [] : [folderOf(name)]);

/** The files that an assembly is made of: with others it is made anew. */
export const sourcesOf = ({ uploadModel, workerModel, vocabulary }: Context): string[] => {
  const models = [uploadModel, workerModel, ...PACKAGED_STAGES].flatMap(packageFolder);
  const own = typeof vocabulary === 'string' && vocabulary !== '' ? [resolve(vocabulary)] : [];
  return [...SOURCES.map((path) => join(REPOSITORY, path)), ...models, ...own].flatMap(filesIn);
};

const digestOf = (context: Context): string => {
  const hash = createHash('sha256').update(JSON.stringify([process.version, arch(), context]));
  for (const path of sourcesOf(context)) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`\0${path}\0`).update(size > MAX_HASHED_BYTES ? `${size} ${mtimeMs}` : readFileSync(path));
  }
  return hash.digest('hex').slice(0, 32);
};

const settingsOfProject = (): Context => {
  const file = join(REPOSITORY, 'cdk.json');
  if (!existsSync(file)) return {};
  const { context = {} }: { context?: Context } = JSON.parse(readFileSync(file, 'utf8'));
  return context;
};

/** The context for one machine: the project's own settings, but with what only this machine can have. */
export const localContext = (wishes: Context): Context => ({
  ...renamed(settingsOfProject()),
  bucketName: '',
  authorization: 'jwt',
  jwtIssuer: LOCAL_ISSUER,
  jwtAudience: [LOCAL_AUDIENCE],
  architecture: arch() === 'arm64' ? 'arm64' : 'x64',
  gpu: 'off',
  ...renamed(wishes),
  corsOrigins: [...PAGE_ORIGINS, ...(Array.isArray(wishes.corsOrigins) ? wishes.corsOrigins : [])],
});

const TEMPLATE_FILE = 'template.json';

/** Each takes about 100 MB; those of other contexts or sources that nobody has used for so long are removed. */
const UNUSED_MS = 3_600_000;

const removeUnused = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const usedAt = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (usedAt !== undefined && Date.now() - usedAt > UNUSED_MS) rmSync(join(folder, name), { recursive: true, force: true });
  }
};

/**
 * The assembly for a context (see `localContext`), kept in `folder`.
 * @throws SettingsError of the stack
 */
export const assemblyFor = async (context: Context, folder: string): Promise<Assembly> => {
  mkdirSync(folder, { recursive: true });
  const digest = digestOf(context);
  const own = join(folder, digest);
  const kept = join(own, TEMPLATE_FILE);
  if (existsSync(own)) utimesSync(own, new Date(), new Date());
  removeUnused(folder);
  if (!existsSync(kept)) {
    const { synthesize } = await import('../app.ts');
    const fresh = join(folder, `.${digest}-${process.pid}`);
    const { template } = synthesize(context, fresh);
    writeFileSync(join(fresh, TEMPLATE_FILE), JSON.stringify(template));
    try {
      renameSync(fresh, own);
    } catch (thrown) {
      // another run was faster
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(kept)) throw thrown;
    }
  }
  return { templateText: readFileSync(kept, 'utf8'), assetsFolder: own };
};
