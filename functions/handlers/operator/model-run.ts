// Runs the commands that compare models' words and change from one to another.
import { diffModels } from '../../core/operate/operate-diff.ts';
import { changeModel } from '../../core/operate/operate-models.ts';
import type { Operations } from '../../core/operate/operate-ports.ts';
import type { ModelCommand } from './model-arguments.ts';
import { diffLines, modelChangedLines } from './model-output.ts';

/** The lines of what was found or done. @throws CodedError UNAVAILABLE or INTERNAL */
export const modelLines = async (operations: Operations, command: ModelCommand): Promise<string[]> => {
  if (command.name === 'diff') {
    const diff = await diffModels(operations, command);
    return command.json ? [JSON.stringify(diff)] : diffLines(diff, command);
  }
  const { name, to: model, prefix, limit, dryRun } = command;
  const way = name === 'promote' ? 'promote' : 'roll back';
  return modelChangedLines(await changeModel(operations, { way, model, prefix, limit, dryRun }), command);
};
