// Rule packs in YAML files: those of rules/ by their names, and own ones by their paths.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ConfigError } from '../core/errors.ts';
import { parseRulePack, type RulePack } from '../core/rules/rule-pack.ts';

/** Most bytes of a pack's file: ten times the largest shipped one. */
const MOST_BYTES = 50_000;

const EXTENSION = '.yaml';

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';

const textOf = (path: string, name: string): string => {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new RangeError(`it has ${size} bytes, more than ${MOST_BYTES}`);
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new ConfigError(`${name}: the rule pack cannot be read: ${firstLine(thrown)}`);
  }
};

const yamlOf = (text: string, name: string): unknown => {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (thrown) {
    throw new ConfigError(`${name}: not YAML: ${firstLine(thrown)}`);
  }
};

/**
 * The pack of a file. `name`: what messages call it.
 * @throws ConfigError with one line for each mistake
 */
export const readRulePack = (path: string, name = path): RulePack => parseRulePack(yamlOf(textOf(path, name), name), name);

/** The names of a folder's packs. */
export const rulePacksIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .toSorted();

/**
 * The packs of a folder, in the order of their names.
 * @throws ConfigError also when a file is not named as its pack
 */
export const readRulePacks = (folder: string): RulePack[] =>
  rulePacksIn(folder).map((name) => {
    const file = `${name}${EXTENSION}`;
    const pack = readRulePack(join(folder, file), file);
    if (pack.name !== name) throw new ConfigError(`${file}: name: expected ${name} but received ${pack.name}`);
    return pack;
  });
