// How a setting is checked: every wrong or missing one becomes one line that names it, what was expected, what was received and the fix.
import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting: how its text is read, what is expected of it, and what to do when it is not so. A secret's value is never shown. */
export type Setting<T> = { schema: z.ZodType<T>; expected: string; fix: string; secret?: boolean };

/** What a set of settings reads as. */
export type Settings<S extends Record<string, Setting<unknown>>> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Longest part of a wrong value that is shown, in characters. */
const SHOWN_CHARACTERS = 60;

/** The setting with a value for when it is missing or empty. */
export const withDefault = <T>(setting: Setting<T>, value: T): Setting<T> => ({
  ...setting,
  schema: setting.schema.optional().transform((given) => given ?? value),
  fix: `leave it out for the default ${String(value)}`,
});

/** The setting, which may be missing or empty. */
export const optional = <T>(setting: Setting<T>): Setting<T | undefined> => ({ ...setting, schema: setting.schema.optional() });

/** A text of `least` characters or more. */
export const text = (expected: string, fix: string, least = 1): Setting<string> => ({ schema: z.string().min(least), expected, fix });

/** One of some words. */
export const oneOf = <const W extends string>(words: readonly [W, ...W[]], fix: string): Setting<W> => ({
  schema: z.enum(words),
  expected: `one of ${words.join(', ')}`,
  fix,
});

/** A whole number within bounds, both included. */
export const whole = (least: number, most: number, fix: string): Setting<number> => ({
  schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(least).max(most)),
  expected: most === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`,
  fix,
});

/** An amount of 0 or more. */
export const amount = (fix: string): Setting<number> => ({
  schema: z
    .string()
    .regex(/^\d+(\.\d+)?(e-?\d+)?$/i)
    .transform(Number)
    .pipe(z.number().nonnegative()),
  expected: 'a number of at least 0',
  fix,
});

/** An http or https address. */
export const address = (fix: string): Setting<string> => ({
  schema: z.url({ protocol: /^https?$/ }),
  expected: 'an address that starts with https:// or http://',
  fix,
});

const received = (value: string | undefined, secret: boolean): string => {
  if (value === undefined) return 'nothing';
  if (secret) return `${value.length} characters`;
  return JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value);
};

/** An empty variable is one that is not set: CloudFormation and shells cannot always leave one out. */
const read = (env: Environment, name: string): string | undefined => env[name] || undefined;

/**
 * Reads settings from environment variables of their names.
 * @throws ConfigError with a line for each setting that is missing or not as expected
 */
export const readSettings = <const S extends Record<string, Setting<unknown>>>(settings: S, env: Environment): Settings<S> => {
  const lines: string[] = [];
  const values = Object.entries(settings).map(([name, { schema, expected, fix, secret = false }]) => {
    const result = schema.safeParse(read(env, name));
    if (!result.success) lines.push(`${name}: expected ${expected} but received ${received(read(env, name), secret)}; ${fix}`);
    return [name, result.data];
  });
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return Object.fromEntries(values);
};
