// What happened to an object, from whichever source it was told.

/** Longest key of S3, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1_024;

/** A version of an object. `versionId` is absent in buckets without versioning. */
export type ObjectRef = { bucket: string; key: string; versionId?: string; etag?: string };

/** Something that happened to an object, or was found by listing. */
export type ObjectEvent = ObjectRef & {
  /** `observed`: found by listing a bucket, so without a sequencer */
  kind: 'created' | 'removed' | 'observed';
  /** hexadecimal; '' for `observed` */
  sequencer: string;
  /** bytes, where told */
  size?: number;
  /** ms since 1970 when the object was written or removed */
  at: number;
  /** of `removed`: only this version went, not the current one by a delete marker */
  versionOnly?: boolean;
};

/**
 * Work for the inference container: `refine` a READY record with the larger model, `caption` a PENDING one, or `recaption` a READY one that
 * another model was asked about, also when that is done. `propose` is a `recaption` whose answer is to stand beside the texts, not in their
 * place; a kind of its own, so that a worker of an older version refuses it instead of replacing texts.
 */
export type InferenceJob = ObjectRef & {
  kind: 'refine' | 'caption' | 'recaption' | 'propose';
  id: string;
  sequencer: string;
};
