// A speech engine in memory: its "audio" says what was asked, so that tests can read it.
import { RequestError } from '../../functions/core/lookup/request-error.ts';
import {
  SPEECH_TYPES,
  type SpeechBounds,
  type SpeechEngine,
  type SpeechFormat,
  type Voice,
} from '../../functions/core/speech/speech-ports.ts';

const VOICES: readonly Voice[] = [
  { id: 'Joanna', lang: 'en-US' },
  { id: 'Amy', lang: 'en-GB' },
  { id: 'Vicki', lang: 'de-DE' },
];

/** The engine; `asked` is what it was asked so far. */
export type FakeSpeech = SpeechEngine & { asked: { ssml: string; voice: Voice; format: SpeechFormat }[] };

/** An engine with three voices; `fault` is thrown instead of audio, when it gives an error. */
export const fakeSpeech = (options: { bounds?: SpeechBounds; fault?: () => Error | undefined; silent?: boolean } = {}): FakeSpeech => {
  const asked: FakeSpeech['asked'] = [];
  return {
    name: 'fake',
    languages: VOICES.map(({ lang }) => lang),
    bounds: options.bounds ?? { billed: 3000, ssml: 6000 },
    asked,
    voiceFor: (lang) =>
      VOICES.find((voice) => voice.lang === lang) ?? VOICES.find((voice) => voice.lang.split('-')[0] === lang.split('-')[0]),
    async speak(request) {
      asked.push(request);
      const fault = options.fault?.();
      if (fault !== undefined) throw fault;
      const bytes = new TextEncoder().encode(options.silent === true ? '' : `${request.voice.id} ${request.format} ${request.ssml}`);
      return { bytes, contentType: SPEECH_TYPES[request.format] };
    },
  };
};

/** What an engine that is not there throws. */
export const noEngine = (): Error => new RequestError('SPEECH_OFF', 'install it');
