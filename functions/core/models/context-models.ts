// Which model packages cdk.json names for the two tiers of the service, and how one is changed without touching the rest of the text.
import { ConfigError } from '../errors.ts';

/** The tiers: what answers an upload at once, and the worker that refines. */
export const TIERS = ['upload', 'worker'] as const;

/** An entry of `TIERS`. */
export type Tier = (typeof TIERS)[number];

/** Settings of each tier, the present name first. */
const SETTINGS: Readonly<Record<Tier, readonly string[]>> = { upload: ['uploadModel'], worker: ['workerModel', 'gpuModel'] };

/** Where both names are there, the one that only says this gives way to the other, as in a deployment. */
const DEFAULT_MODEL = 'm2';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const contextOf = (text: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(text);
    const context = isRecord(parsed) ? parsed.context : undefined;
    if (isRecord(context)) return context;
  } catch {
    // told below
  }
  throw new ConfigError(
    'cdk.json: expected JSON with an object "context" but received something else; mend it, or take it from the repository',
  );
};

/** The model that the context names for a tier. @throws ConfigError */
export const modelOfTier = (text: string, tier: Tier): string | undefined => {
  const context = contextOf(text);
  const all = SETTINGS[tier].map((setting) => context[setting]);
  const values = all.filter((value): value is string => typeof value === 'string' && value !== '');
  return values.find((value) => value !== DEFAULT_MODEL) ?? values[0];
};

/** The tiers that use a package, by its name or by a path that ends with it. @throws ConfigError */
export const tiersOf = (text: string, name: string): Tier[] =>
  TIERS.filter((tier) => {
    const model = modelOfTier(text, tier);
    return model === name || (model?.replace(/\/+$/, '').endsWith(`models/pulled/${name}`) ?? false);
  });

const sorted = (context: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Every setting of the two texts is the same but these. */
const isOnlyChange = (before: string, after: string, changed: Readonly<Record<string, string>>): boolean => {
  const rest = (text: string): string => JSON.stringify({ ...JSON.parse(text), context: undefined });
  return sorted({ ...contextOf(before), ...changed }) === sorted(contextOf(after)) && rest(before) === rest(after);
};

const replaced = (text: string, setting: string, value: string): string =>
  text.replace(new RegExp(`("${setting}"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|null)`), (_, key: string) => `${key}${value}`);

const inserted = (text: string, setting: string, value: string): string =>
  text.replace(
    /("context"\s*:\s*\{)(\s*)(\})?/,
    (_, start: string, indent: string, end = '') => `${start}${indent}"${setting}": ${value}${end === '' ? ',' : ''}${indent}${end}`,
  );

/**
 * The text with this model for the tier, formatted as before; where an older name of the setting is there, too, both say the same.
 * @throws ConfigError when the text is too unusual to be changed
 */
export const withModel = (text: string, tier: Tier, model: string): string => {
  const context = contextOf(text);
  const [present = ''] = SETTINGS[tier];
  const there = SETTINGS[tier].filter((one) => one in context);
  const value = JSON.stringify(model);
  const changed =
    there.length === 0 ? inserted(text, present, value) : there.reduce((whole, setting) => replaced(whole, setting, value), text);
  const settings = there.length === 0 ? [present] : there;
  if (isOnlyChange(text, changed, Object.fromEntries(settings.map((setting) => [setting, model])))) return changed;
  throw new ConfigError(
    `cdk.json: its form is too unusual to be changed here; write "${settings[0] ?? present}": ${value} into "context" yourself`,
  );
};
