// Where the functions' metrics are found: the adapter counts there, the stack's alarms look there.

/** Namespace of all metrics. */
export const METRIC_NAMESPACE = 'CaptionOnUpload';

/** The one dimension of all metrics and its value: sums are over all functions. */
export const METRIC_DIMENSIONS = { service: 'caption-on-upload' } as const;
