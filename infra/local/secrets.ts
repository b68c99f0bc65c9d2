// Values for the template's secrets: random, made when first asked for, kept in the data folder.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateError } from './template.ts';

const FILE = 'secrets.json';
const ONLY_OWNER = 0o600;
const SECRET_BYTES = 32;
const SECRETS_MANAGER = /^secretsmanager:.+:SecretString:[^:]*(:[^:]*){0,2}$/;

const saved = (file: string): Record<string, string> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
};

/** Gives the value for a dynamic reference, the same for ever. @throws TemplateError for other than Secrets Manager's */
export const secretsIn = (folder: string): ((reference: string) => string) => {
  const file = join(folder, FILE);
  const secrets = saved(file);
  return (reference) => {
    if (!SECRETS_MANAGER.test(reference)) throw new TemplateError(`the local run does not know the dynamic reference ${reference}`);
    const known = secrets[reference];
    if (known !== undefined) return known;
    const made = randomBytes(SECRET_BYTES).toString('hex');
    secrets[reference] = made;
    writeFileSync(file, JSON.stringify(secrets), { mode: ONLY_OWNER });
    return made;
  };
};
