// The models command in a temporary folder, against a hub on this machine.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextFile } from '../../functions/adapters/hub/context-file.ts';
import { folderSource } from '../../functions/adapters/hub/folder-source.ts';
import { hubSource } from '../../functions/adapters/hub/hub-source.ts';
import { packageStore } from '../../functions/adapters/hub/package-store.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { tokenizerWords } from '../../functions/adapters/model/tokenizer-words.ts';
import { openPackage } from '../../functions/captioner/package.ts';
import { type ModelsPorts, modelsCommand } from '../../functions/handlers/models/models-command.ts';
import { type FakeHub, startFakeHub } from './fake-hub.ts';
import type { FakeRepository } from './fake-hub-answers.ts';
import { tinyConverter, tinyRepository } from './tiny-repository.ts';

const CONTEXT = '{\n  "app": "x",\n  "context": {\n    "lists": ["a", "b"],\n    "uploadModel": "m2",\n    "workerModel": "m2"\n  }\n}\n';
/** Longer than a busy machine keeps an answer waiting. */
const STALL_MS = 20_000;

/** What of the place is not as usual. */
export type PlaceOptions = {
  repository?: FakeRepository;
  token?: string;
  stallMs?: number;
  ports?: Partial<ModelsPorts>;
  freeBytes?: number;
};

/** Runs the command there. */
export const modelsPlace = async ({
  repository = tinyRepository(),
  token,
  stallMs = STALL_MS,
  ports = {},
  freeBytes,
}: PlaceOptions = {}) => {
  const root = await mkdtemp(join(tmpdir(), 'models-'));
  const modelsFolder = join(root, 'models');
  const loadFolder = join(root, 'hub');
  const cdkJson = join(root, 'cdk.json');
  await mkdir(join(modelsFolder, 'm2'), { recursive: true });
  await writeFile(cdkJson, CONTEXT);
  const hub: FakeHub = await startFakeHub(repository);
  const access = { endpoint: hub.endpoint, token, proxies: {}, stallMs };
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const check = async (folder: string): Promise<void> => void (await openPackage(packageFolder(folder), tokenizerWords));
  const store = packageStore({ modelsFolder, loadFolder, check });
  const world = {
    source: (reference: { repository: string; revision: string }, from: string | undefined) =>
      from === undefined ? hubSource(reference, access, loadFolder, pause) : folderSource(reference, from),
    converter: tinyConverter(),
    store: freeBytes === undefined ? store : { ...store, freeBytes: async () => freeBytes },
    context: contextFile(cdkJson),
    progress: () => {},
    ...ports,
  };
  const models = async (...argv: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await modelsCommand(argv, { ...world, out: (line) => void out.push(line), say: (line) => void err.push(line) });
    return { code, out, err };
  };
  /** everything in the folder of pulled packages except the lock */
  const pulled = async (): Promise<string[]> =>
    (await readdir(join(modelsFolder, 'pulled')).catch(() => [])).filter((name) => name !== '.lock');
  const loaded = async (): Promise<string[]> =>
    (await readdir(loadFolder, { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((one) => one.isFile())
      .map(({ name }) => name)
      .toSorted();
  const close = async (): Promise<void> => {
    await hub.close();
    await rm(root, { recursive: true, force: true });
  };
  return { root, modelsFolder, loadFolder, cdkJson, hub, access, pauses, world, models, pulled, loaded, close };
};

/** Such a place. */
export type ModelsPlace = Awaited<ReturnType<typeof modelsPlace>>;
