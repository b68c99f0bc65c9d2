// What is asked of Polly, and what becomes of its answers. With a server that speaks: test/slow/speech-server.test.ts.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pollyClient, pollySpeech } from '../../../../functions/adapters/aws/polly.ts';
import type { SpeechFormat } from '../../../../functions/core/speech/speech-ports.ts';
import { type Answer, type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const SSML = '<speak><p>A cat.</p></speak>';

let server: ScriptedServer;
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

const speak = async (answer: Answer, lang = 'en', format: SpeechFormat = 'mp3') => {
  server = await scriptedServer(answer);
  const engine = pollySpeech(pollyClient('eu-west-1', { endpoint: server.url, credentials: CREDENTIALS }));
  return engine.speak({ ssml: SSML, voice: engine.voiceFor(lang) ?? { id: 'Nobody', lang }, format });
};

const audio = (bytes: string): Answer => {
  return (response) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(bytes);
};
const refusal = (status: number, name: string): Answer => {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name }).end('{"message":"no"}');
};

describe('speaking', () => {
  it.each([
    ['mp3', 'mp3', 'audio/mpeg', 'en-GB', 'Amy'],
    ['ogg', 'ogg_vorbis', 'audio/ogg', 'hi', 'Kajal'],
  ] as const)('asks for %s by a neural voice', async (format, outputFormat, contentType, lang, voice) => {
    expect(await speak(audio('sound'), lang, format)).toEqual({ bytes: Buffer.from('sound'), contentType });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', url: '/v1/speech' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      Engine: 'neural',
      OutputFormat: outputFormat,
      SampleRate: '24000',
      Text: SSML,
      TextType: 'ssml',
      VoiceId: voice,
      LanguageCode: lang === 'hi' ? 'hi-IN' : 'en-GB',
    });
  });

  it('is tried again when Polly is busy', async () => {
    const answer: Answer = (response, asked, number) =>
      (number === 1 ? refusal(429, 'ThrottlingException') : audio('sound'))(response, asked, number);
    expect((await speak(answer)).bytes).toEqual(Buffer.from('sound'));
    expect(server.asked).toHaveLength(2);
  });

  it.each<[string, Answer, string]>([
    ['no engine for the voice', refusal(400, 'EngineNotSupportedException'), 'SPEECH_OFF'],
    ['another language', refusal(400, 'LanguageNotSupportedException'), 'LANGUAGE_NOT_SPOKEN'],
    ['too long a text', refusal(400, 'TextLengthExceededException'), 'TEXT_TOO_LONG'],
    ['SSML that it does not know', refusal(400, 'InvalidSsmlException'), 'INTERNAL'],
    ['no right', refusal(403, 'AccessDeniedException'), 'INTERNAL'],
    ['a failure of its own', refusal(500, 'ServiceFailureException'), 'UNAVAILABLE'],
    ['no bytes at all', audio(''), 'INTERNAL'],
    ['more bytes than any text has', audio('x'.repeat(3_600_001)), 'INTERNAL'],
    ['a body that breaks off', (response) => void response.writeHead(200).write('x', () => response.destroy()), 'UNAVAILABLE'],
  ])('of %s is %s', async (_, answer, code) => {
    await expect(speak(answer)).rejects.toMatchObject({ code });
  });

  it('ends when the body does not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const spoken = speak((response) => void response.writeHead(200).write('x'));
    let isOver = false;
    const ended = expect(spoken.finally(() => (isOver = true))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    while (!isOver) {
      // the answer's first byte comes by a real connection
      await new Promise((done) => setImmediate(done));
      if (server.asked.length > 0) await vi.advanceTimersByTimeAsync(1);
    }
    await ended;
  });

  it('wants a voice of its own', async () => {
    await expect(speak(audio('sound'), 'tlh')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(server.asked).toEqual([]);
  });
});
