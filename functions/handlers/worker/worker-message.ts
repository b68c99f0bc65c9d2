// The body of a message of the inference queue.
import * as z from 'zod';
import type { InferenceJob } from '../../core/record/object-event.ts';

const message = z.object({
  kind: z.enum(['refine', 'caption', 'recaption', 'propose']),
  id: z.string().min(1),
  bucket: z.string().min(1),
  key: z.string().min(1),
  sequencer: z.string(),
  versionId: z.string().optional(),
  etag: z.string().optional(),
});

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** The job, or undefined when the body is not one. */
export const inferenceJobOf = (body: string): InferenceJob | undefined => {
  const { success, data } = message.safeParse(jsonOf(body));
  if (!success) return undefined;
  const { versionId, etag, ...job } = data;
  return { ...job, ...(versionId !== undefined && { versionId }), ...(etag !== undefined && { etag }) };
};
