// The answers of the routes of speech and of translation.
import { recordView } from '../../../core/record/record-view.ts';
import type { SpeechRouteName } from '../../../core/speech/speech-routes.ts';
import { translateTexts } from '../../../core/translate/translate-texts.ts';
import type { Answer } from '../answers.ts';
import type { ApiService } from '../api-env.ts';
import { answerChanged } from '../cached.ts';
import { readBody } from '../read-request.ts';
import { answerSpeech } from './answer-speech.ts';
import { translationsBody } from './speech-schemas.ts';

/** The answers of these routes. */
export const speechAnswersOf = (service: ApiService): Record<SpeechRouteName, Answer> => ({
  'GET /v1/images/{id}/speech': (c) => answerSpeech(c, service, c.get('principal')),
  'POST /v1/images/{id}/translations': async (c) => {
    const wish = await readBody(c, translationsBody);
    const id = c.req.param('id') ?? '';
    const record = await translateTexts(service.lookup, c.get('principal'), id, wish, c.req.header('if-match'));
    return answerChanged(c, record, recordView(record));
  },
});
