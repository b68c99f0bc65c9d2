// Runs the command that embeds texts in copies of pictures, or takes these away again.
import { embedPictures } from '../../core/embed/embed-pictures.ts';
import { undoEmbedding } from '../../core/embed/embed-undo.ts';
import type { Operations } from '../../core/operate/operate-ports.ts';
import { counted, embeddedLine, embedSum, noCounts } from './embed-output.ts';
import type { EmbedCommand } from './operator-arguments.ts';
import type { OperatorPorts } from './operator-command.ts';
import { OPERATOR_EXIT } from './operator-help.ts';

type Lines = Pick<OperatorPorts, 'out' | 'err'>;

const undo = async (operations: Operations, command: EmbedCommand, { out, err }: Lines): Promise<number> => {
  const { dryRun } = command;
  const removed = await undoEmbedding(operations, command, (target, undone) =>
    undone === 'removed'
      ? out(`${JSON.stringify(target)} ${dryRun ? 'would be removed' : 'removed'}`)
      : err(`${JSON.stringify(target)} stays: this command has not written it`),
  );
  await out(`${removed} ${removed === 1 ? 'file' : 'files'} ${dryRun ? 'would be removed' : 'removed'}`);
  return OPERATOR_EXIT.done;
};

/** @returns the exit code: failed when a picture has failed, or there is no record of the key that was given */
export const runEmbed = async (operations: Operations, command: EmbedCommand, lines: Lines): Promise<number> => {
  if (command.undo) return undo(operations, command, lines);
  let counts = noCounts();
  const looked = await embedPictures(operations, command, (key, embedded) => {
    counts = counted(counts, embedded);
    const line = embeddedLine(key, embedded, command.dryRun);
    if (line === undefined) return;
    return embedded.outcome === 'written' ? lines.out(line) : lines.err(line);
  });
  await lines.out(embedSum(counts, command.dryRun));
  if (command.key !== undefined && looked === 0) lines.err(`There is no record of ${JSON.stringify(command.key)}`);
  return counts.failed > 0 || (command.key !== undefined && looked === 0) ? OPERATOR_EXIT.failed : OPERATOR_EXIT.done;
};
