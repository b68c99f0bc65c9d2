// The descriptions of a video that a caller may see.
import { findImage } from '../lookup/lookup-images.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import { RequestError } from '../lookup/request-error.ts';
import type { CaptionRecord } from '../record/record.ts';
import { webVtt } from './webvtt.ts';

/**
 * The record and its track as a WebVTT file.
 * @throws RequestError NOT_FOUND; NOTHING_TO_SAY when it is no video, or not captioned yet
 */
export const findDescriptions = async (
  lookup: Lookup,
  principal: Principal,
  id: string,
): Promise<{ record: CaptionRecord; track: string }> => {
  const record = await findImage(lookup, principal, id);
  const track = webVtt(record, lookup.settings);
  if (track !== undefined) return { record, track };
  throw new RequestError('NOTHING_TO_SAY', 'there are no descriptions: this is no video, or it is not captioned yet');
};
