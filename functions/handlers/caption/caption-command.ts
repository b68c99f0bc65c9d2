// The caption command: arguments in, captions out. It knows no file system, no model runtime and no terminal; those are ports.
import type { CaptionChoices, Captioner } from '../../core/caption.ts';
import { asPictureError, CodedError, UsageError } from '../../core/errors.ts';
import type { PictureFile, PictureFiles } from '../../core/ports.ts';
import { type CaptionArguments, EXIT, HELP, parseCaptionArguments } from './caption-arguments.ts';
import { failureLine, humanLines, jsonLine, type Outcome } from './caption-output.ts';

/** Where the command reads, computes and writes. */
export type CommandPorts = {
  files: PictureFiles;
  /** starts the captioner for a number of pictures; also says how many to put in one batch */
  start(args: CaptionArguments, pictures: number): Promise<{ captioner: Captioner; batch: number }>;
  /** a line of results */
  out(line: string): void;
  /** a line about the work */
  err(line: string): void;
  /** a number that changes, for terminals */
  progress(done: number, of: number): void;
};

const choicesOf = ({ style, beam, nBest }: CaptionArguments): CaptionChoices => ({
  ...(style === undefined ? {} : { style }),
  ...(beam === undefined ? {} : { beamSize: beam }),
  ...(nBest === undefined ? {} : { nBest }),
});

const checkStyle = (style: string | undefined, { styles, model }: Captioner): void => {
  if (style !== undefined && !styles.includes(style))
    throw new UsageError(`Expected one of ${styles.join(', ')} for --style (${model}) but received "${style}"`);
};

/** Reads and captions one batch; each picture has its own outcome. */
const captionBatch = async (files: readonly PictureFile[], captioner: Captioner, choices: CaptionChoices): Promise<Outcome[]> => {
  const read = await Promise.all(files.map((file) => file.read().catch(asPictureError)));
  const pictures = read.flatMap((bytes) => (bytes instanceof Error ? [] : [{ bytes }]));
  const captions = (await captioner.caption(pictures, choices)).values();
  return files.map(({ name }, i) => {
    const bytes = read[i];
    return { name, result: bytes instanceof Error ? bytes : (captions.next().value ?? asPictureError(undefined)) };
  });
};

/** Captions all files, keeping every lane busy; yields the outcomes in the order of the files. */
async function* outcomesOf(
  files: readonly PictureFile[],
  captioner: Captioner,
  batch: number,
  choices: CaptionChoices,
): AsyncGenerator<Outcome> {
  const running: Promise<Outcome[]>[] = [];
  for (let at = 0; at < files.length; at += batch) {
    running.push(captionBatch(files.slice(at, at + batch), captioner, choices));
    if (running.length > captioner.lanes) yield* (await running.shift()) ?? [];
  }
  for (const last of running) yield* await last;
}

const write = (outcome: Outcome, { json, verbose }: CaptionArguments, { out, err }: CommandPorts): void => {
  const { name, result } = outcome;
  if (json) out(jsonLine(outcome, verbose));
  else if (result instanceof Error) err(failureLine(name, result));
  else out(humanLines(name, result, verbose));
};

const captionAll = async (args: CaptionArguments, files: readonly PictureFile[], ports: CommandPorts): Promise<number> => {
  const { captioner, batch } = await ports.start(args, files.length);
  try {
    checkStyle(args.style, captioner);
    ports.err(`${captioner.model} on ${captioner.runsOn}`);
    let done = 0;
    let failed = 0;
    for await (const outcome of outcomesOf(files, captioner, batch, choicesOf(args))) {
      write(outcome, args, ports);
      done += 1;
      if (outcome.result instanceof Error) failed += 1;
      ports.progress(done, files.length);
    }
    if (failed > 0) ports.err(`${failed} of ${done} pictures failed`);
    return failed > 0 ? EXIT.someFailed : EXIT.done;
  } finally {
    await captioner.close();
  }
};

/** Runs the command. @returns its exit code; it never throws for what a user can cause */
export const captionCommand = async (argv: string[], ports: CommandPorts): Promise<number> => {
  try {
    const args = parseCaptionArguments(argv);
    if (args.help) {
      ports.out(HELP.trimEnd());
      return EXIT.done;
    }
    const files = args.list === undefined ? await ports.files.expand(args.paths) : await ports.files.listed(args.list, args.root);
    if (files.length === 0) throw new UsageError('No pictures were found there');
    return await captionAll(args, files, ports);
  } catch (thrown) {
    if (!(thrown instanceof CodedError)) throw thrown;
    ports.err(thrown.message);
    if (thrown instanceof UsageError) ports.err('Try --help.');
    return thrown instanceof UsageError ? EXIT.usage : EXIT.modelRefused;
  }
};
