// The zod contracts of changing texts, reviewing and describing products. Lengths and characters are checked by core/edit.
import * as z from 'zod';
import { MAX_NOTE_CHARS, TEXT_LIMITS } from '../../../core/edit/check-text.ts';
import { REVIEW_TARGETS } from '../../../core/edit/review-image.ts';
import { MAX_CURSOR_CHARS } from '../../../core/lookup/cursor.ts';
import { PAGE_LIMITS } from '../../../core/lookup/lookup-ports.ts';
import { REVIEW_ACTIONS } from '../../../core/record/record.ts';
import { MAX_RISK } from '../../../core/review/risk.ts';
import { imageSchema, prefix } from '../schemas.ts';
import { kind, pastTextSchema } from '../text-schemas.ts';

const limits = Object.entries(TEXT_LIMITS).map(([field, most]) => `${field} ${most}`);

const text = z.string().meta({
  description: `Well-formed Unicode without control characters, trimmed; at most so many characters: ${limits.join(', ')}. "" is an alt only: the picture is decorative`,
});
const lang = z.string().meta({ description: 'BCP 47; that of the main text when left out. Another language is stored as a translation' });
const note = z.string().meta({
  description: `Why: kept with the text as its \`reason\`, and in the history with what it takes the place of; at most ${MAX_NOTE_CHARS} characters`,
});

/** PUT /v1/images/{id}/texts/{field}. */
export const textBody = z.strictObject({
  text,
  lang: lang.exactOptional(),
  locked: z
    .boolean()
    .exactOptional()
    .meta({ description: 'true: no machine may touch it. Left out: a locked text stays locked, whoever writes it anew' }),
  note: note.exactOptional(),
});

/** DELETE /v1/images/{id}/texts/{field}. */
export const withdrawQuery = z.strictObject({
  lang: lang.exactOptional(),
  note: note.exactOptional(),
});

/** POST /v1/images/{id}/review. */
export const reviewBody = z.strictObject({
  action: z.enum(REVIEW_ACTIONS),
  field: kind.exactOptional().meta({
    description:
      'The one text that is meant. Left out: all current texts (accept), all that no person has written (reject), the alt (edit, decorative)',
  }),
  of: z
    .enum(REVIEW_TARGETS)
    .exactOptional()
    .meta({ description: 'accept and reject: which one; left out with a field: its proposal when there is one' }),
  text: text.exactOptional().meta({ description: 'Of edit: the text' }),
  reason: z
    .string()
    .exactOptional()
    .meta({ description: `Of reject it has to be given; at most ${MAX_NOTE_CHARS} characters` }),
});

/** GET /v1/review. */
export const queueQuery = z.strictObject({
  prefix: prefix.exactOptional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_LIMITS.most)
    .exactOptional()
    .meta({ description: `Entries of the page, 1 to ${PAGE_LIMITS.most}; ${PAGE_LIMITS.usual} when left out` }),
  cursor: z.string().min(1).max(MAX_CURSOR_CHARS).exactOptional().meta({ description: '`next` of the page before' }),
});

/** The queue of reviews. */
export const queueSchema = z
  .strictObject({
    images: z.array(
      z.strictObject({
        risk: z.number().int().min(1).max(MAX_RISK),
        why: z.array(z.string()).meta({ description: 'Reasons in words, the gravest first' }),
        image: imageSchema,
      }),
    ),
    next: z.string().meta({ description: 'Cursor for the next page of the same query by the same caller' }).exactOptional(),
  })
  .meta({ id: 'ReviewQueue' });

/** The history of a record. */
export const historySchema = z
  .strictObject({
    id: z.string(),
    dropped: z.number().int().min(0).meta({ description: 'Entries that had to go because there were too many' }),
    history: z.array(pastTextSchema),
  })
  .meta({ id: 'History' });
