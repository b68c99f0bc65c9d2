// What answers of outputs hold.
import * as z from 'zod';
import type { Coverage } from '../../../core/report/coverage.ts';
import { COUNTS, type Counts, type Percent } from '../../../core/report/coverage-counts.ts';
import type { Seo } from '../../../core/seo/seo-view.ts';
import type { AltAnswer } from '../../../core/text/alt-for.ts';
import { ALT_BRANCHES, type AltBranch } from '../../../core/text/branches.ts';
import { USAGES } from '../../../core/text/usages.ts';
import type { AzureView } from '../../../core/views/azure-view.ts';
import type { IiifView } from '../../../core/views/iiif-view.ts';
import { calibrated, probability } from '../number-schemas.ts';
import { abstained, id, imageSchema, state, sure } from '../schemas.ts';
import { origin } from '../text-schemas.ts';

/** An alternative text for one use. */
const altAnswerSchema = z
  .strictObject({
    usage: z.enum(USAGES),
    branch: z.enum(Object.keys(ALT_BRANCHES) as AltBranch[]).meta({ description: 'Branch of the W3C alt decision tree that was taken' }),
    because: z.string().meta({ description: 'Why that branch, and what was done' }),
    alt: z.string().nullable().meta({ description: 'null: there is none; "" is decorative' }),
    lang: z.string().exactOptional(),
    origin: origin.exactOptional(),
    model: z.string().exactOptional(),
    confidence: probability.exactOptional(),
    calibrated: calibrated.exactOptional(),
    by: z.string().exactOptional(),
    locked: z.boolean().exactOptional(),
    outdated: z.boolean(),
    cut: z.boolean().meta({ description: 'The text was shortened; all of it stands in the long description' }),
    hasLong: z.boolean(),
    status: z.enum(['described', 'decorative', 'abstained', 'pending', 'failed']),
    reason: z.string().meta({ description: 'Why there is no text' }).exactOptional(),
    sure,
    next: z.string().meta({ description: 'What people can do now' }).exactOptional(),
  })
  .meta({ id: 'AltAnswer' }) satisfies z.ZodType<AltAnswer>;

/** The same with the record that it is of. */
export const altOfImageSchema = z
  .strictObject({ id, state, ...altAnswerSchema.shape, abstained: abstained.exactOptional() })
  .meta({ id: 'Alt' });

const tags = z.record(z.string(), z.string());

/** The bundle for a page. */
export const seoSchema = z
  .strictObject({
    jsonLd: z.looseObject({ '@context': z.literal('https://schema.org'), '@type': z.enum(['ImageObject', 'VideoObject']) }),
    openGraph: tags,
    twitter: tags,
    html: z.strictObject({ img: z.string(), figure: z.string(), meta: z.string(), script: z.string() }),
    markdown: z.string(),
    fileName: z.string(),
    keywords: z.array(z.string()),
  })
  .meta({ id: 'Seo' }) satisfies z.ZodType<Pick<Seo, 'html' | 'markdown'>>;

const box = z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const point = z.strictObject({ x: z.number(), y: z.number() });
const said = { text: z.string(), confidence: probability };
const tag = z.strictObject({ name: z.string(), confidence: probability });
const word = z.strictObject({ ...said, boundingPolygon: z.array(point) });
const line = z.strictObject({ text: z.string(), boundingPolygon: z.array(point), words: z.array(word) });
const values = <T extends z.ZodType>(entry: T) => z.strictObject({ values: z.array(entry) });

/** The response of Azure Image Analysis 4.0. */
export const azureSchema = z
  .strictObject({
    modelVersion: z.string(),
    metadata: z.strictObject({ width: z.number(), height: z.number() }),
    captionResult: z.strictObject(said),
    denseCaptionsResult: values(z.strictObject({ ...said, boundingBox: box })),
    tagsResult: values(tag),
    objectsResult: values(z.strictObject({ boundingBox: box, tags: z.array(tag) })),
    readResult: z.strictObject({ blocks: z.array(z.strictObject({ lines: z.array(line) })) }),
    smartCropsResult: z.strictObject({ values: z.tuple([]) }),
    peopleResult: values(z.strictObject({ boundingBox: box, confidence: probability })),
  })
  .meta({ id: 'AzureImageAnalysis' }) satisfies z.ZodType<AzureView>;

const annotation = z.strictObject({
  id: z.string(),
  type: z.literal('Annotation'),
  motivation: z.literal('describing'),
  body: z.strictObject({
    type: z.literal('TextualBody'),
    value: z.string(),
    format: z.literal('text/plain'),
    language: z.string().exactOptional(),
  }),
  target: z.string(),
});

/** A IIIF Presentation 3 annotation page. */
export const iiifSchema = z
  .strictObject({
    '@context': z.literal('http://iiif.io/api/presentation/3/context.json'),
    id: z.string(),
    type: z.literal('AnnotationPage'),
    items: z.array(annotation),
  })
  .meta({ id: 'IiifAnnotationPage' }) satisfies z.ZodType<IiifView>;

const counts = z.strictObject(Object.fromEntries(COUNTS.map((name) => [name, z.int()])) as Record<keyof Counts, z.ZodInt>);
const percent = z.number().nullable().meta({ description: 'With one decimal; null of nothing' });
const percents = z.strictObject({ withAlt: percent, reviewed: percent, lintClean: percent }) satisfies z.ZodType<Percent>;

/** The coverage report. */
export const coverageSchema = z
  .strictObject({
    prefix: z.string(),
    total: counts,
    percent: percents,
    folders: z.array(z.strictObject({ prefix: z.string().nullable(), counts, percent: percents })),
    next: z.string().meta({ description: 'There is more: ask with it as `cursor`; `total` then counts this part, too' }).exactOptional(),
  })
  .meta({ id: 'Coverage' }) satisfies z.ZodType<Coverage>;

/** Records of keys, in the order of the keys, with their alternative texts when a use was given. */
export const lookupWithUseSchema = z
  .strictObject({
    results: z.array(z.strictObject({ key: z.string(), image: imageSchema.nullable(), alt: altAnswerSchema.nullable().exactOptional() })),
  })
  .meta({ id: 'Lookup' });
