// The answer of the route of videos: the descriptions track.
import { findImage } from '../../../core/lookup/lookup-images.ts';
import { RequestError } from '../../../core/lookup/request-error.ts';
import type { VideoRouteName } from '../../../core/video/video-routes.ts';
import { webVtt } from '../../../core/video/webvtt.ts';
import type { Answer } from '../answers.ts';
import type { ApiService } from '../api-env.ts';
import { answerCachedText } from '../cached.ts';
import { VTT_TYPE } from './video-contracts.ts';

/** The answers of these routes. */
export const videoAnswersOf = ({ lookup }: ApiService): Record<VideoRouteName, Answer> => ({
  'GET /v1/images/{id}/descriptions.vtt': async (c) => {
    const record = await findImage(lookup, c.get('principal'), c.req.param('id') ?? '');
    const track = webVtt(record, lookup.settings);
    if (track === undefined)
      throw new RequestError('NOTHING_TO_SAY', 'there are no descriptions: this is no video, or it is not captioned yet');
    return answerCachedText(c, record, track, VTT_TYPE);
  },
});
