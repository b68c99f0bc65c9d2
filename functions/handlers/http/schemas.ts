// The zod contracts of the metadata API: what requests may hold and what answers hold. The OpenAPI document is made of the same.
import * as z from 'zod';
import { REASONS, type Reason } from '../../core/errors.ts';
import { MAX_CURSOR_CHARS } from '../../core/lookup/cursor.ts';
import { KEY_LIMITS, PAGE_LIMITS } from '../../core/lookup/lookup-ports.ts';
import { UPLOAD_TYPES } from '../../core/lookup/lookup-uploads.ts';
import { FORMATS } from '../../core/picture/picture-format.ts';
import { VIDEO_FORMATS } from '../../core/picture/video-format.ts';
import { STATES } from '../../core/record/record.ts';
import type { RecordView } from '../../core/record/record-view.ts';
import { TAG_SOURCES } from '../../core/tags/tag.ts';
import { TERM_KINDS } from '../../core/tags/vocabulary.ts';
import { calibrated, probability } from './number-schemas.ts';
import { besidesFields, productBody, textsSchema, time } from './text-schemas.ts';

/** Most characters of a bucket's name: S3's limit for the oldest buckets. */
const MAX_BUCKET_CHARS = 255;

const encoder = new TextEncoder();

const isUtf8 = (text: string): boolean => text.isWellFormed();
const fitsKey = (text: string): boolean => encoder.encode(text).length <= KEY_LIMITS.bytes;

const key = z
  .string()
  .min(1, 'must not be empty')
  .refine(isUtf8, 'must be valid Unicode')
  .refine(fitsKey, `must have at most ${KEY_LIMITS.bytes} bytes in UTF-8`)
  .meta({ description: `Object key exactly as S3 has it; at most ${KEY_LIMITS.bytes} bytes in UTF-8` });
/** Beginning of keys. */
export const prefix = z
  .string()
  .refine(isUtf8, 'must be valid Unicode')
  .refine(fitsKey, `must have at most ${KEY_LIMITS.bytes} bytes in UTF-8`)
  .meta({ description: 'Beginning of the keys' });
const bucket = z.string().min(1).max(MAX_BUCKET_CHARS).meta({ description: "Bucket; the service's own when left out" });
const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE_LIMITS.most)
  .meta({ description: `Entries of the page, 1 to ${PAGE_LIMITS.most}; ${PAGE_LIMITS.usual} when left out` });
const cursor = z.string().min(1).max(MAX_CURSOR_CHARS);
const listed = z.enum(['PENDING', 'READY', 'FAILED']).meta({ description: 'Only records in this state' });

const listParameters = ['prefix', 'state', 'cursor', 'limit'] as const;

/** GET /v1/images: one record by `key`, or a page of records. */
export const imagesQuery = z
  .strictObject({
    key: key.optional(),
    prefix: prefix.optional(),
    state: listed.optional(),
    cursor: cursor.meta({ description: '`next` of the page before' }).optional(),
    limit: limit.optional(),
    bucket: bucket.optional(),
  })
  .superRefine((query, context) => {
    const alongside = listParameters.find((name) => query[name] !== undefined);
    if (query.key === undefined || alongside === undefined) return;
    context.addIssue({ code: 'custom', path: [alongside], message: 'cannot be together with key' });
  });

/** GET /v1/changes. */
export const changesQuery = z.strictObject({
  since: cursor.meta({ description: '`next` of the answer before; left out: from the beginning' }).optional(),
  limit: limit.optional(),
});

/** DELETE /v1/images/{id}. */
export const forgetQuery = z.strictObject({
  object: z.enum(['true', 'false']).optional().meta({ description: 'true: delete the object in the bucket too' }),
});

/** POST /v1/lookup. */
export const lookupBody = z.strictObject({ keys: z.array(key).min(1).max(KEY_LIMITS.keys), bucket: bucket.optional() });

/** POST /v1/uploads. */
export const uploadBody = z.strictObject({
  key,
  contentType: z.enum(UPLOAD_TYPES),
  bytes: z.number().int().min(1).meta({ description: 'Exact size of the file' }),
  product: productBody.exactOptional().meta({ description: 'What the picture shows; sent as metadata of the object' }),
});

/** Why the machine says nothing. */
export const abstained = z.enum(['LOW_CONFIDENCE', 'NO_WORDS']).meta({ description: 'Why the machine says nothing' });
const reason = z.enum(Object.keys(REASONS) as Reason[]).meta({ description: 'Of FAILED: why' });
/** Life of a record. */
export const state = z.enum(STATES);
/** Nouns that are sure. */
export const sure = z.array(z.string()).meta({ description: 'Nouns that are sure, also when there is no sentence' });
/** Id of an image. */
export const id = z.string().meta({ description: 'Opaque and URL-safe' });

const machineSchema = z.strictObject({
  model: z.string(),
  style: z.string(),
  route: z.enum(['lambda', 'gpu']).meta({ description: 'gpu: the worker, also where it runs on a CPU' }),
  confidence: probability,
  calibrated: calibrated.exactOptional(),
  abstained: abstained.exactOptional(),
  sure,
  ms: z.number(),
  costUsd: z.number(),
});

const pictureSchema = z.strictObject({
  sha256: z.string(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  format: z.enum([...FORMATS, ...VIDEO_FORMATS]),
  dhash: z.string(),
});

const tagSchema = z
  .strictObject({
    name: z.string().meta({ description: 'A term of the vocabulary' }),
    confidence: probability,
    sources: z.array(z.enum(TAG_SOURCES)).meta({ description: 'Who says so' }),
    kind: z.enum(TERM_KINDS).exactOptional(),
    taxonomy: z.string().meta({ description: "The shop's own name of the term" }).exactOptional(),
  })
  .meta({ id: 'Tag' });

/** A record. */
export const imageSchema = z
  .strictObject({
    id,
    bucket: z.string(),
    key: z.string(),
    state,
    reason: reason.exactOptional(),
    message: z.string().exactOptional(),
    versionId: z.string().exactOptional(),
    etag: z.string().exactOptional(),
    picture: pictureSchema.exactOptional(),
    texts: textsSchema,
    ...besidesFields,
    machine: machineSchema.exactOptional(),
    tags: z.array(tagSchema).meta({ description: 'The surest first; in answers about single images and of lookup' }).exactOptional(),
    refine: z.enum(['queued', 'done', 'failed']).exactOptional(),
    refinedBy: z.string().meta({ description: 'The larger model that was asked last, also when it was silent' }).exactOptional(),
    createdAt: time,
    changedAt: time,
    revision: z.number().int(),
  })
  .meta({ id: 'Image' }) satisfies z.ZodType<RecordView>;

const next = z.string().meta({ description: 'Cursor for the next page of the same query by the same caller' });

/** A page of records. */
export const imagesSchema = z.strictObject({ images: z.array(imageSchema), next: next.exactOptional() }).meta({ id: 'Images' });

/** A part of the change feed. */
export const changesSchema = z
  .strictObject({
    changes: z.array(imageSchema),
    next,
    more: z.boolean().meta({ description: 'There may be some already: ask again at once' }),
  })
  .meta({ id: 'Changes' });

/** How to upload a picture. */
export const uploadSchema = z
  .strictObject({
    id,
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()).meta({ description: 'Send exactly these' }),
    expiresAt: time,
  })
  .meta({ id: 'Upload' });

/** A model package: what it was made of and how good it is. */
const modelCardSchema = z.looseObject({ name: z.string(), version: z.string() });

/** The model packages in use. */
export const modelsSchema = z.strictObject({ models: z.array(modelCardSchema) }).meta({ id: 'Models' });

/** Whether this function answers. */
export const healthSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

/** An error: RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    scope: z.string().exactOptional(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem' });
