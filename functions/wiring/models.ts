// Config and terminal -> what the models command works on.
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { contextFile } from '../adapters/hub/context-file.ts';
import { folderSource } from '../adapters/hub/folder-source.ts';
import { hubSource } from '../adapters/hub/hub-source.ts';
import { packageStore } from '../adapters/hub/package-store.ts';
import { captionerPool } from '../adapters/model/captioner-pool.ts';
import { CodedError, PackageRefused } from '../core/errors.ts';
import type { ModelsWorld } from '../core/models/models-ports.ts';
import type { ModelsPorts } from '../handlers/models/models-command.ts';
import type { ModelsConfig } from './config.ts';
import { hubConverter } from './model-converter.ts';

/** 16 x 16 pixels of changing colour, as PNG: what a new package captions once before it is placed. */
const FIRST_PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAABlklEQVR42g3LQQEAIQgAQRvQwAY0sIENaEADnvuzAQ1sYAMb0MAmd/Of1hrS6A1tjMZsWMMb0ViNbOzGadxGNV6jNUGELqgwhCmY4EIIS0hhC0e4QglP/tCRTu9oZ3Rmxzreic7qZGd3Tud2qvP6HxRRuqLKUKZiiiuhLCWVrRzlKqU8/cNABn2ggzGYAxv4IAZrkIM9OIM7qMEbf5jIpE90MiZzYhOfxGRNcrInZ3InNXnzD4YY3VBjGNMww40wlpHGNo5xjTKe/cERpzvqDGc65rgTznLS2c5xrlPO8z8EEvRAgxHMwAIPIlhBBjs4wQ0qePGHhSz6QhdjMRe28EUs1iIXe3EWd1GLt/6QSNITTUYyE0s8iWQlmezkJDep5OUfNrLpG92MzdzYxjexWZvc7M3Z3E1t3v7DQQ79oIdxmAc7+CEO65CHfTiHe6jDO3+4yKVf9DIu82IXv8RlXfKyL+dyL3V59w+FFL3QYhSzsMKLKFaRxS5OcYsqXv3hIY/+0Md4zIc9/BGP9cjHfpzHfdTjPT7YZWEQt5heBwAAAABJRU5ErkJggg==';

const PERCENT = 100;

/** A package that cannot caption a picture here is of no use. @throws PackageRefused */
const captionsOnce =
  ({ caption }: ModelsConfig) =>
  async (folder: string): Promise<void> => {
    const refused = (thrown: unknown): PackageRefused => {
      const why = thrown instanceof CodedError ? thrown.message : String(thrown);
      return new PackageRefused(`The converted package does not run here, so it was not placed: ${why}`, thrown);
    };
    try {
      const captioner = await captionerPool({ folder, session: { provider: 'cpu', threads: 1 }, lanes: 1, ...caption });
      try {
        const [captioned] = await captioner.caption([{ bytes: Buffer.from(FIRST_PICTURE, 'base64') }], {});
        if (captioned === undefined || captioned instanceof Error) throw refused(captioned);
      } finally {
        await captioner.close();
      }
    } catch (thrown) {
      throw thrown instanceof PackageRefused ? thrown : refused(thrown);
    }
  };

/** One line that is written again and again, on a terminal only. */
const progressOn = (stream: NodeJS.WriteStream): ModelsWorld['progress'] => {
  let shown = '';
  return (path, bytes, of) => {
    if (!stream.isTTY) return;
    const line = path === undefined ? '' : `${path} ${Math.floor((PERCENT * bytes) / Math.max(1, of))} % of ${Math.ceil(of / 1e6)} MB`;
    if (line === shown) return;
    shown = line;
    stream.write(`\r\u001b[K${line}`);
  };
};

/** The ports of the models command in a terminal. */
export const modelsPorts = (config: ModelsConfig, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): ModelsPorts => {
  const { modelsFolder, loadFolder, workingFolder, hub } = config;
  return {
    source: (reference, from) =>
      from === undefined
        ? hubSource(reference, hub, loadFolder, (ms) => setTimeout(ms))
        : folderSource(reference, resolve(workingFolder, from)),
    converter: hubConverter,
    store: packageStore({ modelsFolder, loadFolder, check: captionsOnce(config) }),
    context: contextFile(config.contextFile),
    progress: progressOn(stderr),
    say: (line) => void stderr.write(`${line}\n`),
    out: (line) => void stdout.write(`${line}\n`),
  };
};
