// The rule packs of rules/ for the bundles: checked, and as JSON, so that no function reads YAML.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRulePacks } from '../functions/adapters/rule-pack-files.ts';
import type { RulePack } from '../functions/core/rules/rule-pack.ts';

const RULES = fileURLToPath(new URL('../rules', import.meta.url));

/** File beside a bundle that holds all packs. */
export const RULE_PACKS_FILE = 'rule-packs.json';

/**
 * The packs of rules/.
 * @throws ConfigError naming the file and the mistake
 */
export const rulePacks = (): RulePack[] => readRulePacks(RULES);

/** Writes the packs beside a bundle. @returns the bytes by file name */
export const writeRulePacks = (outFolder: string): Record<string, number> => {
  const json = `${JSON.stringify(rulePacks())}\n`;
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, RULE_PACKS_FILE), json);
  return { [RULE_PACKS_FILE]: Buffer.byteLength(json) };
};
