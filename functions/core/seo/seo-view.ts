// Everything that a page can say about one picture to search engines, to those who share it and to readers.

import { isVideo } from '../picture/video-format.ts';
import type { CaptionRecord } from '../record/record.ts';
import { altFor } from '../text/alt-for.ts';
import { fileNameOf } from '../text/file-name.ts';
import { keywordsOf } from '../text/keywords.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { AltUse, Usage } from '../text/usages.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { figureHtml, imageMarkdown, imgHtml, metaHtml, scriptHtml } from './image-html.ts';
import { type ImageObject, jsonLd, type Place } from './json-ld.ts';
import { type OpenGraph, openGraph, type Twitter, twitter } from './share-tags.ts';
import { type VideoObject, videoLd } from './video-ld.ts';

/** The bundle. `html` is ready to be pasted: `meta` and `script` into the head, `img` or `figure` into the body. */
export type Seo = {
  jsonLd: ImageObject | VideoObject;
  openGraph: OpenGraph;
  twitter: Twitter;
  html: { img: string; figure: string; meta: string; script: string };
  markdown: string;
  fileName: string;
  keywords: string[];
};

/** Uses of cards; on the page itself, such a picture is one that adds meaning, unless a person calls it decorative. */
const CARDS: readonly (Usage | undefined)[] = ['og', 'x'];

/**
 * The bundle of a record's picture at a place. `img`, `figure` and Markdown follow the whole `use`; what is shared has no link and no text
 * beside it, so it follows the language and the wish for disclosure only. A picture that is used as decoration is so everywhere; of one that a
 * person calls decorative, the cards that are shared may have the caption, as they show it alone, and nothing else has.
 */
export const seoView = (record: CaptionRecord, place: Place, use: AltUse, rules: WordingRules): Seo => {
  const { usage, lang, disclose } = use;
  const shared = (by: 'informative' | 'og' | 'x') =>
    altFor(
      record,
      { usage: usage === 'decorative' ? usage : by, ...(lang !== undefined && { lang }), ...(disclose !== undefined && { disclose }) },
      rules,
    );
  const onPage = altFor(record, CARDS.includes(usage) ? { ...use, usage: 'informative' } : use, rules);
  const texts = effectiveTexts(record, rules, lang);
  const described = jsonLd(record, place, shared('informative'), use, rules);
  const ld = isVideo(record.picture?.format) ? videoLd(record, described) : described;
  const og = openGraph(record, place.url, shared('og'));
  const x = twitter(record, place.url, shared('x'));
  const img = imgHtml(record, place.url, onPage);
  return {
    jsonLd: ld,
    openGraph: og,
    twitter: x,
    html: {
      img,
      figure: figureHtml(img, onPage, [texts.caption, texts.title]),
      meta: `${metaHtml('property', og)}\n${metaHtml('name', x)}`,
      script: scriptHtml(ld),
    },
    markdown: imageMarkdown(record, place.url, onPage),
    fileName: fileNameOf(record, rules),
    keywords: keywordsOf(record, rules),
  };
};
