// The zod contracts of texts and of what people and machines have added beside them; the schemas of records are made of these.
import * as z from 'zod';
import { PRODUCT_LIMITS } from '../../core/edit/describe-product.ts';
import { ORIGINS, PAST_REASONS, REVIEW_ACTIONS, TEXT_KINDS, type TextKind } from '../../core/record/record.ts';
import type { PastTextView, TextView } from '../../core/record/text-view.ts';
import { factsSchema } from './facts-schemas.ts';
import { calibrated, probability } from './number-schemas.ts';

/** ISO 8601. */
export const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

/** Who wrote a text. */
export const origin = z.enum(ORIGINS).meta({ description: 'Who wrote it, from the weakest to the strongest' });

/** Which text of a picture. */
export const kind = z.enum(TEXT_KINDS);

const kinds = <S extends z.ZodType>(schema: S) =>
  z.strictObject(Object.fromEntries(TEXT_KINDS.map((one) => [one, schema.exactOptional()])) as Record<TextKind, z.ZodExactOptional<S>>);

const textFields = {
  text: z.string(),
  lang: z.string().meta({ description: 'BCP 47' }),
  origin,
  by: z.string().exactOptional(),
  at: time,
  reason: z.string().meta({ description: 'Why a person wrote it so, in their words' }).exactOptional(),
  model: z.string().exactOptional(),
  confidence: probability.exactOptional(),
  calibrated: calibrated.exactOptional(),
  locked: z.boolean().meta({ description: 'A person has said that no machine may touch it' }).exactOptional(),
  supersedes: z.number().int().meta({ description: 'Number of the entry of the history whose place it took' }).exactOptional(),
  outdated: z.boolean().meta({ description: 'The picture was replaced since this was written' }),
};

/** A text. */
export const textSchema = z.strictObject(textFields).meta({ id: 'Text' }) satisfies z.ZodType<TextView>;

/** Texts by their kinds. */
export const textsSchema = kinds(textSchema);

/** An entry of the history. */
export const pastTextSchema = z
  .strictObject({
    ...textFields,
    n: z.number().int().meta({ description: 'Counts from 1 and is never given twice' }),
    field: kind,
    translation: z.literal(true).meta({ description: 'It stood among the translations' }).exactOptional(),
    until: time,
    why: z.enum(PAST_REASONS),
    endedBy: z.string().exactOptional(),
    note: z.string().exactOptional(),
  })
  .meta({ id: 'PastText' }) satisfies z.ZodType<PastTextView>;

const productSchema = z
  .strictObject({
    name: z.string().exactOptional(),
    brand: z.string().exactOptional(),
    colour: z.string().exactOptional(),
    keywords: z.array(z.string()),
    negativeKeywords: z.array(z.string()),
    pageUrl: z.string().exactOptional(),
    from: z.enum(['metadata', 'api']),
    by: z.string().exactOptional(),
    at: time,
  })
  .meta({ id: 'Product' });

/** What stands beside the current texts of a record. */
export const besidesFields = {
  proposals: textsSchema.meta({ description: "Machines' texts beside stronger, locked or withheld ones" }).exactOptional(),
  translations: z.record(z.string(), textsSchema).meta({ description: 'Texts of other languages, by BCP 47 tag' }).exactOptional(),
  withheld: kinds(z.strictObject({ by: z.string(), at: time, reason: z.string() }))
    .meta({ description: 'A person has rejected the text: machines may only propose another for this picture' })
    .exactOptional(),
  review: z
    .strictObject({ action: z.enum(REVIEW_ACTIONS), by: z.string(), at: time, reason: z.string().exactOptional() })
    .meta({ description: 'The last decision of a person' })
    .exactOptional(),
  product: productSchema.exactOptional(),
  facts: factsSchema.exactOptional(),
};

const productLine = z.string().meta({ description: `At most ${PRODUCT_LIMITS.chars} characters` });
const words = z
  .array(z.string())
  .meta({ description: `At most ${PRODUCT_LIMITS.keywords}, each of at most ${PRODUCT_LIMITS.keywordChars} characters` });

/** PUT /v1/images/{id}/product, and `product` of POST /v1/uploads. */
export const productBody = z.strictObject({
  name: productLine.exactOptional(),
  brand: productLine.exactOptional(),
  colour: productLine.exactOptional(),
  keywords: words.exactOptional(),
  negativeKeywords: words.exactOptional().meta({ description: 'Never said' }),
  pageUrl: z.string().exactOptional().meta({ description: 'http or https address of the page that shows the picture' }),
});
