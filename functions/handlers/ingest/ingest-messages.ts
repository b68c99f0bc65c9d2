// The bodies of messages about objects, in their three forms, as object events: from EventBridge, from S3 directly, and from a backfill.
import * as z from 'zod';
import { MAX_KEY_BYTES, type ObjectEvent } from '../../core/record/object-event.ts';
import { BACKFILL_SOURCE, OBSERVED } from '../../core/record/observed-message.ts';
import { SEQUENCER } from '../../core/record/sequencer.ts';

const key = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= MAX_KEY_BYTES, `longer than ${MAX_KEY_BYTES} bytes`);
const time = z.iso.datetime({ offset: true }).transform(Date.parse);
const bucket = z.object({ name: z.string().min(1) });
const size = z.number().int().nonnegative();
const sequencer = z.string().regex(SEQUENCER);

/** In this form S3 encodes keys as in the query of a URL; decoded exactly once. */
const encodedKey = z
  .string()
  .transform((text, context) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      context.addIssue({ code: 'custom', message: 'not URL-encoded' });
      return z.NEVER;
    }
  })
  .pipe(key);

const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

const createdDetail = z.object({
  bucket,
  object: z.object({
    key,
    size: size.optional(),
    etag: z.string().min(1).optional(),
    'version-id': z.string().min(1).optional(),
    sequencer,
  }),
});

const created = z
  .object({ source: z.literal('aws.s3'), 'detail-type': z.literal('Object Created'), time, detail: createdDetail })
  .transform(({ time: at, detail }): ObjectEvent[] => {
    const { object } = detail;
    const optional = present({ versionId: object['version-id'], etag: object.etag, size: object.size });
    return [{ kind: 'created', bucket: detail.bucket.name, key: object.key, sequencer: object.sequencer, at, ...optional }];
  });

/** In a bucket without versions an object is deleted permanently, too; only with a version id does that mean one version. */
const PERMANENTLY = 'Permanently Deleted';

const deletedDetail = z.object({
  bucket,
  object: z.object({ key, 'version-id': z.string().min(1).optional(), sequencer }),
  'deletion-type': z.string().optional(),
});

const removed = z
  .object({ source: z.literal('aws.s3'), 'detail-type': z.literal('Object Deleted'), time, detail: deletedDetail })
  .transform(({ time: at, detail }): ObjectEvent[] => {
    const versionId = detail.object['version-id'];
    const versionOnly = versionId !== undefined && detail['deletion-type'] === PERMANENTLY;
    const { key: of, sequencer: order } = detail.object;
    const optional = versionOnly ? { versionId, versionOnly } : {};
    return [{ kind: 'removed', bucket: detail.bucket.name, key: of, sequencer: order, at, ...optional }];
  });

const observed = z
  .object({
    source: z.literal(BACKFILL_SOURCE),
    'detail-type': z.literal(OBSERVED),
    detail: z.object({ bucket, object: z.object({ key, etag: z.string().min(1), size: size.optional() }), lastModified: time }),
  })
  .transform(({ detail }): ObjectEvent[] => {
    const { object, lastModified } = detail;
    const optional = present({ size: object.size });
    return [
      { kind: 'observed', bucket: detail.bucket.name, key: object.key, etag: object.etag, sequencer: '', at: lastModified, ...optional },
    ];
  });

const CREATED = /^(s3:)?ObjectCreated:/;
const REMOVED = /^(s3:)?(ObjectRemoved|LifecycleExpiration):(Delete|DeleteMarkerCreated)$/;

const record = z
  .object({
    eventName: z.union([z.string().regex(CREATED), z.string().regex(REMOVED)]),
    eventTime: time,
    s3: z.object({
      bucket,
      object: z.object({
        key: encodedKey,
        size: size.optional(),
        eTag: z.string().min(1).optional(),
        versionId: z.string().min(1).optional(),
        sequencer,
      }),
    }),
  })
  .transform(({ eventName, eventTime: at, s3 }): ObjectEvent => {
    const { object } = s3;
    const { versionId } = object;
    const base = { bucket: s3.bucket.name, key: object.key, sequencer: object.sequencer, at };
    if (CREATED.test(eventName)) return { ...base, kind: 'created', ...present({ versionId, etag: object.eTag, size: object.size }) };
    const isMarker = eventName.endsWith('DeleteMarkerCreated');
    return versionId === undefined || isMarker ? { ...base, kind: 'removed' } : { ...base, kind: 'removed', versionId, versionOnly: true };
  });

const direct = z.object({ Records: z.array(record).min(1) }).transform(({ Records }): ObjectEvent[] => Records);

/** What S3 sends once when a notification is set up. */
const test = z.object({ Event: z.literal('s3:TestEvent') }).transform((): ObjectEvent[] => []);

const message = z.union([created, removed, observed, direct, test]);

/** The events that a message tells of, undefined when it is none of the known forms. It never throws. */
export const parseMessage = (body: string): ObjectEvent[] | undefined => {
  try {
    return message.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};
