// Where a picture and its page are for the public, from what the caller says and the settings, or what has to be done to know it.
import type { LookupSettings } from '../lookup/lookup-ports.ts';
import { invalidField } from '../lookup/request-error.ts';
import type { CaptionRecord } from '../record/record.ts';
import { httpUrl, imageUrl, pageUrl } from './image-url.ts';
import type { Place } from './json-ld.ts';

/** Addresses as a caller gives them. */
export type GivenPlace = { url?: string; page?: string };

const NOT_HTTP = 'must be an http or https address of fewer than 2,048 characters, without a user name and password';

/** @throws RequestError INVALID_REQUEST naming `field` for what is no public address */
export const requireHttp = (field: string, given: string): string => {
  const address = httpUrl(given);
  if (address === undefined) throw invalidField(field, NOT_HTTP);
  return address;
};

const NO_ADDRESS =
  'the picture has no public address: give it here, or set imageBaseUrl to the address below which the pictures are published by their keys';

/** The base is that of the service's own bucket: in others the same key may be another picture. */
const baseOf = ({ bucket }: CaptionRecord, settings: LookupSettings): string => (bucket === settings.bucket ? settings.imageBaseUrl : '');

/**
 * The place of a record's picture.
 * @throws RequestError INVALID_REQUEST naming `url` or `page` for what is no public address, and `url` when none is known
 */
export const placeOf = (record: CaptionRecord, settings: LookupSettings, { url: givenUrl, page: givenPage }: GivenPlace): Place => {
  const url = givenUrl === undefined ? imageUrl(record, baseOf(record, settings)) : requireHttp('url', givenUrl);
  if (url === undefined) throw invalidField('url', NO_ADDRESS);
  const page = givenPage === undefined ? pageUrl(record, settings.sitePageUrl) : requireHttp('page', givenPage);
  return page === undefined ? { url } : { url, pageUrl: page };
};
