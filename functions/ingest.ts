// The ingest function: captions what is put into the bucket.
import { readIngestConfig } from './wiring/config.ts';
import { ingestHandler } from './wiring/ingest.ts';

/** What Lambda calls. */
export const handler = ingestHandler(readIngestConfig());
