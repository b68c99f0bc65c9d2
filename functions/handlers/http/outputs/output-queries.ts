// What requests for outputs may hold.
import * as z from 'zod';
import { MAX_CURSOR_CHARS } from '../../../core/lookup/cursor.ts';
import { MAX_URL_CHARS } from '../../../core/seo/image-url.ts';
import { MAX_FILES } from '../../../core/seo/sitemap.ts';
import { USAGES } from '../../../core/text/usages.ts';
import { lookupBody, prefix } from '../schemas.ts';

/** Most characters of the real text beside a picture, or of what a link does. */
const MAX_CONTEXT_CHARS = 2_000;
/** Most characters that a caller can wish for: more than any channel takes. */
const MAX_ALT_CHARS = 10_000;
const MAX_LANG_CHARS = 35;

const isUtf8 = (text: string): boolean => text.isWellFormed();

const usage = z.enum(USAGES).meta({ description: 'What the picture is used for; informative when left out' });
const MAX_HELP = "Most characters, instead of the usage's own; people's texts stay whole";
const max = z.int().min(1).max(MAX_ALT_CHARS).meta({ description: MAX_HELP });
const lang = z
  .string()
  .max(MAX_LANG_CHARS)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a BCP 47 tag such as en or de-CH')
  .meta({ description: 'BCP 47; where there is no text of it, the answer is in another language and says which' });
const disclose = z.enum(['lead', 'none']).meta({ description: 'lead: a machine\'s text that is not sure begins with "Probably: "' });
const address = (description: string) => z.string().min(1).max(MAX_URL_CHARS).refine(isUtf8, 'must be valid Unicode').meta({ description });
const href = address('Of link and button: where it leads');
const context = z
  .string()
  .max(MAX_CONTEXT_CHARS)
  .refine(isUtf8, 'must be valid Unicode')
  .meta({ description: 'Of link and button: what it does or where it leads, in words; else the real text beside the picture' });
const url = address("The picture's public address; left out: below imageBaseUrl by its key");

const use = {
  usage: usage.optional(),
  max: z.coerce.number().int().min(1).max(MAX_ALT_CHARS).meta({ description: MAX_HELP }).optional(),
  lang: lang.optional(),
  disclose: disclose.optional(),
  href: href.optional(),
  context: context.optional(),
};

/** GET /v1/images/{id}/alt. */
export const altQuery = z.strictObject({
  ...use,
  format: z.enum(['json', 'text']).meta({ description: 'Instead of the header Accept' }).optional(),
});

/** GET /v1/images/{id}/seo. */
export const seoQuery = z.strictObject({
  ...use,
  url: url.optional(),
  page: address("The page that shows the picture; left out: the product's, else the site's").optional(),
});

/** Parameters that mean something in one view only; annotations are in all languages. */
const ONLY_OF = { lang: 'azure', url: 'iiif', canvas: 'iiif' } as const;

/** GET /v1/images/{id}. */
export const imageQuery = z
  .strictObject({
    view: z.enum(['azure', 'iiif']).meta({ description: 'Another form than the record' }).optional(),
    lang: lang.optional(),
    url: url.optional(),
    canvas: address('Of iiif: the canvas of a manifest that the annotations are about').optional(),
  })
  .superRefine((query, context) => {
    for (const [name, view] of Object.entries(ONLY_OF)) {
      if (query[name as keyof typeof ONLY_OF] === undefined || query.view === view) continue;
      context.addIssue({ code: 'custom', path: [name], message: `needs view=${view}` });
    }
  });

/** GET /v1/sitemap-images.xml. */
export const sitemapQuery = z
  .strictObject({
    prefix: prefix.optional(),
    page: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_FILES)
      .meta({ description: 'A file of the sitemap, from 1; left out: the index of all files' })
      .optional(),
    at: address('Address at which crawlers find the index; left out: this one').optional(),
  })
  .superRefine(({ page, at }, context) => {
    if (page !== undefined && at !== undefined) context.addIssue({ code: 'custom', path: ['at'], message: 'cannot be together with page' });
  });

/** GET /v1/report. */
export const reportQuery = z.strictObject({
  prefix: prefix.optional(),
  cursor: z.string().min(1).max(MAX_CURSOR_CHARS).meta({ description: '`next` of the part before' }).optional(),
  format: z.enum(['json', 'html']).meta({ description: 'Instead of the header Accept' }).optional(),
});

/** POST /v1/lookup: with any of the four, each result has the alternative text for that use. */
export const lookupWithUseBody = z.strictObject({
  ...lookupBody.shape,
  usage: usage.optional(),
  max: max.optional(),
  lang: lang.optional(),
  disclose: disclose.optional(),
});
