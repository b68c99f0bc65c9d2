// Polly's voices and SSML in the words of eSpeak NG.
import type { PollyVoice } from '../../../functions/adapters/aws/polly-voices.ts';

/** eSpeak's voices by BCP 47 tag, where they are not named by the language alone. */
const ESPEAK_VOICES: Readonly<Record<string, string>> = {
  'en-US': 'en-us',
  'en-GB': 'en-gb',
  'fr-FR': 'fr-fr',
  'fr-BE': 'fr-be',
  'fr-CA': 'fr-fr',
  'es-ES': 'es',
  'es-MX': 'es-419',
  'es-US': 'es-419',
  'pt-BR': 'pt-br',
  'pt-PT': 'pt',
};
/** English of regions that eSpeak does not know is nearer to this one. */
const OTHER_ENGLISH = 'en-gb';

const languageOf = (tag: string): string => tag.split('-')[0] ?? '';

/** eSpeak's voice for a tag of Polly's. */
export const espeakVoice = (lang: PollyVoice['lang']): string =>
  ESPEAK_VOICES[lang] ?? (languageOf(lang) === 'en' ? OTHER_ENGLISH : languageOf(lang));

/** eSpeak changes the language by `voice`, of SSML 1.0; it ignores `lang`. */
export const espeakSsml = (ssml: string): string =>
  ssml
    .replace(/<lang\s+xml:lang="([^"]*)"\s*>/g, (_, lang: PollyVoice['lang']) => `<voice xml:lang="${espeakVoice(lang)}">`)
    .replaceAll('</lang>', '</voice>');
