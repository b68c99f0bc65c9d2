// Messages of the inference queue: jobs of known kinds, and nothing else.
import { describe, expect, it } from 'vitest';
import { inferenceJobOf } from '../../../../functions/handlers/worker/worker-message.ts';

const JOB = { kind: 'propose', id: 'i', bucket: 'b', key: 'k', sequencer: '' } as const;

describe('a message of the inference queue', () => {
  it.each(['refine', 'caption', 'recaption', 'propose'])('may ask for %s', (kind) => {
    expect(inferenceJobOf(JSON.stringify({ ...JOB, kind, etag: 'e', versionId: 'v', more: 1 }))).toEqual({
      ...JOB,
      kind,
      etag: 'e',
      versionId: 'v',
    });
  });

  it('is refused when a worker does not know its kind: what a newer version asks for is not done in another manner', () => {
    expect(inferenceJobOf(JSON.stringify({ ...JOB, kind: 'improve' }))).toBeUndefined();
    expect(inferenceJobOf('{')).toBeUndefined();
  });
});
