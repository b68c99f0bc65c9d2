// The answer of the route of videos: the descriptions track.
import { findDescriptions } from '../../../core/video/find-descriptions.ts';
import type { VideoRouteName } from '../../../core/video/video-routes.ts';
import type { Answer } from '../answers.ts';
import type { ApiService } from '../api-env.ts';
import { answerCachedText } from '../cached.ts';
import { VTT_TYPE } from './video-contracts.ts';

/** The answers of these routes. */
export const videoAnswersOf = ({ lookup }: ApiService): Record<VideoRouteName, Answer> => ({
  'GET /v1/images/{id}/descriptions.vtt': async (c) => {
    const { record, track } = await findDescriptions(lookup, c.get('principal'), c.req.param('id') ?? '');
    return answerCachedText(c, record, track, VTT_TYPE);
  },
});
