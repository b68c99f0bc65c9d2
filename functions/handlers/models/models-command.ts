// The models command: arguments in, one thing done to the packages of this machine, a few lines out.
import { CodedError, UsageError } from '../../core/errors.ts';
import { chooseModel, listModels, removeModel, verifyModels } from '../../core/models/models-packages.ts';
import type { ModelsWorld } from '../../core/models/models-ports.ts';
import { pullModel } from '../../core/models/models-pull.ts';
import { type ModelsCommand, parseModelsArguments } from './models-arguments.ts';
import { MODELS_EXIT, MODELS_HELP } from './models-help.ts';
import { listJson, listLines, pulledJson, pulledLines, useLines, verifyJson, verifyLines } from './models-output.ts';

/** What the command works on, and where it writes its results. */
export type ModelsPorts = ModelsWorld & {
  /** a line of results */
  out(line: string): void;
};

const run = async (command: Exclude<ModelsCommand, { name: 'verify' }>, ports: ModelsPorts): Promise<readonly string[]> => {
  switch (command.name) {
    case 'help':
      return [MODELS_HELP.trimEnd()];
    case 'pull': {
      const pulled = await pullModel(command.request, ports);
      return command.json ? [pulledJson(pulled)] : pulledLines(pulled);
    }
    case 'list': {
      const packages = await listModels(ports);
      return command.json ? [listJson(packages)] : listLines(packages);
    }
    case 'remove':
      await removeModel(command.model, ports);
      return [`${command.model} is removed`];
    case 'use':
      return useLines(command.model, command.tier, await chooseModel(command.model, command.tier, ports));
  }
};

const runVerify = async ({ model, json }: Extract<ModelsCommand, { name: 'verify' }>, ports: ModelsPorts): Promise<number> => {
  const verified = await verifyModels(model, ports);
  for (const line of json ? [verifyJson(verified)] : verifyLines(verified)) ports.out(line);
  return verified.every(({ refused }) => refused === undefined) ? MODELS_EXIT.done : MODELS_EXIT.failed;
};

/** Runs the command. @returns its exit code; it never throws for what a user can cause */
export const modelsCommand = async (argv: string[], ports: ModelsPorts): Promise<number> => {
  try {
    const command = parseModelsArguments(argv);
    if (command.name === 'verify') return await runVerify(command, ports);
    for (const line of await run(command, ports)) ports.out(line);
    return MODELS_EXIT.done;
  } catch (thrown) {
    if (!(thrown instanceof CodedError)) throw thrown;
    ports.progress(undefined, 0, 0);
    const isUsage = thrown instanceof UsageError;
    ports.say(isUsage ? `${thrown.message} (try --help)` : thrown.message);
    return isUsage ? MODELS_EXIT.usage : MODELS_EXIT.failed;
  }
};
