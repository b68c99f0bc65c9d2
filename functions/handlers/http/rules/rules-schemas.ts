// The zod contracts of publishing rules.
import * as z from 'zod';
import { LEVELS, NUMBER_CHECK_NAMES, NUMBER_CHECKS, OTHER_CHECKS } from '../../../core/rules/checks.ts';
import { MAX_PACK_NAME } from '../../../core/rules/rule-pack.ts';
import type { Judgement } from '../../../core/rules/verdict.ts';
import { box } from '../number-schemas.ts';
import { id, state } from '../schemas.ts';

/** GET /v1/images/{id}/rules. */
export const rulesQuery = z.strictObject({
  pack: z.string().min(1).max(MAX_PACK_NAME).meta({ description: 'Name of a rule pack; all when left out' }).optional(),
});

const words = z.array(z.string());
const result = z.enum(['pass', 'fail', 'unknown']);

const verdict = z.strictObject({
  check: z.enum([...NUMBER_CHECK_NAMES, ...OTHER_CHECKS]),
  level: z.enum(LEVELS).meta({ description: 'must: the channel refuses the picture; should: it advises' }),
  result: result.meta({ description: 'unknown: what the rule needs was not measured' }),
  measured: z.union([z.number(), z.string(), words]).meta({ description: 'Numbers in `unit`' }).exactOptional(),
  unit: z.enum(Object.values(NUMBER_CHECKS)).exactOptional(),
  limit: z
    .strictObject({
      min: z.number().exactOptional(),
      max: z.number().exactOptional(),
      allowed: words.exactOptional(),
      forbidden: words.exactOptional(),
    })
    .exactOptional(),
  rule: z.string().meta({ description: "The channel's rule in words" }),
  why: z.string().meta({ description: 'Why it is unknown' }).exactOptional(),
  boxes: z.array(box).meta({ description: 'Where to look' }).exactOptional(),
});

const judgement = z.strictObject({
  pack: z.string(),
  title: z.string(),
  result: result.meta({ description: 'Of the rules of the level must together' }),
  verdicts: z.array(verdict),
}) satisfies z.ZodType<Judgement>;

/** An image's judgements by rule packs. */
export const judgedSchema = z.strictObject({ id, state, packs: z.array(judgement) }).meta({ id: 'Judged' });
