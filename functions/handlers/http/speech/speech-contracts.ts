// What the OpenAPI document says about the routes of speech and of translation.
import { SPEECH_TYPES } from '../../../core/speech/speech-ports.ts';
import type { SpeechRouteName } from '../../../core/speech/speech-routes.ts';
import type { Contract } from '../contracts.ts';
import { EXAMPLE_IMAGE } from '../examples.ts';
import { imageSchema } from '../schemas.ts';
import { audioSchema, speechQuery, translationsBody } from './speech-schemas.ts';

/** The contracts of these routes. */
export const SPEECH_CONTRACTS: Record<SpeechRouteName, Contract> = {
  'GET /v1/images/{id}/speech': {
    operationId: 'getSpeech',
    summary: "The image's alternative text or long description, spoken",
    description:
      'For the same use as the alternative text; uncertainty is said first. Text in the picture is said in its own language where a voice speaks it. One range of bytes may be asked for. Without a speech engine the answer is 501 and says what to do, never silence.',
    query: speechQuery,
    status: 200,
    answers: Object.values(SPEECH_TYPES).map((type) => ({ schema: audioSchema, example: 'bytes of audio', type })),
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'NOTHING_TO_SAY', 'LANGUAGE_NOT_SPOKEN', 'TEXT_TOO_LONG', 'SPEECH_OFF'],
  },
  'POST /v1/images/{id}/translations': {
    operationId: 'translateTexts',
    summary: 'Lets a machine translate texts of the image',
    description:
      "Stored under `translations` as a machine's texts, never over a person's. Quoted text in the picture is not translated. With If-Match only that state of the image is changed.",
    body: { schema: translationsBody, example: { lang: 'de', fields: ['alt'] } },
    status: 200,
    answers: [{ schema: imageSchema, example: EXAMPLE_IMAGE }],
    errors: [
      'INVALID_REQUEST',
      'BODY_TOO_LARGE',
      'MEDIA_TYPE',
      'NOT_FOUND',
      'PRECONDITION_FAILED',
      'CONTENDED',
      'NOTHING_TO_TRANSLATE',
      'LANGUAGE_NOT_TRANSLATED',
      'TEXT_TOO_LONG',
      'TRANSLATION_OFF',
    ],
  },
};
