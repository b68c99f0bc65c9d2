// Everything that the page of one picture shows, put together before any HTML is made.

import type { Facts } from '../../core/facts/facts.ts';
import type { Finding } from '../../core/lint/lint.ts';
import type { CaptionRecord, TextKind } from '../../core/record/record.ts';
import type { Texts } from '../../core/record/text-rules.ts';
import type { Judgement } from '../../core/rules/verdict.ts';
import type { Tag } from '../../core/tags/tag.ts';
import type { AltAnswer } from '../../core/text/alt-for.ts';
import type { AltUse } from '../../core/text/usages.ts';

/** Code for other pages. */
export type CopyCode = { jsonLd: object; html: { img: string; figure: string }; markdown: string };

/** One picture as its page shows it. */
export type Picture = {
  record: CaptionRecord;
  /** entity tag of the record that the forms were made from */
  etag: string;
  /** what is in use: stored texts, and those that rules put together */
  texts: Texts;
  /** machines' texts beside a stronger or withheld one, in the words in which they would be used */
  proposals: Texts;
  findings: Partial<Record<TextKind, readonly Finding[]>>;
  use: AltUse;
  alt: AltAnswer;
  /** absent: nobody knows the picture's address */
  seo?: CopyCode;
  /** seconds that it takes to hear the alternative text */
  readingS: number;
  speaks: boolean;
  translates: boolean;
  /** in the words in which people see them; absent: nobody has looked */
  facts?: Facts;
  /** the surest first */
  tags: readonly Tag[];
  /** by each rule pack of this deployment */
  judgements: readonly Judgement[];
  mayWrite: boolean;
};
