// The operator's command: arguments in, one thing done to a running service, a few lines out. Where the service is, its ports know.
import { CodedError, UsageError } from '../../core/errors.ts';
import { backfill } from '../../core/operate/operate-backfill.ts';
import { exportRecords } from '../../core/operate/operate-export.ts';
import type { BackfillPlace, Operations } from '../../core/operate/operate-ports.ts';
import { countBelow, purge } from '../../core/operate/operate-purge.ts';
import { modelsOf, recaption } from '../../core/operate/operate-recaption.ts';
import { redrive } from '../../core/operate/operate-redrive.ts';
import { readStatus } from '../../core/operate/operate-status.ts';
import { runEmbed } from './embed-run.ts';
import { modelLines } from './model-run.ts';
import { type OperatorCommand, parseOperatorArguments, type Target } from './operator-arguments.ts';
import { OPERATOR_EXIT, OPERATOR_HELP } from './operator-help.ts';
import { backfillLines, purgeLines, purgeQuestion, recaptionLines, redriveLines, statusLines } from './operator-output.ts';

/** Where the command finds the service, and where it writes. */
export type OperatorPorts = {
  /** @throws CodedError when the service is not running, or there is no such stack */
  open(target: Target): Promise<Operations & { close(): void }>;
  /** a line of results; resolves when there is room for the next */
  out(line: string): void | Promise<void>;
  /** a line about the work */
  err(line: string): void;
};

type Of<N extends OperatorCommand['name']> = Extract<OperatorCommand, { name: N }>;

const print = async ({ out }: OperatorPorts, lines: readonly string[]): Promise<void> => {
  for (const line of lines) await out(line);
};

type Place = { place: BackfillPlace; what: string; bucket: string; prefix: string; models?: string };

/** The key that a backfill or recaption goes on after. */
const placeOf = async ({ place, what, bucket, prefix, models }: Place): Promise<string> => {
  const found = await place.load();
  if (found === undefined) throw new UsageError(`There is nothing to resume: the last ${what} was finished, or none was begun here`);
  if (found.bucket === bucket && found.prefix === prefix && found.models !== models)
    throw new UsageError(
      `Expected the last ${what}'s models for --resume (${found.models}) but these are ${models}; begin a new one without it`,
    );
  if (found.bucket === bucket && found.prefix === prefix) return found.after;
  throw new UsageError(
    `Expected the last ${what}'s bucket and prefix for --resume (${found.bucket}, --prefix ${JSON.stringify(found.prefix)}); begin a new one without it`,
  );
};

const runBackfill = async (operations: Operations, command: Of<'backfill'>, ports: OperatorPorts): Promise<void> => {
  const { bucket, prefix, limit, dryRun, here, resume } = command;
  if (bucket !== operations.bucket) {
    throw new UsageError(`Expected the bucket of this service, ${operations.bucket}, but received "${bucket}"`);
  }
  if (operations.startMachine !== undefined && !here && !dryRun) {
    if (resume) throw new UsageError('Expected --here with --resume: the state machine keeps its own place (redrive its execution)');
    const bounds = { ...(prefix !== '' && { prefix }), ...(Number.isFinite(limit) && { limit }) };
    return print(ports, [`started ${await operations.startMachine({ bucket, ...bounds })}`]);
  }
  const after = resume ? await placeOf({ place: operations.place, what: 'backfill', bucket, prefix }) : undefined;
  const done = await backfill(operations, { prefix, limit, dryRun, ...(after !== undefined && { after }) });
  await print(ports, backfillLines(done, dryRun));
};

const runRecaption = async (operations: Operations, command: Of<'recaption'>, ports: OperatorPorts): Promise<void> => {
  const { prefix, model, limit, budgetUsd, usdEach, dryRun, resume, propose } = command;
  const { bucket, recaptionPlace, workerModel } = operations;
  const not = command.not ?? workerModel;
  if (not === undefined && model === undefined) {
    throw new UsageError('Expected --model-not NAME@VERSION, the model of the worker: this service does not tell it');
  }
  const asked = { ...(model !== undefined && { model }), ...(not !== undefined && { not }), propose };
  const place = { place: recaptionPlace, what: 'recaption', bucket, prefix, models: modelsOf(asked) };
  const after = resume ? await placeOf(place) : undefined;
  const done = await recaption(operations, {
    prefix,
    ...asked,
    limit,
    budgetUsd,
    ...(usdEach !== undefined && { usdEach }),
    dryRun,
    ...(after !== undefined && { after }),
  });
  await print(ports, recaptionLines(done, not, dryRun));
};

const runPurge = async (operations: Operations, { prefix, yes, objects }: Of<'purge'>, ports: OperatorPorts): Promise<number> => {
  if (!yes) {
    ports.err(purgeQuestion(await countBelow(operations, prefix), prefix, objects));
    return OPERATOR_EXIT.usage;
  }
  await print(ports, purgeLines(await purge(operations, { prefix, objects }), objects));
  return OPERATOR_EXIT.done;
};

const run = async (operations: Operations, command: Exclude<OperatorCommand, Of<'help'>>, ports: OperatorPorts): Promise<number> => {
  if (command.name === 'purge') return runPurge(operations, command, ports);
  if (command.name === 'embed') return runEmbed(operations, command, ports);
  if (command.name === 'diff' || command.name === 'promote' || command.name === 'rollback') {
    await print(ports, await modelLines(operations, command));
    return OPERATOR_EXIT.done;
  }
  if (command.name === 'recaption') await runRecaption(operations, command, ports);
  if (command.name === 'backfill') await runBackfill(operations, command, ports);
  if (command.name === 'redrive') await print(ports, redriveLines(await redrive(operations, command), command.dryRun));
  if (command.name === 'status') {
    const status = await readStatus(operations, command.count);
    await print(ports, command.json ? [JSON.stringify(status)] : statusLines(status));
  }
  if (command.name === 'export') {
    const { records, next } = await exportRecords(operations, command.since, (record) => ports.out(JSON.stringify(record)));
    ports.err(`${records} exported; what changes later: --since '${next}'`);
  }
  return OPERATOR_EXIT.done;
};

/** Runs the command. @returns its exit code; it never throws for what a user can cause */
export const operatorCommand = async (argv: string[], ports: OperatorPorts): Promise<number> => {
  try {
    const { command, target } = parseOperatorArguments(argv);
    if (command.name === 'help') {
      await ports.out(OPERATOR_HELP.trimEnd());
      return OPERATOR_EXIT.done;
    }
    const operations = await ports.open(target);
    try {
      return await run(operations, command, ports);
    } finally {
      operations.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof CodedError)) throw thrown;
    const isUsage = thrown instanceof UsageError;
    ports.err(isUsage ? `${thrown.message} (try --help)` : thrown.message);
    return isUsage ? OPERATOR_EXIT.usage : OPERATOR_EXIT.failed;
  }
};
