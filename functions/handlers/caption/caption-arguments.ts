// The caption command's line: what it may say, and the help that tells it.
import { parseArgs } from 'node:util';
import { UsageError } from '../../core/errors.ts';

/** Exit codes of the caption command. */
export const EXIT = { done: 0, someFailed: 1, usage: 2, modelRefused: 3 } as const;

/** What the caption command says about itself. */
export const HELP = `Usage: npm run caption -- PHOTO|FOLDER ... [options]

Prints a caption for each photo (JPEG PNG WebP GIF AVIF TIFF), by content and not by name.

  --model NAME|DIR    model package: a name of npm run models -- list (default m2) or a path
  --style NAME        way of writing; the package names its styles
  --beam N            hypotheses kept while searching (1 to 16)
  --n-best N          alternatives shown for each photo
  --json              one JSON object a line on stdout
  --verbose           also each word's log probability and the times
  --facts             also what is found in the photo: things, product, colours, text, logos, quality
  --rules NAME|FILE   judge each photo by a rule pack: a name of rules/ or a YAML file;
                      may be given more than once
  --list FILE         read paths from FILE, one a line, ...
  --root DIR          ... below DIR
  --batch N           photos in one batch
  --lanes N           batches at the same time
  --threads N         threads of each batch
  --provider NAME     cpu or cuda; never chosen silently
  --help              this text

Captions go to stdout; progress and photos that cannot be read go to stderr.
Exit code: 0 every photo has a caption or a reason why none is given, 1 some photos failed
or broke a rule that the channel insists on, 2 wrong command line, 3 the model package is
refused or cannot run.
`;

/** The command line, checked. */
export type CaptionArguments = {
  paths: string[];
  list: string | undefined;
  root: string;
  json: boolean;
  verbose: boolean;
  /** whether the photos are analysed, too */
  facts: boolean;
  /** names or paths of rule packs */
  rules: string[];
  help: boolean;
  model: string | undefined;
  style: string | undefined;
  provider: 'cpu' | 'cuda' | undefined;
  beam: number | undefined;
  nBest: number | undefined;
  batch: number | undefined;
  lanes: number | undefined;
  threads: number | undefined;
};

const OPTIONS = {
  model: { type: 'string' },
  style: { type: 'string' },
  beam: { type: 'string' },
  'n-best': { type: 'string' },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  facts: { type: 'boolean', default: false },
  rules: { type: 'string', multiple: true },
  list: { type: 'string' },
  root: { type: 'string', default: '.' },
  batch: { type: 'string' },
  lanes: { type: 'string' },
  threads: { type: 'string' },
  provider: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const MAX_BEAM = 16;
const MAX_COUNT = 256;

const count = (name: string, text: string | undefined, most: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`Expected a whole number from 1 to ${most} for --${name} but received "${text}"`);
};

const parse = (argv: string[]) => {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
};

const providerOf = (name: string | undefined): 'cpu' | 'cuda' | undefined => {
  if (name === undefined || name === 'cpu' || name === 'cuda') return name;
  throw new UsageError(`Expected cpu or cuda for --provider but received "${name}"`);
};

/** @throws UsageError saying what is wrong */
export const parseCaptionArguments = (argv: string[]): CaptionArguments => {
  const { values, positionals } = parse(argv);
  const beam = count('beam', values.beam, MAX_BEAM);
  const nBest = count('n-best', values['n-best'], MAX_BEAM);
  if (values.list !== undefined && positionals.length > 0) throw new UsageError('Expected either --list or photos, not both');
  if (values.list === undefined && positionals.length === 0 && !values.help) throw new UsageError('Expected at least one photo or folder');
  return {
    paths: positionals,
    list: values.list,
    root: values.root,
    json: values.json,
    verbose: values.verbose,
    facts: values.facts,
    rules: values.rules ?? [],
    help: values.help,
    model: values.model,
    style: values.style,
    provider: providerOf(values.provider),
    beam,
    nBest,
    batch: count('batch', values.batch, MAX_COUNT),
    lanes: count('lanes', values.lanes, MAX_COUNT),
    threads: count('threads', values.threads, MAX_COUNT),
  };
};
