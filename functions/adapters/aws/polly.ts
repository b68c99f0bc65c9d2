// Amazon Polly speaks SSML with its neural voices. https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
import { addAbortSignal, type Readable } from 'node:stream';
import { type OutputFormat, PollyClient, SynthesizeSpeechCommand, type SynthesizeSpeechCommandOutput } from '@aws-sdk/client-polly';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { CodedError } from '../../core/errors.ts';
import { type RequestCode, RequestError } from '../../core/lookup/request-error.ts';
import { pickVoice } from '../../core/speech/pick-voice.ts';
import { SPEECH_TYPES, type SpeechBounds, type SpeechEngine, type SpeechFormat, type SpokenAudio } from '../../core/speech/speech-ports.ts';
import { awsFacts, fromAws } from './aws-errors.ts';
import { type ClientPlace, requestSettings } from './aws-requests.ts';
import { POLLY_VOICES } from './polly-voices.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 6000, attempts: 3, sockets: 8 };
const WHAT = 'the speech engine';

/** Characters of one request: https://docs.aws.amazon.com/polly/latest/dg/limits.html */
const POLLY_BOUNDS: SpeechBounds = { billed: 3000, ssml: 6000 };

/** Bytes of one request's audio: ten minutes at 48 kbit/s. */
const MAX_BYTES = 3_600_000;
/** For all attempts and the whole body, in ms: the function ends after 15 s. */
const DEADLINE_MS = 12_000;

const OUTPUT_FORMATS: Readonly<Record<SpeechFormat, OutputFormat>> = { mp3: 'mp3', ogg: 'ogg_vorbis' };
/** Hz: what neural voices have by default. */
const SAMPLE_RATE = '24000';

/** A client for Polly; one for each process. By HTTP/1.1: of itself it takes HTTP/2, whose one session is dead when a frozen function wakes. */
export const pollyClient = (region: string, place: ClientPlace = {}): PollyClient => {
  const settings = requestSettings(BOUNDS);
  return new PollyClient({ region, ...place, ...settings, requestHandler: new NodeHttpHandler(settings.requestHandler) });
};

const NO_ENGINE =
  'there is no speech engine here that speaks with neural voices; on AWS use a region that has them, on one machine install the packages (npm ci), or set speech=off';

/** Refusals that the caller can do something about, by name. */
const REFUSALS: Readonly<Record<string, readonly [RequestCode, string]>> = {
  EngineNotSupportedException: ['SPEECH_OFF', NO_ENGINE],
  LanguageNotSupportedException: ['LANGUAGE_NOT_SPOKEN', 'the voice does not speak this language'],
  TextLengthExceededException: ['TEXT_TOO_LONG', 'the text is too long to be spoken in one request'],
};

const speechError = (thrown: unknown): CodedError => {
  const refusal = REFUSALS[awsFacts(thrown).name];
  return refusal === undefined ? fromAws(thrown, WHAT) : new RequestError(...refusal);
};

/** All bytes of a body, which must not be empty. */
const bytesOf = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new CodedError('INTERNAL', `${WHAT} gave more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (length === 0) throw new CodedError('INTERNAL', `${WHAT} gave no audio`);
  return Buffer.concat(chunks);
};

const audioOf = async ({ AudioStream }: SynthesizeSpeechCommandOutput, signal: AbortSignal): Promise<Uint8Array> => {
  if (AudioStream === undefined) throw new CodedError('INTERNAL', `${WHAT} gave no audio`);
  return await bytesOf(addAbortSignal(signal, AudioStream as Readable));
};

/** Speech by a client. */
export const pollySpeech = (client: PollyClient): SpeechEngine => ({
  name: 'polly-neural-1',
  languages: POLLY_VOICES.map(({ lang }) => lang),
  bounds: POLLY_BOUNDS,
  voiceFor: (lang) => pickVoice(POLLY_VOICES, lang),
  async speak({ ssml, voice, format }): Promise<SpokenAudio> {
    const found = POLLY_VOICES.find(({ id, lang }) => id === voice.id && lang === voice.lang);
    if (found === undefined) throw new CodedError('INTERNAL', `${WHAT} has no voice of that name`);
    const command = new SynthesizeSpeechCommand({
      Engine: 'neural',
      OutputFormat: OUTPUT_FORMATS[format],
      SampleRate: SAMPLE_RATE,
      Text: ssml,
      TextType: 'ssml',
      VoiceId: found.id,
      LanguageCode: found.lang,
    });
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
    try {
      const output = await client.send(command, { abortSignal: deadline.signal });
      return { bytes: await audioOf(output, deadline.signal), contentType: SPEECH_TYPES[format] };
    } catch (thrown) {
      throw speechError(thrown);
    } finally {
      clearTimeout(timer);
    }
  },
});
