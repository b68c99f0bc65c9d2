// Memory of the Lambda functions; a function has CPU in proportion: one core at 1,769 MB.

/** Of the ingest function, MB: 1.7 cores, and room for a 50-megapixel photo beside the model. */
export const INGEST_MEMORY_MB = 3008;

/** Of the lookup function, MB. */
export const LOOKUP_MEMORY_MB = 1024;
