// A writer of texts whose files are text: what it was told stands behind the original, and words in the original say what it refuses.
import type { FileTexts, TextWriter } from '../../functions/core/embed/file-texts.ts';
import { SidecarOnly } from '../../functions/core/embed/sidecar-only.ts';
import { PictureError } from '../../functions/core/errors.ts';

const encoder = new TextEncoder();

/** Refuses pictures that say "signed" (a sidecar instead), "broken" or, with an error that is no picture's, "bug". */
export const fakeTextWriter = (): TextWriter => ({
  async copyWith(bytes, format, texts) {
    const word = new TextDecoder().decode(bytes);
    if (word.includes('signed')) throw new SidecarOnly('it is signed');
    if (word.includes('broken')) throw new PictureError('CORRUPT', 'its parts do not fit');
    if (word.includes('bug')) throw new TypeError('a bug');
    return encoder.encode(`${word} ${format} ${JSON.stringify(texts)}`);
  },
  sidecar: async (texts: FileTexts) => encoder.encode(JSON.stringify(texts)),
});
