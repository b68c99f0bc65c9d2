// Examples of the OpenAPI document; a test holds them against the schemas.
import { UPLOAD_EXPIRES_S } from '../../core/lookup/lookup-uploads.ts';
import type { RecordView } from '../../core/record/record-view.ts';

const ID = 'Jm3kq0Wz8Yb1Rt5uVx2cDe';
const BUCKET = 'photos';
const KEY = 'shop/rocket.jpg';
const MODEL = 'm2@1.0.0';
const CURSOR = 'pV1m8yq4v0a9Qk2xJx5sH3nG7tZbYw';

/** A record that is READY. */
export const EXAMPLE_IMAGE: RecordView = {
  id: ID,
  bucket: BUCKET,
  key: KEY,
  state: 'READY',
  versionId: 'lFmS3vQe4RhyXZ9wYH1sVb.D3yQ7rM0b',
  etag: '9b2cf535f27731c974343645a3985328',
  picture: {
    sha256: '4ea140588150773ce3aace786aeef7f4049ce100fa649c94fbbddb960f1da942',
    bytes: 183_204,
    width: 1600,
    height: 1200,
    format: 'jpeg',
    dhash: 'c3d4e1f08c1e0f07',
  },
  texts: {
    alt: {
      text: 'A rocket on a launch pad at dusk.',
      lang: 'en',
      origin: 'machine',
      at: '2026-01-05T10:00:01.250Z',
      model: MODEL,
      confidence: 0.82,
      outdated: false,
    },
  },
  machine: { model: MODEL, style: 'alt', route: 'lambda', confidence: 0.82, sure: ['rocket'], ms: 96, costUsd: 0.000004 },
  tags: [{ name: 'rocket', confidence: 0.93, sources: ['caption'], kind: 'thing' }],
  createdAt: '2026-01-05T10:00:00.900Z',
  changedAt: '2026-01-05T10:00:01.250Z',
  revision: 2,
};

/** Examples of the other bodies. */
export const EXAMPLES = {
  images: { images: [EXAMPLE_IMAGE], next: CURSOR },
  changes: { changes: [EXAMPLE_IMAGE], next: CURSOR, more: false },
  lookupBody: { keys: [KEY, 'shop/unknown.jpg'] },
  lookup: {
    results: [
      { key: KEY, image: EXAMPLE_IMAGE },
      { key: 'shop/unknown.jpg', image: null },
    ],
  },
  uploadBody: { key: KEY, contentType: 'image/jpeg', bytes: 183_204 },
  upload: {
    id: ID,
    url: `https://${BUCKET}.s3.eu-west-1.amazonaws.com/${KEY}?X-Amz-Expires=${UPLOAD_EXPIRES_S}&X-Amz-Signature=...`,
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    expiresAt: '2026-01-05T10:15:00.000Z',
  },
  models: { models: [{ name: 'm2', version: '1.0.0', licence: 'Apache-2.0' }] },
  health: { status: 'ok' },
} as const;
