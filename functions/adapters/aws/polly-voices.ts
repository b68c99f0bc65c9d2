// The neural voice of each language of Amazon Polly, the one that is taken for a language without a region first:
// https://docs.aws.amazon.com/polly/latest/dg/available-voices.html
import type { LanguageCode, VoiceId } from '@aws-sdk/client-polly';
import type { Voice } from '../../core/speech/speech-ports.ts';

/** A neural voice of Polly. */
export type PollyVoice = Voice & { id: VoiceId; lang: LanguageCode };

const BY_LANGUAGE: readonly (readonly [LanguageCode, VoiceId])[] = [
  ['en-US', 'Joanna'],
  ['en-GB', 'Amy'],
  ['en-AU', 'Olivia'],
  ['en-IE', 'Niamh'],
  ['en-IN', 'Kajal'],
  ['en-NZ', 'Aria'],
  ['en-SG', 'Jasmine'],
  ['en-ZA', 'Ayanda'],
  ['de-DE', 'Vicki'],
  ['de-AT', 'Hannah'],
  ['de-CH', 'Sabrina'],
  ['fr-FR', 'Lea'],
  ['fr-BE', 'Isabelle'],
  ['fr-CA', 'Gabrielle'],
  ['es-ES', 'Lucia'],
  ['es-MX', 'Mia'],
  ['es-US', 'Lupe'],
  ['pt-BR', 'Camila'],
  ['pt-PT', 'Ines'],
  ['nl-NL', 'Laura'],
  ['nl-BE', 'Lisa'],
  ['ar-AE', 'Hala'],
  ['ca-ES', 'Arlet'],
  ['cmn-CN', 'Zhiyu'],
  ['cs-CZ', 'Jitka'],
  ['da-DK', 'Sofie'],
  ['fi-FI', 'Suvi'],
  ['hi-IN', 'Kajal'],
  ['it-IT', 'Bianca'],
  ['ja-JP', 'Tomoko'],
  ['ko-KR', 'Seoyeon'],
  ['nb-NO', 'Ida'],
  ['pl-PL', 'Ola'],
  ['sv-SE', 'Elin'],
  ['tr-TR', 'Burcu'],
  ['yue-CN', 'Hiujin'],
];

/** All of them. */
export const POLLY_VOICES: readonly PollyVoice[] = BY_LANGUAGE.map(([lang, id]) => ({ id, lang }));
