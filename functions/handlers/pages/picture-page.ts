// GET /images/{id}: one picture with everything that is said about it.
import * as z from 'zod';
import { lint } from '../../core/lint/lint.ts';
import { findImage } from '../../core/lookup/lookup-images.ts';
import type { CaptionRecord, TextKind } from '../../core/record/record.ts';
import { TEXT_KINDS } from '../../core/record/record.ts';
import { recordTag } from '../../core/record/record-tag.ts';
import type { Texts } from '../../core/record/text-rules.ts';
import { judgementOf } from '../../core/rules/judge.ts';
import { subjectOfRecord } from '../../core/rules/subject-of-record.ts';
import { imageUrl, pageUrl } from '../../core/seo/image-url.ts';
import { seoView } from '../../core/seo/seo-view.ts';
import { readingTimeS, SPEAKING_WORDS_PER_MINUTE } from '../../core/speech/reading-time.ts';
import { tagsOf } from '../../core/tags/tags-of.ts';
import { altFor } from '../../core/text/alt-for.ts';
import { offeredText } from '../../core/text/offered-text.ts';
import { effectiveTexts } from '../../core/text/texts-of.ts';
import { type AltUse, USAGES } from '../../core/text/usages.ts';
import { wordedFacts } from '../../core/text/worded-facts.ts';
import type { WordingRules } from '../../core/text/wording-rules.ts';
import { readQuery } from '../http/read-request.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import type { FormState } from './picture-forms.ts';
import type { Picture } from './picture-model.ts';
import { type Message, pictureView } from './picture-view.ts';
import { nameOf, REVIEW_WORDS } from './words.ts';

/** Most characters that a use can have, and bounds of what describes it. */
const USE_LIMITS = { max: 5_000, chars: 2_000, lang: 35 } as const;

const NOT_A_COUNT = `is not a whole number from 0 to ${USE_LIMITS.max}`;
const most = z.coerce.number(NOT_A_COUNT).int(NOT_A_COUNT).min(0, NOT_A_COUNT).max(USE_LIMITS.max, NOT_A_COUNT);
const line = z.string().max(USE_LIMITS.chars).optional();

/** What the page says after a deed that led here. */
const DONE = new Map(
  Object.entries({
    save: 'Saved.',
    withdraw: 'Withdrawn.',
    product: 'The product data are saved.',
    translate: 'Translated by a machine. Read it before you use it.',
    ...REVIEW_WORDS,
  }),
);

const pictureQuery = z.strictObject({
  usage: z.enum(USAGES).or(z.literal('')).optional(),
  max: most.optional(),
  lang: z.string().max(USE_LIMITS.lang).optional(),
  disclose: z.enum(['lead', 'none', 'true', '']).optional(),
  href: line,
  context: line,
  did: z.string().max(USE_LIMITS.lang).optional(),
});

const useOf = ({ usage, max, lang, disclose, href, context }: z.output<typeof pictureQuery>): AltUse => ({
  ...(usage && { usage }),
  ...(max && { max }),
  ...(lang && { lang }),
  ...((disclose === 'lead' || disclose === 'true') && { disclose: 'lead' as const }),
  ...(href && { href }),
  ...(context && { context }),
});

const findingsOf = (texts: Texts, record: CaptionRecord): Picture['findings'] =>
  Object.fromEntries(
    TEXT_KINDS.flatMap((kind: TextKind) => {
      const text = texts[kind];
      if (text === undefined) return [];
      return [[kind, lint(text.text, { kind, lang: text.lang, fileName: nameOf(record.key), machine: text.origin === 'machine' })]];
    }),
  );

const proposalsOf = (record: CaptionRecord, rules: WordingRules): Texts =>
  Object.fromEntries(
    TEXT_KINDS.flatMap((kind) => {
      const text = offeredText(record, kind, 'proposal', rules);
      return text === undefined ? [] : [[kind, text]];
    }),
  );

/** The picture as its page shows it. */
export const pictureOf = (c: PageContext, record: CaptionRecord, use: AltUse): Picture => {
  const { lookup, rulePacks } = c.var.service;
  const { genderNeutral, vocabulary } = lookup.settings;
  const rules: WordingRules = { genderNeutral, ...(vocabulary !== undefined && { vocabulary }) };
  const texts = effectiveTexts(record, rules);
  const alt = altFor(record, use, rules);
  const url = imageUrl(record, lookup.settings.imageBaseUrl);
  const onPage = pageUrl(record, lookup.settings.sitePageUrl);
  const subject = subjectOfRecord(record, rules);
  return {
    record,
    etag: `"${recordTag(record)}"`,
    texts,
    proposals: proposalsOf(record, rules),
    findings: findingsOf(texts, record),
    use,
    alt,
    ...(url !== undefined && { seo: seoView(record, { url, ...(onPage !== undefined && { pageUrl: onPage }) }, use, rules) }),
    readingS: readingTimeS(alt.alt ?? '', SPEAKING_WORDS_PER_MINUTE),
    speaks: lookup.speech !== undefined,
    translates: lookup.translator !== undefined,
    ...(record.facts !== undefined && { facts: wordedFacts(record.facts, rules) }),
    tags: tagsOf(record, rules),
    judgements: rulePacks.map((pack) => judgementOf(subject, pack)),
    mayWrite: c.var.principal.scopes.includes('captions:write'),
  };
};

/** The page of a picture; with `form`, after it was refused. */
export const answerPicture = (c: PageContext, record: CaptionRecord, use: AltUse, message?: Message, form?: FormState): Promise<Response> =>
  page(c, {
    title: nameOf(record.key),
    main: pictureView(pictureOf(c, record, use), message, form),
    ...(form !== undefined && { status: 400 }),
  });

/** GET /images/{id} */
export const picturePage = async (c: PageContext): Promise<Response> => {
  const query = readQuery(c, pictureQuery);
  const record = await findImage(c.var.service.lookup, c.var.principal, c.req.param('id') ?? '');
  const words = query.did === undefined ? undefined : DONE.get(query.did);
  return answerPicture(c, record, useOf(query), words === undefined ? undefined : { tone: 'good', words });
};
