// Amazon Translate: short texts as HTML, so that text in the picture can be marked as not to be translated.
// https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html
import { TranslateClient, TranslateTextCommand } from '@aws-sdk/client-translate';
import type { CodedError } from '../../core/errors.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import type { TextStretch, Translator } from '../../core/translate/translate-ports.ts';
import { awsFacts, fromAws } from './aws-errors.ts';
import { type ClientPlace, requestSettings } from './aws-requests.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 6000, attempts: 3, sockets: 8 };
/** For all attempts, in ms: the function ends after 15 s. */
const DEADLINE_MS = 12_000;
const WHAT = 'the translator';
const HTTP_NOT_IMPLEMENTED = 501;

/** Codes with a region or script; of all other languages Translate knows the language alone. */
const WITH_REGION = ['es-MX', 'fa-AF', 'fr-CA', 'pt-PT', 'zh-TW'];
/** Tags that Translate names otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = { nb: 'no', nn: 'no', fil: 'tl', 'zh-HK': 'zh-TW', 'zh-Hant': 'zh-TW' };

/** A client for Translate; one for each process. */
export const translateClient = (region: string, place: ClientPlace = {}): TranslateClient =>
  new TranslateClient({ region, ...place, ...requestSettings(BOUNDS) });

/** Translate's code for a BCP 47 tag: https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html */
export const translateCode = (lang: string): string => {
  const [language = '', second = ''] = lang.split('-');
  const tag = `${language}-${second}`;
  if (WITH_REGION.includes(tag)) return tag;
  return OTHER_NAMES[tag] ?? OTHER_NAMES[language] ?? language;
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const htmlOf = (stretches: readonly TextStretch[]): string => {
  const inner = stretches.map(({ text, keep }) => (keep === true ? `<span translate="no">${escaped(text)}</span>` : escaped(text)));
  return `<p>${inner.join('')}</p>`;
};

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** The text of what comes back: tags of ours only, and entities. */
const textOf = (html: string): string =>
  html
    .replace(/<\/?(?:p|span)\b[^>]*>/gi, '')
    .replace(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => character(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});/g, (_, decimal: string) => character(Number(decimal)))
    .replace(/&([a-z]+);/gi, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity);

const translateError = (thrown: unknown, to: string): CodedError => {
  const { name, status } = awsFacts(thrown);
  if (name === 'UnsupportedLanguagePairException') {
    return new RequestError('LANGUAGE_NOT_TRANSLATED', `the translator does not translate into "${to}"`);
  }
  if (name === 'TextSizeLimitExceededException') return new RequestError('TEXT_TOO_LONG', 'the text is too long to be translated');
  if (status === HTTP_NOT_IMPLEMENTED) {
    return new RequestError('TRANSLATION_OFF', 'there is no translator on this machine: Amazon Translate works in AWS only');
  }
  return fromAws(thrown, WHAT);
};

/** Translations by a client. */
export const amazonTranslator = (client: TranslateClient): Translator => ({
  name: 'amazon-translate',
  async translate({ stretches, from, to }) {
    const command = new TranslateTextCommand({
      Text: htmlOf(stretches),
      SourceLanguageCode: translateCode(from),
      TargetLanguageCode: translateCode(to),
    });
    try {
      return textOf((await client.send(command, { abortSignal: AbortSignal.timeout(DEADLINE_MS) })).TranslatedText ?? '');
    } catch (thrown) {
      throw translateError(thrown, to);
    }
  },
});
