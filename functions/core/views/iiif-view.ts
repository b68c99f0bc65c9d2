// A picture's descriptions as a IIIF Presentation 3 annotation page: https://iiif.io/api/presentation/3.0/#56-annotation-page.
// Motivation "describing" and TextualBody are those of the W3C Web Annotation Data Model.
import type { CaptionRecord, Text } from '../record/record.ts';
import { languageTag } from '../seo/image-html.ts';
import { withoutFragment } from '../seo/image-url.ts';
import { altFor } from '../text/alt-for.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { WordingRules } from '../text/wording-rules.ts';

/** One description of the target in one language. */
export type IiifAnnotation = {
  id: string;
  type: 'Annotation';
  motivation: 'describing';
  body: { type: 'TextualBody'; value: string; format: 'text/plain'; language?: string };
  target: string;
};

/** The page; without items when nobody has described the picture, or it is decorative. */
export type IiifView = {
  '@context': 'http://iiif.io/api/presentation/3/context.json';
  id: string;
  type: 'AnnotationPage';
  items: IiifAnnotation[];
};

type Said = { kind: 'alt' | 'long'; text: string; lang: string | undefined };

/** The media type that Presentation 3 section 6.3 asks for. */
export const IIIF_TYPE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"';

const longOf = (long: Text | undefined): Said[] => (long?.text ? [{ kind: 'long', text: long.text, lang: long.lang }] : []);

/** What is said in one language, and what only that has. */
const saidIn = (record: CaptionRecord, rules: WordingRules, lang: string | undefined): Said[] => {
  const answer = altFor(record, lang === undefined ? {} : { lang }, rules);
  if (!answer.alt) return [];
  const { long } = effectiveTexts(record, rules, lang);
  return [{ kind: 'alt', text: answer.alt, lang: answer.lang }, ...(answer.hasLong ? longOf(long) : [])];
};

/** One text of a kind and language: a language that has none of its own answers with another's. */
const placeOf = ({ kind, lang = '' }: Said): string => `${kind} ${lang}`;

/** The view. `url` is the picture's address, and the target unless that is a canvas of a manifest. */
export const iiifView = (record: CaptionRecord, url: string, rules: WordingRules, canvas = url): IiifView => {
  const languages = [undefined, ...Object.keys(record.translations ?? {})];
  const base = withoutFragment(url);
  const all = languages.flatMap((lang) => saidIn(record, rules, lang));
  const places = all.map(placeOf);
  const items = all
    .filter((one, at) => places.indexOf(placeOf(one)) === at)
    .map(({ kind, text, lang }): IiifAnnotation => {
      const language = languageTag(lang);
      return {
        id: `${base}#describing-${kind}${language === undefined ? '' : `-${language}`}`,
        type: 'Annotation',
        motivation: 'describing',
        body: { type: 'TextualBody', value: text, format: 'text/plain', ...(language !== undefined && { language }) },
        target: canvas,
      };
    });
  return { '@context': 'http://iiif.io/api/presentation/3/context.json', id: `${base}#describing`, type: 'AnnotationPage', items };
};
