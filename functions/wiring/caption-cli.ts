// Config and terminal -> the caption command's ports.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { captionerPool } from '../adapters/model/captioner-pool.ts';
import { packageBytes } from '../adapters/model/package-folder.ts';
import { pictureFolder } from '../adapters/picture-folder.ts';
import { readRulePack, rulePacksIn } from '../adapters/rule-pack-files.ts';
import { ffmpegVideos } from '../adapters/video/ffmpeg.ts';
import { ConfigError, UsageError } from '../core/errors.ts';
import type { RulePack } from '../core/rules/rule-pack.ts';
import { videoCaptioner } from '../core/video/video-captioner.ts';
import { DEFAULT_VIDEO_LIMITS } from '../core/video/video-limits.ts';
import type { CommandPorts } from '../handlers/caption/caption-command.ts';
import { analysisOf } from './analysis.ts';
import type { Config } from './config.ts';
import { planLanes } from './lanes.ts';

/**
 * The folder of a package that is named by its name in the models folder, of this checkout or pulled, or by a path.
 * @throws UsageError when there is neither
 */
export const packagePath = (model: string, { modelsFolder, workingFolder }: Pick<Config, 'modelsFolder' | 'workingFolder'>): string => {
  const byName = [join(modelsFolder, model), join(modelsFolder, 'pulled', model)];
  const byPath = resolve(workingFolder, model);
  const found = (model.includes(sep) ? [byPath] : [...byName, byPath]).find((folder) => existsSync(folder));
  if (found === undefined) throw new UsageError(`Expected a folder in ${modelsFolder} or a path for --model but received "${model}"`);
  return found;
};

/** Names of shipped packs hold no dots and no slashes. */
const PACK_NAME = /^[a-z0-9-]+$/;

/**
 * A rule pack of the rules folder by its name, or an own one by its path.
 * @throws UsageError when there is neither, or it is not as it must be
 */
const rulePackOf = (nameOrFile: string, { rulesFolder, workingFolder }: Pick<Config, 'rulesFolder' | 'workingFolder'>): RulePack => {
  const byName = PACK_NAME.test(nameOrFile) ? [join(rulesFolder, `${nameOrFile}.yaml`)] : [];
  const found = [...byName, resolve(workingFolder, nameOrFile)].find((path) => existsSync(path));
  if (found === undefined) {
    const names = rulePacksIn(rulesFolder).join(', ');
    throw new UsageError(`Expected one of ${names}, or the path of a YAML file, for --rules but received "${nameOrFile}"`);
  }
  try {
    return readRulePack(found, nameOrFile);
  } catch (thrown) {
    throw thrown instanceof ConfigError ? new UsageError(thrown.message) : thrown;
  }
};

/** Without a terminal, work on fewer pictures than this is told by its results alone. */
const MANY_PICTURES = 50;
const PROGRESS_LINES = 10;

/** One counter on a terminal, a line now and then elsewhere. */
const progressOn = (stream: NodeJS.WriteStream) => {
  return (done: number, of: number): void => {
    if (of === 1 || (!stream.isTTY && of < MANY_PICTURES)) return;
    if (stream.isTTY) stream.write(done === of ? '\r\u001b[K' : `\r\u001b[K${done}/${of}`);
    else if (done === of || done % Math.ceil(of / PROGRESS_LINES) === 0) stream.write(`${done}/${of}\n`);
  };
};

/** The ports of a command that runs in a terminal. */
export const captionPorts = (config: Config, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): CommandPorts => ({
  files: pictureFolder(config.workingFolder, config.limits),
  async start({ model, provider = config.provider, batch, lanes, threads, facts, rules }, pictures) {
    const folder = packagePath(model ?? config.model, config);
    const bytes = await packageBytes(folder);
    const plan = planLanes({ cores: availableParallelism(), pictures, provider, batch, lanes, threads, bytes });
    const { limits, inferenceTimeoutMs, nodePath } = config;
    const session = { provider, threads: plan.threads };
    const { patient } = plan;
    const analysis = facts || rules.length > 0 ? analysisOf(config.analysis) : undefined;
    const captioner = await captionerPool({ folder, session, lanes: plan.lanes, patient, limits, inferenceTimeoutMs, nodePath, analysis });
    const reader = ffmpegVideos(DEFAULT_VIDEO_LIMITS);
    return { batch: plan.batch, captioner: videoCaptioner({ captioner, reader, now: () => performance.now() }) };
  },
  rules: (nameOrFile) => rulePackOf(nameOrFile, config),
  out: (line) => stdout.write(`${line}\n`),
  err: (line) => stderr.write(`${line}\n`),
  progress: progressOn(stderr),
});
