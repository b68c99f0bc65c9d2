// The zod contracts of speech and of translation.
import * as z from 'zod';
import { MAX_LANG_CHARS } from '../../../core/record/languages.ts';
import { SPEECH_FORMATS } from '../../../core/speech/speech-ports.ts';
import { SPOKEN_FIELDS } from '../../../core/speech/speech-text.ts';
import { altQuery } from '../outputs/output-queries.ts';
import { kind } from '../text-schemas.ts';

/** GET /v1/images/{id}/speech. */
export const speechQuery = z.strictObject({
  ...altQuery.shape,
  field: z.enum(SPOKEN_FIELDS).meta({ description: 'Which text; alt when left out' }).optional(),
  format: z.enum(SPEECH_FORMATS).meta({ description: 'mp3 (when left out), or ogg: Ogg Vorbis' }).optional(),
});

/** POST /v1/images/{id}/translations. */
export const translationsBody = z.strictObject({
  lang: z.string().min(1).max(MAX_LANG_CHARS).meta({ description: 'BCP 47 tag of the language to translate into' }),
  fields: z.array(kind).min(1).exactOptional().meta({ description: 'Which texts; all that there are when left out' }),
});

/** Audio, as an OpenAPI document says it. */
export const audioSchema = z.string().meta({ description: 'Bytes of audio' });
