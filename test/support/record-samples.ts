// Records to store in tests.
import { imageId } from '../../functions/core/record/image-id.ts';
import { type CaptionRecord, PIPELINE } from '../../functions/core/record/record.ts';

const AT = 1_700_000_000_000;

/** A PENDING record of the key, with changes. */
export const sampleRecord = async (key: string, changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> => {
  const bucket = changes.bucket ?? 'photos';
  return {
    id: await imageId(bucket, key),
    bucket,
    key,
    state: 'PENDING',
    sequencer: '0065A1',
    objectAt: AT,
    texts: {},
    pipeline: PIPELINE,
    createdAt: AT,
    changedAt: AT,
    revision: 1,
    ...changes,
  };
};

/** A READY record with everything that a record can have. */
export const fullRecord = async (key: string, changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord(key, {
    state: 'READY',
    versionId: 'v.1_a',
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    picture: { sha256: 'ab'.repeat(32), bytes: 12_345, width: 4032, height: 3024, format: 'jpeg', dhash: '00ff00ff00ff00ff' },
    texts: {
      alt: {
        text: 'A dog runs.',
        lang: 'en',
        origin: 'machine',
        at: AT,
        model: 'm2@1',
        confidence: 0.8125,
        locked: false,
        sha256: 'ab'.repeat(32),
      },
      title: { text: '', lang: 'de', origin: 'human', by: 'Zoë', at: AT },
    },
    machine: {
      model: 'm2@1',
      style: 'alt',
      route: 'lambda',
      confidence: 1e-7,
      plain: 'a dog',
      abstained: 'LOW_CONFIDENCE',
      sure: [],
      ms: 12.25,
      costUsd: 3.1e-7,
    },
    refine: 'queued',
    lease: { owner: 'someone', until: AT + 60_000 },
    ...changes,
  });
