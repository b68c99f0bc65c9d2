// The caption command: arguments in, captions out. It knows no file system, no model runtime and no terminal; those are ports.
import type { CaptionChoices, Captioner } from '../../core/caption.ts';
import { asPictureError, CodedError, UsageError } from '../../core/errors.ts';
import type { PictureFile, PictureFiles } from '../../core/ports.ts';
import type { RulePack } from '../../core/rules/rule-pack.ts';
import type { Judgement } from '../../core/rules/verdict.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { type CaptionArguments, EXIT, HELP, parseCaptionArguments } from './caption-arguments.ts';
import { factsLines } from './caption-facts.ts';
import { failureLine, humanLines, jsonLine, type Outcome } from './caption-output.ts';
import { judgementLines, judgeOutcomes } from './caption-rules.ts';

/** Where the command reads, computes and writes. */
export type CommandPorts = {
  files: PictureFiles;
  /** starts the captioner for a number of pictures; also says how many to put in one batch */
  start(args: CaptionArguments, pictures: number): Promise<{ captioner: Captioner; batch: number }>;
  /** @throws UsageError when there is no such rule pack, or it is not as it must be */
  rules(nameOrFile: string): RulePack;
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

/** Reads and captions one batch; each picture has its own outcome. `weigh`: with what rules ask about the file. */
const captionBatch = async (
  files: readonly PictureFile[],
  captioner: Captioner,
  choices: CaptionChoices,
  weigh: boolean,
): Promise<Outcome[]> => {
  const read = await Promise.all(files.map((file) => file.read().catch(asPictureError)));
  const pictures = read.flatMap((bytes) => (bytes instanceof Error ? [] : [{ bytes }]));
  const captions = (await captioner.caption(pictures, choices)).values();
  return await Promise.all(
    files.map(async ({ name }, i): Promise<Outcome> => {
      const bytes = read[i];
      if (bytes === undefined || bytes instanceof Error) return { name, result: asPictureError(bytes) };
      const result = captions.next().value ?? asPictureError(undefined);
      return weigh ? { name, result, file: { bytes: bytes.length, sha256: await sha256Hex(bytes) } } : { name, result };
    }),
  );
};

/** Captions all files, keeping every lane busy; yields the outcomes in the order of the files. */
async function* outcomesOf(
  files: readonly PictureFile[],
  captioner: Captioner,
  batch: number,
  choices: CaptionChoices,
  weigh: boolean,
): AsyncGenerator<Outcome> {
  const running: Promise<Outcome[]>[] = [];
  for (let at = 0; at < files.length; at += batch) {
    running.push(captionBatch(files.slice(at, at + batch), captioner, choices, weigh));
    if (running.length > captioner.lanes) yield* (await running.shift()) ?? [];
  }
  for (const last of running) yield* await last;
}

const write = (outcome: Outcome, args: CaptionArguments, { out, err }: CommandPorts, judged?: readonly Judgement[]): void => {
  const { name, result } = outcome;
  const { json, verbose, facts } = args;
  if (json) out(jsonLine(outcome, args, judged));
  else if (result instanceof Error) err(failureLine(name, result));
  else
    out(
      [humanLines(name, result, verbose), ...(facts ? factsLines(result.facts ?? {}) : []), ...judgementLines(judged ?? [], verbose)].join(
        '\n',
      ),
    );
};

/** Pictures that break a rule that the channel insists on, and others of which it is not known whether they break one. */
type Broken = { broken: number; unknown: number };

/** Writes the outcomes with their judgements. */
const writeJudged = (outcomes: readonly Outcome[], packs: readonly RulePack[], args: CaptionArguments, ports: CommandPorts): Broken => {
  const judgements = judgeOutcomes(outcomes, packs);
  for (const [at, outcome] of outcomes.entries()) write(outcome, args, ports, judgements[at]);
  const results = judgements.map((judged) => judged.map(({ result }) => result));
  const kept = results.filter((all) => !all.includes('fail'));
  return { broken: results.length - kept.length, unknown: kept.filter((all) => all.includes('unknown')).length };
};

const captionAll = async (args: CaptionArguments, files: readonly PictureFile[], ports: CommandPorts): Promise<number> => {
  const packs = args.rules.map((rules) => ports.rules(rules));
  const { captioner, batch } = await ports.start(args, files.length);
  const judges = packs.length > 0;
  try {
    checkStyle(args.style, captioner);
    ports.err(`${captioner.model} on ${captioner.runsOn}`);
    const kept: Outcome[] = [];
    let done = 0;
    let failed = 0;
    for await (const outcome of outcomesOf(files, captioner, batch, choicesOf(args), judges)) {
      // duplicates may still come, so that judgements wait for the last picture
      if (judges) kept.push(outcome);
      else write(outcome, args, ports);
      done += 1;
      if (outcome.result instanceof Error) failed += 1;
      ports.progress(done, files.length);
    }
    const { broken, unknown } = writeJudged(kept, packs, args, ports);
    if (failed > 0) ports.err(`${failed} of ${done} pictures failed`);
    if (broken > 0) ports.err(`${broken} of ${done} pictures break rules`);
    if (unknown > 0) ports.err(`${unknown} of ${done} pictures may break rules: what these ask for is not known`);
    return failed + broken > 0 ? EXIT.someFailed : EXIT.done;
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
