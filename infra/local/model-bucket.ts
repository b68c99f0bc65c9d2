// The bucket that the worker fetches its package from: on AWS it is there already, here it is one more of the embedded ones.
import { BUCKET_PACKAGE } from '../model-packages.ts';
import type { Storage } from './storage.ts';

/** The storage, with the bucket that a `workerModel` of the form s3:// names. Nothing is captioned that is put there. */
export const withModelBucket = (storage: Storage, workerModel: unknown): Storage => {
  const [, name] = typeof workerModel === 'string' ? (BUCKET_PACKAGE.exec(workerModel) ?? []) : [];
  if (name === undefined || storage.buckets.some((bucket) => bucket.name === name)) return storage;
  return { ...storage, buckets: [...storage.buckets, { name, versioned: false, sendsEvents: false, cors: [] }] };
};
