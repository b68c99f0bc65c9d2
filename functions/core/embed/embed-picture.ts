// One picture's texts into a copy or a sidecar: of exactly the version that its record is about, and never over what someone else has put there.

import { PictureError } from '../errors.ts';
import type { Operations } from '../operate/operate-ports.ts';
import { isVideo } from '../picture/video-format.ts';
import { MAX_KEY_BYTES } from '../record/object-event.ts';
import type { CaptionRecord, Origin, PictureFacts } from '../record/record.ts';
import { sha256Hex } from '../sha256.ts';
import { type Form, isOurs, MARK, targetKey } from './embed-targets.ts';
import type { FileTexts } from './file-texts.ts';
import { SidecarOnly } from './sidecar-only.ts';
import { textsForFile } from './texts-for-file.ts';

/** Largest picture that is copied, in bytes; above what services are usually set to caption. */
export const MAX_EMBED_BYTES = 64 * 1024 * 1024;

const SIDECAR_TYPE = 'application/rdf+xml';

/** Why nothing was written for a picture. The first three are usual; the others are told for each picture. */
export const SKIPS = {
  'not finished': 'its record is not READY',
  'no texts': 'it has no text of such an origin for this picture',
  decorative: 'a person has said that it is decorative, and no field says that',
  gone: 'it is no longer there',
  changed: 'it is another picture by now; its record does not tell of that one yet',
  occupied: 'something else lies where its copy would be',
  'long key': 'its key is too long to put the prefix before it',
} as const;

/** A key of `SKIPS`. */
export type Skip = keyof typeof SKIPS;

/** What became of a picture. `why`: the reason for a sidecar where a copy was asked for, or of a failure. */
export type Embedded =
  | { outcome: 'written' | 'unchanged'; form: Form; target: string; texts: FileTexts; why?: string }
  | { outcome: 'skipped'; skip: Skip }
  | { outcome: 'failed'; why: string };

/** What is asked for. */
export type EmbedOptions = { minOrigin: Origin; sidecar: boolean; dryRun: boolean };

type Ready = CaptionRecord & { picture: PictureFacts };
type Made = { form: Form; bytes: Uint8Array; contentType: string; why?: string };

const encoder = new TextEncoder();
const skipped = (skip: Skip): Embedded => ({ outcome: 'skipped', skip });

const isReady = (record: CaptionRecord): record is Ready => record.state === 'READY' && record.picture !== undefined;

/** The bytes that the record is about, or why they cannot be had. */
const originalOf = async ({ objects }: Operations, { bucket, key, etag, versionId, picture }: Ready): Promise<Uint8Array | Skip> => {
  const there = await objects.head(bucket, key);
  if (there === undefined) return 'gone';
  if (etag !== undefined && there.etag !== etag) return 'changed';
  try {
    const ref = { bucket, key, ...(versionId !== undefined && { versionId }), ...(etag !== undefined && { etag }) };
    const { bytes } = await objects.fetch(ref, MAX_EMBED_BYTES);
    return (await sha256Hex(bytes)) === picture.sha256 ? bytes : 'changed';
  } catch (thrown) {
    if (!(thrown instanceof PictureError)) throw thrown;
    if (thrown.code === 'SOURCE_GONE') return 'gone';
    if (thrown.code === 'SOURCE_CHANGED') return 'changed';
    throw thrown;
  }
};

const made = async ({ textWriter }: Operations, record: Ready, texts: FileTexts, bytes: Uint8Array, sidecar: boolean): Promise<Made> => {
  const beside = async () => ({ form: 'sidecar', bytes: await textWriter.sidecar(texts), contentType: SIDECAR_TYPE }) as const;
  const { format } = record.picture;
  if (sidecar || isVideo(format)) return beside();
  try {
    return { form: 'copy', bytes: await textWriter.copyWith(bytes, format, texts), contentType: `image/${format}` };
  } catch (thrown) {
    if (thrown instanceof SidecarOnly) return { ...(await beside()), why: thrown.message };
    throw thrown;
  }
};

/** Puts it where nothing else is: another object there stays. */
const put = async (
  operations: Operations,
  prefix: string,
  record: Ready,
  texts: FileTexts,
  file: Made,
  dryRun: boolean,
): Promise<Embedded> => {
  const { objects, bucket } = operations;
  const target = targetKey(prefix, record.key, file.form);
  if (encoder.encode(target).length > MAX_KEY_BYTES) return skipped('long key');
  const there = await objects.head(bucket, target);
  if (there !== undefined && !(await isOurs({ bucket, prefix }, target, there.metadata, record.key))) return skipped('occupied');
  const digest = await sha256Hex(file.bytes);
  const about = { form: file.form, target, texts, ...(file.why !== undefined && { why: file.why }) };
  if (there?.metadata?.[MARK.digest] === digest) return { outcome: 'unchanged', ...about };
  if (!dryRun) {
    const etag = record.etag !== undefined && { [MARK.etag]: record.etag };
    const marks = { [MARK.of]: record.id, [MARK.revision]: String(record.revision), ...etag, [MARK.digest]: digest };
    const { bytes, contentType } = file;
    await objects.put({ bucket, key: target, bytes, contentType, metadata: marks, over: there?.etag ?? null });
  }
  return { outcome: 'written', ...about };
};

const embed = async (operations: Operations, prefix: string, record: CaptionRecord, options: EmbedOptions): Promise<Embedded> => {
  if (!isReady(record)) return skipped('not finished');
  const texts = textsForFile(record, { minOrigin: options.minOrigin, wording: operations.wording });
  if ('none' in texts) return skipped(texts.none);
  const bytes = await originalOf(operations, record);
  if (typeof bytes === 'string') return skipped(bytes);
  const file = await made(operations, record, texts, bytes, options.sidecar);
  return put(operations, prefix, record, texts, file, options.dryRun);
};

/**
 * Writes one picture's texts. Again is the same.
 * @throws CodedError UNAVAILABLE or INTERNAL of the bucket; what is wrong with the picture is an outcome
 */
export const embedPicture = async (
  operations: Operations,
  prefix: string,
  record: CaptionRecord,
  options: EmbedOptions,
): Promise<Embedded> => {
  try {
    return await embed(operations, prefix, record, options);
  } catch (thrown) {
    if (!(thrown instanceof PictureError)) throw thrown;
    return { outcome: 'failed', why: thrown.message };
  }
};
