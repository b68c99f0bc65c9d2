// The form of a rule pack, which files in rules/ have: a channel's rules as data, each with the check that decides it.
import * as z from 'zod';
import { ConfigError } from '../errors.ts';
import { FORMATS } from '../picture/picture-format.ts';
import { ORIGINS } from '../record/record.ts';
import { LARGEST, LEVELS, NUMBER_CHECK_NAMES, NUMBER_CHECKS } from './checks.ts';
import { MOST_DISTANCE } from './near-duplicates.ts';

/** Most rules of a pack, and most characters of its texts: enough for a channel, and a page stays readable. */
const MOST = { rules: 50, words: 300, tags: 200, sources: 10, wrong: 10 } as const;

/** Most characters of a pack's name. */
export const MAX_PACK_NAME = 60;

/** How surely a tag or a line of text must be there to count, where a rule does not say. */
const USUAL_CONFIDENCE = 0.5;

const words = z.string().trim().min(1).max(MOST.words);
const common = { rule: words, level: z.enum(LEVELS).default('must') };
const share = z.number().min(0).max(1);
const confidence = share.default(USUAL_CONFIDENCE);

const number = z
  .strictObject({
    check: z.enum(NUMBER_CHECK_NAMES),
    ...common,
    min: z.number().nonnegative().exactOptional(),
    max: z.number().nonnegative().exactOptional(),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, 'needs min, max or both')
  .refine(({ min = 0, max = Number.POSITIVE_INFINITY }) => min <= max, 'has a min above its max')
  .check(({ value, issues }) => {
    const unit = NUMBER_CHECKS[value.check];
    const largest = LARGEST[unit] ?? Number.POSITIVE_INFINITY;
    if (Math.max(value.min ?? 0, value.max ?? 0) > largest)
      issues.push({ code: 'custom', message: `has a bound above ${largest}, the largest ${unit}`, input: value });
  });

const others = [
  z.strictObject({ check: z.literal('format'), ...common, allowed: z.array(z.enum(FORMATS)).min(1) }),
  z.strictObject({ check: z.literal('extension'), ...common }),
  z.strictObject({ check: z.literal('transparency'), ...common }),
  z.strictObject({ check: z.literal('overlaid-text'), ...common, max: share, onObjects: z.boolean().default(false), confidence }),
  z.strictObject({
    check: z.literal('logos'),
    ...common,
    allowed: z.array(words).max(MOST.tags).default([]),
    onObjects: z.boolean().default(false),
  }),
  z.strictObject({ check: z.literal('forbidden-tags'), ...common, tags: z.array(words).min(1).max(MOST.tags), confidence }),
  z.strictObject({ check: z.literal('alt'), ...common, least: z.enum(ORIGINS).default('machine') }),
  z.strictObject({ check: z.literal('alt-lint'), ...common }),
  z.strictObject({ check: z.literal('text-told'), ...common, confidence }),
  z.strictObject({ check: z.literal('duplicates'), ...common, distance: z.int().min(0).max(MOST_DISTANCE) }),
] as const;

const rule = z.discriminatedUnion('check', [number, ...others]);

/** What a rule pack has to look like. `onObjects`: what lies in the box of a found object is taken for printed on it, and allowed. */
const rulePackSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower case words with hyphens')
    .max(MAX_PACK_NAME),
  title: words,
  about: words,
  sources: z
    .array(z.strictObject({ title: words, url: z.url({ protocol: /^https$/ }), seen: z.iso.date() }))
    .max(MOST.sources)
    .default([]),
  rules: z.array(rule).min(1).max(MOST.rules),
});

/** A channel's rules. */
export type RulePack = Readonly<z.output<typeof rulePackSchema>>;

/** One rule of a pack, with the parameters of its check. */
export type Rule = RulePack['rules'][number];

/** The rules of one check. */
export type RuleOf<C extends Rule['check']> = Extract<Rule, { check: C }>;

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/**
 * A pack from parsed YAML or JSON.
 * @param from file name for messages
 * @throws ConfigError with one line for each mistake
 */
export const parseRulePack = (value: unknown, from: string): RulePack => {
  const parsed = rulePackSchema.safeParse(value);
  if (parsed.success) return Object.freeze(parsed.data);
  const lines = parsed.error.issues
    .slice(0, MOST.wrong)
    .map(({ path, message }) => `${from}: ${placeOf(path)}${path.length === 0 ? '' : ': '}${message}`);
  throw new ConfigError(lines.join('\n'));
};
