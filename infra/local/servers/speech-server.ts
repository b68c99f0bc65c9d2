// Amazon Polly's SynthesizeSpeech for one machine, on the loopback interface only, spoken by eSpeak NG in a process of its own.
// https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
import type { IncomingMessage, ServerResponse } from 'node:http';
import { XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { POLLY_VOICES } from '../../../functions/adapters/aws/polly-voices.ts';
import { closeServer, isLoopbackHost, once, serve } from './loopback.ts';
import { NoSpeech, type SpeechProcess, speechProcess } from './speech-process.ts';
import { espeakSsml, espeakVoice } from './speech-voices.ts';

/** How the speech server runs; `speech` is another engine than eSpeak NG, for tests. */
export type SpeechServerOptions = { port: number; speech?: SpeechProcess };

/** A running speech server. */
export type SpeechServer = { url: string; port: number; close(): Promise<void> };

const PATH = '/v1/speech';
/** Bytes of a request: 6,000 characters, each escaped in JSON. */
const MAX_BYTES = 64 * 1024;
/** As Polly has them: characters that are billed, and with tags. */
const MAX_BILLED = 3000;
const MAX_CHARACTERS = 6000;
/** Requests that wait; Polly's neural voices take some more. */
const MAX_WAITING = 16;
/** Tags that Polly's neural voices know, of those that eSpeak knows, too; of any other Polly says InvalidSsml. */
const TAGS = ['speak', 'p', 's', 'break', 'sub', 'lang'];

const input = z.object({
  Engine: z.literal('neural'),
  OutputFormat: z.enum(['mp3', 'ogg_vorbis']),
  Text: z.string().min(1),
  TextType: z.enum(['ssml', 'text']).default('text'),
  VoiceId: z.string(),
  LanguageCode: z.string().optional(),
});
type Input = z.infer<typeof input>;

/** A refusal in Polly's words. */
class Refusal extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

const withoutTags = (ssml: string): string => ssml.replace(/<[^>]*>/g, '');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const checkedSsml = ({ Text, TextType }: Input): string => {
  const ssml = TextType === 'ssml' ? Text : `<speak>${escaped(Text)}</speak>`;
  if (ssml.length > MAX_CHARACTERS || withoutTags(ssml).length > MAX_BILLED) {
    throw new Refusal('TextLengthExceededException', 'Maximum text length has been exceeded');
  }
  const tags = [...ssml.matchAll(/<\/?([\w:-]+)/g)].map(([, name = '']) => name);
  const isWhole = ssml.startsWith('<speak>') && ssml.endsWith('</speak>') && XMLValidator.validate(ssml) === true;
  if (!isWhole || tags.some((tag) => !TAGS.includes(tag))) throw new Refusal('InvalidSsmlException', 'Invalid SSML request');
  return ssml;
};

const voiceOf = ({ VoiceId, LanguageCode }: Input): string => {
  const voices = POLLY_VOICES.filter(({ id }) => id === VoiceId);
  const [first] = voices;
  if (first === undefined) throw new Refusal('ValidationException', 'There is no such voice.');
  const voice = LanguageCode === undefined ? first : voices.find(({ lang }) => lang === LanguageCode);
  if (voice === undefined) throw new Refusal('LanguageNotSupportedException', 'The voice does not speak this language.');
  return espeakVoice(voice.lang);
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Refusal('TextLengthExceededException', 'Maximum text length has been exceeded');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const inputOf = (body: string): Input => {
  try {
    return input.parse(JSON.parse(body));
  } catch {
    throw new Refusal('ValidationException', 'Engine neural, OutputFormat mp3 or ogg_vorbis, Text and VoiceId are needed.');
  }
};

const refusalOf = (thrown: unknown): Refusal => {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof NoSpeech && thrown.why === 'missing') {
    return new Refusal('EngineNotSupportedException', 'The package espeak-ng is not installed; npm ci installs it.');
  }
  return new Refusal('ServiceFailureException', 'The text was not spoken.', 500);
};

const checkRequest = ({ method, url, headers }: IncomingMessage): void => {
  // no page of a web site may make this machine speak
  if (isLoopbackHost(headers.host) && headers.origin === undefined && method === 'POST' && url?.split('?')[0] === PATH) return;
  throw new Refusal('UnknownOperationException', 'Only SynthesizeSpeech is served here.', 501);
};

const speaking = (speech: SpeechProcess) => {
  let waiting = 0;
  return async (request: IncomingMessage): Promise<{ audio: Uint8Array; asked: Input }> => {
    checkRequest(request);
    const asked = inputOf(await bodyOf(request));
    const ssml = espeakSsml(checkedSsml(asked));
    const voice = voiceOf(asked);
    if (waiting === MAX_WAITING) throw new Refusal('ThrottlingException', 'Too many requests wait.', 429);
    waiting += 1;
    try {
      return { audio: await speech.speak({ ssml, voice, format: asked.OutputFormat === 'mp3' ? 'mp3' : 'ogg' }), asked };
    } finally {
      waiting -= 1;
    }
  };
};

/** Starts the server. */
export const startSpeechServer = async ({ port, speech = speechProcess() }: SpeechServerOptions): Promise<SpeechServer> => {
  const speak = speaking(speech);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { audio, asked } = await speak(request);
      const type = asked.OutputFormat === 'mp3' ? 'audio/mpeg' : 'audio/ogg';
      response.writeHead(200, { 'content-type': type, 'x-amzn-requestcharacters': String(withoutTags(asked.Text).length) }).end(audio);
    } catch (thrown) {
      const { status, name, message } = refusalOf(thrown);
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name }).end(JSON.stringify({ message }));
    }
  };
  const { server, ...listening } = await serve(port, {}, (request, response) => void answer(request, response));
  const close = once(async () => {
    speech.close();
    await closeServer(server);
  });
  return { ...listening, close };
};
