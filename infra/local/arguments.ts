// The command line of the local run: what it may say, and the help that tells it.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '../../functions/core/errors.ts';
import { BUCKET_PACKAGE, folderOf, isPackage } from '../model-packages.ts';
import type { Context } from './assembly.ts';

const REPOSITORY_DATA = fileURLToPath(new URL('../../.local/service/', import.meta.url));

const DEFAULT_PORT = 4080;
const DEFAULT_S3_PORT = 4081;
const MAX_PORT = 65_535;

/** What the local run says about itself. */
export const HELP = `Usage: npm start -- [PHOTO ...] [options]

Runs the whole service on this machine, from the same template that is deployed: bucket, queues, table,
functions, API, and a page to upload to. Photos that are named are uploaded, and their alt texts printed.

  --port N            port of the page and the API (default ${DEFAULT_PORT}; 0: any free one)
  --s3-port N         port of the bucket (default ${DEFAULT_S3_PORT}; 0: any free one)
  --data FOLDER       where everything is kept (default .local/service)
  --model NAME|PATH   model package: a folder name in models/ (default m2) or models/pulled/, or a path
  --worker-model NAME|PATH|s3://BUCKET/PREFIX@sha256:DIGEST
                      also runs the inference container, on CPU, with this package (--gpu-model is the same);
                      DIGEST is the SHA-256 of the package's manifest.json, the bucket one of this run
  --host ADDRESS      address that the API listens on (default 127.0.0.1); others need --require-token
  --require-token     requests need a token and uploads a signature, also on this machine
  --exit              ends when the named photos are done
  --help              this text

Ctrl-C ends it; what was uploaded and captioned stays.
Exit code: 0 ended as asked, 1 it cannot start, or with --exit a photo failed.
`;

/** The command line, checked; paths are absolute. */
export type StartArguments = {
  photos: string[];
  port: number;
  s3Port: number;
  dataFolder: string;
  context: Context;
  host: string;
  requireToken: boolean;
  exit: boolean;
  help: boolean;
};

const OPTIONS = {
  port: { type: 'string' },
  's3-port': { type: 'string' },
  data: { type: 'string' },
  model: { type: 'string' },
  'worker-model': { type: 'string' },
  'gpu-model': { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  'require-token': { type: 'boolean', default: false },
  exit: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const portOf = (name: string, text: string | undefined, byDefault: number): number => {
  if (text === undefined) return byDefault;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new UsageError(`Expected a port from 0 to ${MAX_PORT} for --${name} but received "${text}"`);
};

const packageOf = (option: string, name: string, folder: string): string => {
  if (!name.includes('/') && isPackage(folderOf(name))) return name;
  const path = resolve(folder, name);
  if (isPackage(path)) return path;
  throw new UsageError(
    `Expected a model package for --${option} but received "${name}", which is neither in models/ nor a folder with a manifest.json`,
  );
};

/** What to set for the worker; nothing when there is none. */
const workerContext = ({ 'worker-model': newer, 'gpu-model': older }: Values, folder: string): Context => {
  if (newer !== undefined && older !== undefined && newer !== older) {
    throw new UsageError(`Expected one package for the worker but received --worker-model "${newer}" and --gpu-model "${older}"`);
  }
  const name = newer ?? older;
  if (name === undefined) return {};
  const option = newer === undefined ? 'gpu-model' : 'worker-model';
  if (!name.startsWith('s3:')) return { gpu: 'on-demand', workerModel: packageOf(option, name, folder) };
  if (BUCKET_PACKAGE.test(name)) return { gpu: 'on-demand', workerModel: name };
  throw new UsageError(
    `Expected s3://BUCKET/PREFIX@sha256:DIGEST, with the SHA-256 of the package's manifest.json, for --${option} but received "${name}"`,
  );
};

const parse = (argv: string[]) => {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
};

type Values = ReturnType<typeof parse>['values'];

/** Paths are relative to `folder`. @throws UsageError saying what is wrong */
export const parseStartArguments = (argv: string[], folder: string): StartArguments => {
  const { values, positionals } = parse(argv);
  if (values.exit && positionals.length === 0 && !values.help) throw new UsageError('Expected photos with --exit');
  const photos = positionals.map((photo) => resolve(folder, photo));
  const missing = photos.find((photo) => !existsSync(photo));
  if (missing !== undefined) throw new UsageError(`There is no photo ${missing}`);
  return {
    photos,
    port: portOf('port', values.port, DEFAULT_PORT),
    s3Port: portOf('s3-port', values['s3-port'], DEFAULT_S3_PORT),
    dataFolder: values.data === undefined ? REPOSITORY_DATA : resolve(folder, values.data),
    context: {
      ...(values.model !== undefined && { uploadModel: packageOf('model', values.model, folder) }),
      ...workerContext(values, folder),
    },
    host: values.host,
    requireToken: values['require-token'],
    exit: values.exit,
    help: values.help,
  };
};
