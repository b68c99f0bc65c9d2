// The operator's command line, checked: each command with the options that belong to it.
import { parseArgs } from 'node:util';
import { UsageError } from '../../core/errors.ts';
import { parseCursor } from '../../core/operate/operate-export.ts';
import type { ChangePosition } from '../../core/ports.ts';
import { ORIGINS, type Origin } from '../../core/record/record.ts';
import { aboutOf, commandNamed, orUsageError, refuseOtherOptions, type SubCommand } from '../sub-commands.ts';
import { type ModelCommand, modelCommandOf } from './model-arguments.ts';
import { count, modelName, usd } from './option-values.ts';

/** Which service is meant: the one with this data (undefined: the usual folder), or a stack. */
export type Target = { data: string | undefined; stack: string | undefined };

/** To ask the worker again; amounts in US dollars, infinite or undefined where not given. */
export type RecaptionCommand = {
  name: 'recaption';
  prefix: string;
  model: string | undefined;
  not: string | undefined;
  limit: number;
  budgetUsd: number;
  usdEach: number | undefined;
  dryRun: boolean;
  resume: boolean;
  /** the answers are to stand beside the texts, to be promoted later */
  propose: boolean;
};

/** To write texts into copies of pictures, or with `undo` to take these away. */
export type EmbedCommand = {
  name: 'embed';
  prefix: string;
  key: string | undefined;
  sidecar: boolean;
  minOrigin: Origin;
  limit: number;
  dryRun: boolean;
  undo: boolean;
};

/** What is to be done. */
export type OperatorCommand =
  | { name: 'help' }
  | { name: 'status'; count: boolean; json: boolean }
  | { name: 'redrive'; limit: number; dryRun: boolean }
  | { name: 'backfill'; bucket: string; prefix: string; limit: number; dryRun: boolean; resume: boolean; here: boolean }
  | RecaptionCommand
  | EmbedCommand
  | ModelCommand
  | { name: 'purge'; prefix: string; yes: boolean; objects: boolean }
  | { name: 'export'; since: ChangePosition | undefined };

const OPTIONS = {
  data: { type: 'string' },
  stack: { type: 'string' },
  help: { type: 'boolean', default: false },
  count: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  limit: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  prefix: { type: 'string' },
  resume: { type: 'boolean', default: false },
  here: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  objects: { type: 'boolean', default: false },
  since: { type: 'string' },
  model: { type: 'string' },
  'model-not': { type: 'string' },
  'budget-usd': { type: 'string' },
  'usd-each': { type: 'string' },
  key: { type: 'string' },
  sidecar: { type: 'boolean', default: false },
  'min-origin': { type: 'string' },
  undo: { type: 'boolean', default: false },
  propose: { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  sample: { type: 'string' },
} as const;

const EVERYWHERE = ['data', 'stack', 'help'];

const COMMANDS = {
  status: { options: ['count', 'json'] },
  redrive: { options: ['limit', 'dry-run'] },
  backfill: { options: ['prefix', 'limit', 'dry-run', 'resume', 'here'], about: 'bucket', example: 'my-bucket' },
  recaption: { options: ['prefix', 'model', 'model-not', 'budget-usd', 'usd-each', 'limit', 'dry-run', 'resume', 'propose'] },
  diff: { options: ['from', 'to', 'sample', 'prefix', 'json'] },
  promote: { options: ['to', 'prefix', 'limit', 'dry-run'] },
  rollback: { options: ['to', 'prefix', 'limit', 'dry-run'] },
  embed: { options: ['prefix', 'key', 'sidecar', 'min-origin', 'limit', 'dry-run', 'undo'] },
  purge: { options: ['yes', 'objects'], about: 'prefix', example: 'my-prefix' },
  export: { options: ['since'] },
} as const satisfies Record<string, SubCommand>;

type Name = keyof typeof COMMANDS;

const parse = (argv: string[]) =>
  orUsageError(() => parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true, tokens: true }));

const cursor = (text: string | undefined): ChangePosition | undefined => {
  if (text === undefined) return undefined;
  const position = parseCursor(text);
  if (position !== undefined) return position;
  throw new UsageError(`Expected the cursor that an export has told for --since but received "${text}"`);
};

type Values = ReturnType<typeof parse>['values'];

const recaptionOf = (values: Values): RecaptionCommand => ({
  name: 'recaption',
  prefix: values.prefix ?? '',
  model: modelName('model', values.model),
  not: modelName('model-not', values['model-not']),
  limit: count('limit', values.limit),
  budgetUsd: usd('budget-usd', values['budget-usd']) ?? Number.POSITIVE_INFINITY,
  usdEach: usd('usd-each', values['usd-each']),
  dryRun: values['dry-run'],
  resume: values.resume,
  propose: values.propose,
});

const origin = (text: string): Origin => {
  const found = ORIGINS.find((known) => known === text);
  if (found !== undefined) return found;
  throw new UsageError(`Expected one of ${ORIGINS.join(', ')} for --min-origin but received "${text}"`);
};

const embedOf = (values: Values): EmbedCommand => {
  const { prefix, key, sidecar, undo } = values;
  if (prefix !== undefined && key !== undefined) throw new UsageError('Expected either --prefix or --key, not both');
  if (key === '') throw new UsageError('Expected the key of a picture for --key but received ""');
  if (undo && (sidecar || values['min-origin'] !== undefined))
    throw new UsageError('Expected no --sidecar and no --min-origin with --undo');
  const minOrigin = origin(values['min-origin'] ?? 'reviewed');
  return {
    name: 'embed',
    prefix: prefix ?? '',
    key,
    sidecar,
    minOrigin,
    limit: count('limit', values.limit),
    dryRun: values['dry-run'],
    undo,
  };
};

const commandOf = (name: Name, about: string, values: Values): OperatorCommand => {
  const limit = count('limit', values.limit);
  const { 'dry-run': dryRun, resume, here, yes, objects } = values;
  if (name === 'status') return { name, count: values.count, json: values.json };
  if (name === 'redrive') return { name, limit, dryRun };
  if (name === 'backfill') return { name, bucket: about, prefix: values.prefix ?? '', limit, dryRun, resume, here };
  if (name === 'recaption') return recaptionOf(values);
  if (name === 'embed') return embedOf(values);
  if (name === 'diff' || name === 'promote' || name === 'rollback') return modelCommandOf(name, values);
  if (name === 'purge') return { name, prefix: about, yes, objects };
  return { name, since: cursor(values.since) };
};

/** @throws UsageError saying what is wrong */
export const parseOperatorArguments = (argv: string[]): { command: OperatorCommand; target: Target } => {
  const { values, positionals, tokens } = parse(argv);
  const target = { data: values.data, stack: values.stack };
  if (values.help) return { command: { name: 'help' }, target };
  const name = commandNamed(COMMANDS, positionals[0]);
  refuseOtherOptions(name, [...EVERYWHERE, ...COMMANDS[name].options], tokens);
  if (target.data !== undefined && target.stack !== undefined) throw new UsageError('Expected either --data or --stack, not both');
  if (target.data === '' || target.stack === '') throw new UsageError('Expected a name for --data or --stack but received ""');
  return { command: commandOf(name, aboutOf(name, COMMANDS[name], positionals.slice(1)) ?? '', values), target };
};
