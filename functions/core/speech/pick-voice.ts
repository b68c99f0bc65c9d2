// Which voice speaks a language.
import type { Voice } from './speech-ports.ts';

/** Tags that people use for languages that voices name otherwise, by ISO 639-3 macrolanguages and CLDR's likely subtags. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ar: 'ar-AE',
  zh: 'cmn-CN',
  'zh-hk': 'yue-CN',
  'zh-yue': 'yue-CN',
  no: 'nb-NO',
  nn: 'nb-NO',
};

const primary = (tag: string): string => tag.split('-')[0] ?? '';

/** The voice of exactly this BCP 47 tag, else the first one of its language. */
export const pickVoice = (voices: readonly Voice[], lang: string): Voice | undefined => {
  const asked = lang.toLowerCase();
  const tag = (OTHER_NAMES[asked] ?? OTHER_NAMES[primary(asked)] ?? asked).toLowerCase();
  const named = voices.map((voice) => ({ voice, tag: voice.lang.toLowerCase() }));
  const found = named.find((one) => one.tag === tag) ?? named.find((one) => primary(one.tag) === primary(tag));
  return found?.voice;
};
