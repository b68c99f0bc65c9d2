// The models command's line, checked: each command with the options that belong to it.
import { parseArgs } from 'node:util';
import { UsageError } from '../../core/errors.ts';
import { TIERS, type Tier } from '../../core/models/context-models.ts';
import { packageNameOf, parseReference } from '../../core/models/model-reference.ts';
import { DTYPES, type Dtype } from '../../core/models/models-ports.ts';
import type { PullRequest } from '../../core/models/models-pull.ts';
import { aboutOf, commandNamed, orUsageError, refuseOtherOptions, type SubCommand } from '../sub-commands.ts';

/** What is to be done. */
export type ModelsCommand =
  | { name: 'help' }
  | { name: 'pull'; request: PullRequest; json: boolean }
  | { name: 'list'; json: boolean }
  | { name: 'verify'; model: string | undefined; json: boolean }
  | { name: 'remove'; model: string }
  | { name: 'use'; model: string; tier: Tier };

const OPTIONS = {
  help: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  dtype: { type: 'string' },
  name: { type: 'string' },
  from: { type: 'string' },
  pin: { type: 'string' },
  keep: { type: 'boolean', default: false },
  tier: { type: 'string' },
} as const;

const COMMANDS = {
  pull: { options: ['dtype', 'name', 'from', 'pin', 'keep', 'json'], about: 'repository', example: 'OWNER/NAME@REVISION' },
  list: { options: ['json'] },
  verify: { options: ['json'], about: 'package', optional: true },
  remove: { options: [], about: 'package', example: 'NAME' },
  use: { options: ['tier'], about: 'package', example: 'NAME --tier worker' },
} as const satisfies Record<string, SubCommand>;

const parse = (argv: string[]) =>
  orUsageError(() => parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true, tokens: true }));

const SHA256 = /^[0-9a-f]{64}$/i;

const pinOf = (text: string | undefined): string | undefined => {
  if (text === undefined || SHA256.test(text)) return text?.toLowerCase();
  throw new UsageError(`Expected 64 hexadecimal digits for --pin, as a pull prints them, but received "${text}"`);
};

const dtypeOf = (text = 'fp32'): Dtype => {
  const found = DTYPES.find((dtype) => dtype === text);
  if (found !== undefined) return found;
  throw new UsageError(`Expected one of ${DTYPES.join(', ')} for --dtype but received "${text}"`);
};

/** The inference container was once called the GPU's. */
const ALIASES: Readonly<Record<string, string>> = { gpu: 'worker' };

const tierOf = (text: string | undefined): Tier => {
  if (text === undefined) throw new UsageError(`Expected --tier ${TIERS.join(' or --tier ')}`);
  const found = TIERS.find((tier) => tier === (ALIASES[text] ?? text));
  if (found !== undefined) return found;
  throw new UsageError(`Expected one of ${TIERS.join(', ')} for --tier but received "${text}"`);
};

type Values = ReturnType<typeof parse>['values'];

const requestOf = (about: string, values: Values): PullRequest => {
  const reference = parseReference(about);
  if (values.from === '') throw new UsageError('Expected a folder for --from but received ""');
  if (values.keep && values.from !== undefined) throw new UsageError('Expected no --keep with --from: the files of the folder stay anyway');
  const name = packageNameOf(reference, values.name);
  return { reference, name, dtype: dtypeOf(values.dtype), from: values.from, pin: pinOf(values.pin), keep: values.keep };
};

/** @throws UsageError saying what is wrong */
export const parseModelsArguments = (argv: string[]): ModelsCommand => {
  const { values, positionals, tokens } = parse(argv);
  if (values.help) return { name: 'help' };
  const name = commandNamed(COMMANDS, positionals[0]);
  refuseOtherOptions(name, ['help', ...COMMANDS[name].options], tokens);
  const about = aboutOf(name, COMMANDS[name], positionals.slice(1));
  const { json } = values;
  if (name === 'list') return { name, json };
  if (name === 'verify') return { name, model: about, json };
  if (name === 'pull') return { name, request: requestOf(about ?? '', values), json };
  if (name === 'use') return { name, model: about ?? '', tier: tierOf(values.tier) };
  return { name, model: about ?? '' };
};
