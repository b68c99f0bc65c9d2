// What the OpenAPI document says about the routes of publishing rules.
import type * as z from 'zod';
import type { RulesRouteName } from '../../../core/rules/rules-routes.ts';
import type { Contract } from '../contracts.ts';
import { EXAMPLE_IMAGE } from '../examples.ts';
import { judgedSchema, rulesQuery } from './rules-schemas.ts';

const EXAMPLE: z.output<typeof judgedSchema> = {
  id: EXAMPLE_IMAGE.id,
  state: EXAMPLE_IMAGE.state,
  packs: [
    {
      pack: 'amazon-main',
      title: 'Amazon, main product image',
      result: 'fail',
      verdicts: [
        {
          check: 'subject-extent',
          level: 'must',
          result: 'fail',
          measured: 0.62,
          unit: 'share',
          limit: { min: 0.85 },
          rule: 'The product fills 85 % or more of the frame.',
          boxes: [[0.19, 0.2, 0.62, 0.55]],
        },
        {
          check: 'logos',
          level: 'should',
          result: 'unknown',
          limit: { allowed: [] },
          rule: "There is no logo but what is part of the product. What looks like a brand's mark is suspected.",
          why: 'the analysis "logos" has not looked at the picture',
        },
      ],
    },
  ],
};

/** The contracts of these routes. */
export const RULES_CONTRACTS: Record<RulesRouteName, Contract> = {
  'GET /v1/images/{id}/rules': {
    operationId: 'judgeImage',
    summary: 'Whether an image meets the publishing rules of channels',
    description:
      'Judged when asked, by what is known of the picture and by its texts as they would be published. Duplicates are looked for among the first 500 pictures in and below its folder.',
    query: rulesQuery,
    status: 200,
    answers: [{ schema: judgedSchema, example: EXAMPLE }],
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND'],
  },
};
