// Examples of the OpenAPI document about edits and reviews; a test holds them against the schemas.
import type { RecordView } from '../../../core/record/record-view.ts';
import type { PastTextView } from '../../../core/record/text-view.ts';
import { EXAMPLE_IMAGE } from '../examples.ts';

const PERSON = 'jwt:ann';
const AT = '2026-01-06T08:30:00.000Z';

/** The image after a person has corrected its alt text. */
export const EXAMPLE_EDITED: RecordView = {
  ...EXAMPLE_IMAGE,
  texts: {
    alt: {
      text: 'A Saturn V rocket on its launch pad at dusk.',
      lang: 'en',
      origin: 'human',
      by: PERSON,
      at: AT,
      locked: true,
      supersedes: 1,
      outdated: false,
    },
  },
  proposals: {
    alt: {
      text: 'A rocket stands on a launch pad.',
      lang: 'en',
      origin: 'machine',
      at: '2026-01-07T03:00:00.000Z',
      model: 'm2@2.0.0',
      confidence: 0.86,
      outdated: false,
    },
  },
  review: { action: 'edit', by: PERSON, at: AT },
  changedAt: '2026-01-07T03:00:00.000Z',
  revision: 4,
};

const PAST: PastTextView = {
  text: 'A rocket on a launch pad at dusk.',
  lang: 'en',
  origin: 'machine',
  at: '2026-01-05T10:00:01.250Z',
  model: 'm2@1.0.0',
  confidence: 0.82,
  outdated: false,
  n: 1,
  field: 'alt',
  until: AT,
  why: 'replaced',
  endedBy: PERSON,
};

/** Examples of the other bodies. */
export const EDIT_EXAMPLES = {
  text: { text: 'A Saturn V rocket on its launch pad at dusk.', locked: true, note: 'the type of the rocket' },
  review: { action: 'reject', field: 'alt', reason: 'This is a lighthouse.' },
  product: { name: 'Model rocket', brand: 'Acme', colour: 'white', keywords: ['rocket', 'model kit'], negativeKeywords: ['weapon'] },
  queue: { images: [{ risk: 35, why: ['the machine is only 61 % sure'], image: EXAMPLE_IMAGE }] },
  history: { id: EXAMPLE_IMAGE.id, dropped: 0, history: [PAST] },
} as const;
