// The answers of the routes of publishing rules.
import { judgeImage } from '../../../core/rules/judge-image.ts';
import type { RulesRouteName } from '../../../core/rules/rules-routes.ts';
import type { Answer } from '../answers.ts';
import type { ApiService } from '../api-env.ts';
import { answerCached } from '../cached.ts';
import { readQuery } from '../read-request.ts';
import { rulesQuery } from './rules-schemas.ts';

/** The answers of these routes. */
export const rulesAnswersOf = ({ lookup, rulePacks }: ApiService): Record<RulesRouteName, Answer> => ({
  'GET /v1/images/{id}/rules': async (c) => {
    const { pack } = readQuery(c, rulesQuery);
    const { record, judgements } = await judgeImage(lookup, c.get('principal'), c.req.param('id') ?? '', rulePacks, pack);
    return answerCached(c, record, { id: record.id, state: record.state, packs: judgements });
  },
});
