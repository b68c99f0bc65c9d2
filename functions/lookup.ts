// The lookup function: answers the metadata API.
import { readLookupConfig } from './wiring/config.ts';
import { lookupHandler } from './wiring/lookup.ts';

/** What Lambda calls. */
export const handler = lookupHandler(readLookupConfig());
