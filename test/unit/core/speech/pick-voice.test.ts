// Which voice speaks which language.
import { describe, expect, it } from 'vitest';
import { POLLY_VOICES } from '../../../../functions/adapters/aws/polly-voices.ts';
import { pickVoice } from '../../../../functions/core/speech/pick-voice.ts';

describe('a voice', () => {
  it.each([
    ['en', 'en-US'],
    ['EN-gb', 'en-GB'],
    ['en-CA', 'en-US'],
    ['de', 'de-DE'],
    ['de-AT', 'de-AT'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-PT'],
    ['zh', 'cmn-CN'],
    ['zh-Hans-CN', 'cmn-CN'],
    ['zh-HK', 'yue-CN'],
    ['no', 'nb-NO'],
    ['ar', 'ar-AE'],
  ])('for %s is one of %s', (lang, tag) => expect(pickVoice(POLLY_VOICES, lang)?.lang).toBe(tag));

  it.each(['', 'tlh', 'xx-YY'])('for %j is none', (lang) => expect(pickVoice(POLLY_VOICES, lang)).toBeUndefined());
});
