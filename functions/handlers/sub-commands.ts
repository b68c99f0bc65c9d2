// The command line of programs with several commands: which command it is, what it is about, and which options belong to it.
import { UsageError } from '../core/errors.ts';

/** A command: its options beside those of all commands, what its one word is (undefined: none), an example of it, and whether it may be left out. */
export type SubCommand = { options: readonly string[]; about?: string | undefined; example?: string; optional?: boolean };

/** An option as node:util's parseArgs tells it. */
type OptionToken = { kind: string; name?: string; rawName?: string };

/** What `parse` returns. @throws UsageError with the first line of what it throws */
export const orUsageError = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown));
  }
};

/** The command that a word names. @throws UsageError when it names none */
export const commandNamed = <Name extends string>(commands: Readonly<Record<Name, SubCommand>>, word: string | undefined): Name => {
  const names = Object.keys(commands) as Name[];
  if (word === undefined) throw new UsageError(`Expected a command: ${names.join(', ')}`);
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  throw new UsageError(`Expected one of ${names.join(', ')} but received "${word}"`);
};

/** @throws UsageError when an option does not belong to the command */
export const refuseOtherOptions = (name: string, options: readonly string[], tokens: readonly OptionToken[]): void => {
  const wrong = tokens.find((token) => token.kind === 'option' && !options.includes(token.name ?? ''));
  if (wrong !== undefined) throw new UsageError(`Expected no ${wrong.rawName} with ${name}; it takes --${options.toSorted().join(' --')}`);
};

/** The one word that the command is about. @throws UsageError when it is missing, or there are more */
export const aboutOf = (
  name: string,
  { about, example = '', optional = false }: SubCommand,
  words: readonly string[],
): string | undefined => {
  const [first, ...more] = words;
  const unexpected = about === undefined ? first : more[0];
  if (unexpected !== undefined) throw new UsageError(`Expected nothing more after ${name} but received "${unexpected}"`);
  if (about !== undefined && !optional && !first) throw new UsageError(`Expected a ${about} after ${name}, such as: ${name} ${example}`);
  return first;
};
