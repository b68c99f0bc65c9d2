// A picture as schema.org's ImageObject in JSON-LD. There is no property for the alternative text there: `description` holds the words.
// What is not known (licence, creator, credit, copyright) is left out, never guessed.
import { isVideo, mediaTypeOf } from '../picture/video-format.ts';
import type { CaptionRecord, Origin, Text, TextKind } from '../record/record.ts';
import type { AltAnswer } from '../text/alt-for.ts';
import { keywordsOf } from '../text/keywords.ts';
import { readLines } from '../text/picture-text.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { AltUse } from '../text/usages.ts';
import type { WordingRules } from '../text/wording-rules.ts';

/** Where a picture and its page are, as absolute http addresses. */
export type Place = { url: string; pageUrl?: string };

/** https://schema.org/ImageObject; sizes as schema.org's Distance and as bytes, times as ISO 8601. */
export type ImageObject = {
  '@context': 'https://schema.org';
  '@type': 'ImageObject';
  '@id': string;
  contentUrl: string;
  url: string;
  name?: string;
  caption?: string;
  description?: string;
  keywords?: string[];
  embeddedTextCaption?: string;
  representativeOfPage?: true;
  width?: string;
  height?: string;
  encodingFormat?: string;
  contentSize?: string;
  sha256?: string;
  uploadDate: string;
  inLanguage?: string;
  accessibilityFeature?: string[];
  accessibilitySummary?: string;
};

/** Uses in which the picture stands for its page. */
const REPRESENTS: readonly unknown[] = ['product', 'og', 'x'];

const WRITTEN: Record<Origin, string> = {
  machine: 'written by a machine and not reviewed by a person',
  embedded: 'taken from the metadata of the file',
  reviewed: 'written by a machine and accepted by a person',
  human: 'written by a person',
};

const written = ({ origin, model }: AltAnswer): string => {
  if (origin === undefined) return "taken from the shop's data";
  return origin === 'machine' && model !== undefined ? `${WRITTEN.machine} (${model})` : WRITTEN[origin];
};

const fileFacts = ({ picture }: CaptionRecord): Partial<ImageObject> =>
  picture === undefined
    ? {}
    : {
        width: `${picture.width} px`,
        height: `${picture.height} px`,
        encodingFormat: mediaTypeOf(picture.format),
        contentSize: `${picture.bytes} B`,
        sha256: picture.sha256,
      };

const isIn = (lang: string, text: Text): boolean => text.lang.split('-')[0]?.toLowerCase() === lang.split('-')[0]?.toLowerCase();

/**
 * The texts that search engines read, all in the one language that `inLanguage` names: where there is only a long description of another one,
 * the alternative text describes. A text that is empty says that there is nothing to say.
 */
const words = (record: CaptionRecord, answer: AltAnswer, use: AltUse, rules: WordingRules): Partial<ImageObject> => {
  const all = effectiveTexts(record, rules, use.lang);
  const lang = answer.lang ?? all.long?.lang;
  const textOf = (kind: TextKind): Text | undefined => {
    const text = all[kind];
    return text === undefined || lang === undefined || isIn(lang, text) ? text : undefined;
  };
  const [title, caption, long] = [textOf('title'), textOf('caption'), textOf('long')];
  const description = long?.text || answer.alt;
  const keywords = keywordsOf(record, rules);
  const inPicture = readLines(record)
    .map(({ text }) => text)
    .join('\n');
  return {
    ...(title?.text && { name: title.text }),
    ...(caption?.text && { caption: caption.text }),
    ...(description && { description }),
    ...(keywords.length > 0 && { keywords }),
    ...(inPicture && { embeddedTextCaption: inPicture }),
    ...(lang !== undefined && { inLanguage: lang }),
  };
};

const accessibility = ({ picture }: CaptionRecord, answer: AltAnswer): Partial<ImageObject> => {
  const what = isVideo(picture?.format) ? 'video' : 'picture';
  if (answer.status === 'decorative') return { accessibilitySummary: `Decorative: the ${what} is to be passed over.` };
  if (!answer.alt) return { accessibilitySummary: `Nobody has described the ${what} yet.` };
  const long = answer.hasLong ? ' and a long description' : '';
  return {
    accessibilityFeature: answer.hasLong ? ['alternativeText', 'longDescription'] : ['alternativeText'],
    accessibilitySummary: `The ${what} has an alternative text${long}, ${written(answer)}.`,
  };
};

/** The picture for search engines. `answer` is the alternative text for a page of its own; a decorative picture has no words. */
export const jsonLd = (
  record: CaptionRecord,
  { url, pageUrl }: Place,
  answer: AltAnswer,
  use: AltUse,
  rules: WordingRules,
): ImageObject => ({
  '@context': 'https://schema.org',
  '@type': 'ImageObject',
  '@id': url,
  contentUrl: url,
  url: pageUrl ?? url,
  ...(answer.status !== 'decorative' && words(record, answer, use, rules)),
  ...(REPRESENTS.includes(use.usage) && { representativeOfPage: true as const }),
  ...fileFacts(record),
  uploadDate: new Date(record.objectAt).toISOString(),
  ...accessibility(record, answer),
});
