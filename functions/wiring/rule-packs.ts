// The rule packs that lie beside a bundle as JSON; infra/rule-packs.ts writes them.
import { readFileSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import { parseRulePack, type RulePack } from '../core/rules/rule-pack.ts';

const listOf = (file: string): readonly unknown[] => {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // told below, as anything else that is no list
  }
  throw new ConfigError('RULE_PACKS_FILE: expected a JSON list of rule packs but received no such file; bundle the function again');
};

/**
 * All packs of the file.
 * @throws ConfigError
 */
export const readBundledPacks = (file: string): readonly RulePack[] =>
  listOf(file).map((pack, at) => parseRulePack(pack, `RULE_PACKS_FILE[${at}]`));

/**
 * Those of the packs that are named, in the order of the names.
 * @throws ConfigError when there is none of a name
 */
export const namedPacks = (packs: readonly RulePack[], names: readonly string[]): readonly RulePack[] =>
  names.map((name) => {
    const found = packs.find((pack) => pack.name === name);
    if (found !== undefined) return found;
    const known = packs.map((pack) => pack.name).join(', ');
    throw new ConfigError(`RULE_PACKS: expected names of ${known} but received "${name}"; set the context rulePacks to some of them`);
  });
