// The brands command's line, checked: each command with the options that belong to it.
import { parseArgs } from 'node:util';
import { UsageError } from '../../core/errors.ts';
import { aboutOf, commandNamed, orUsageError, refuseOtherOptions, type SubCommand } from '../sub-commands.ts';

/** What is to be done. */
export type BrandsCommand =
  | { name: 'help' }
  | { name: 'list' }
  | { name: 'add'; svg: string; brand: string }
  | { name: 'remove'; brand: string };

const OPTIONS = { help: { type: 'boolean', default: false }, name: { type: 'string' } } as const;

const COMMANDS = {
  add: { options: ['name'], about: 'file', example: 'mark.svg --name "Acme"' },
  list: { options: [] },
  remove: { options: [], about: 'brand', example: '"Acme"' },
} as const satisfies Record<string, SubCommand>;

/** Longest name of a brand, in UTF-16 units. */
const MAX_NAME = 100;

const nameOf = (text: string | undefined): string => {
  const name = text?.trim() ?? '';
  if (name === '' || name.length > MAX_NAME) throw new UsageError(`Expected --name with the brand's name, 1 to ${MAX_NAME} characters`);
  return name;
};

/** @throws UsageError saying what is wrong */
export const parseBrandsArguments = (argv: string[]): BrandsCommand => {
  const { values, positionals, tokens } = orUsageError(() =>
    parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true, tokens: true }),
  );
  if (values.help) return { name: 'help' };
  const name = commandNamed(COMMANDS, positionals[0]);
  refuseOtherOptions(name, ['help', ...COMMANDS[name].options], tokens);
  const about = aboutOf(name, COMMANDS[name], positionals.slice(1)) ?? '';
  if (name === 'list') return { name };
  return name === 'add' ? { name, svg: about, brand: nameOf(values.name) } : { name, brand: about };
};
