// A video as schema.org's VideoObject in JSON-LD: what an ImageObject says of a picture, and how long it is. Without a thumbnail, as there is
// no picture of it that has an address; search engines that want one ask for it.
import type { CaptionRecord } from '../record/record.ts';
import type { ImageObject } from './json-ld.ts';

/** https://schema.org/VideoObject; `duration` in ISO 8601. */
export type VideoObject = Omit<ImageObject, '@type' | 'representativeOfPage'> & { '@type': 'VideoObject'; duration?: string };

const MS_PER_S = 1_000;

/** The video for search engines; `described` is what `jsonLd` says of it as of a picture. */
export const videoLd = ({ facts }: CaptionRecord, described: ImageObject): VideoObject => {
  const { representativeOfPage: _, ...rest } = described;
  const end = facts?.shots?.at(-1)?.endMs;
  return { ...rest, '@type': 'VideoObject', ...(end !== undefined && { duration: `PT${end / MS_PER_S}S` }) };
};
