// The speech server with the real Polly client and the adapter: it really speaks, in the language of the voice, at the speed of people.
import { PollyClient, SynthesizeSpeechCommand, type SynthesizeSpeechCommandInput } from '@aws-sdk/client-polly';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pollyClient, pollySpeech } from '../../functions/adapters/aws/polly.ts';
import { POLLY_VOICES } from '../../functions/adapters/aws/polly-voices.ts';
import { joinMp3 } from '../../functions/core/speech/mp3-frames.ts';
import { countWords, SPEAKING_WORDS_PER_MINUTE } from '../../functions/core/speech/reading-time.ts';
import type { SpeechFormat } from '../../functions/core/speech/speech-ports.ts';
import { NoSpeech, speechProcess } from '../../infra/local/servers/speech-process.ts';
import { type SpeechServer, startSpeechServer } from '../../infra/local/servers/speech-server.ts';
import { espeakVoice } from '../../infra/local/servers/speech-voices.ts';
import { type Heard, listen } from '../support/listen.ts';
import { CREDENTIALS } from '../support/object-servers.ts';

const LONG =
  'A person in a blue jacket rides a red bicycle along a quiet street beside a brick wall, while two children watch from the pavement. ' +
  'A small dog sleeps next to them, and a yellow car is parked in the background.';
const GERMAN = 'Ein rotes Fahrrad lehnt an einer Backsteinmauer, daneben schläft ein kleiner Hund.';
/** Full scale is 1; Polly's speech has about 0.1. */
const LEAST_RMS = 0.03;

let server: SpeechServer;
let client: PollyClient;
beforeAll(async () => {
  server = await startSpeechServer({ port: 0 });
  client = pollyClient('us-east-1', { endpoint: server.url, credentials: CREDENTIALS });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const bytesOf = async (inner: string, lang = 'en', format: SpeechFormat = 'mp3') => {
  const engine = pollySpeech(client);
  const voice = engine.voiceFor(lang) ?? { id: '', lang };
  return await engine.speak({ ssml: `<speak>${inner}</speak>`, voice, format });
};
const hear = async (inner: string, lang?: string, format?: SpeechFormat): Promise<Heard> => {
  const { bytes, contentType } = await bytesOf(inner, lang, format);
  return await listen(bytes, contentType);
};

describe('the speech server', () => {
  it.each(['mp3', 'ogg'] as const)('is heard as %s, at the speed of people', async (format) => {
    const { seconds, rms, silenceBefore, silenceAfter } = await hear(LONG, 'en', format);
    expect(rms).toBeGreaterThan(LEAST_RMS);
    const spoken = seconds - silenceBefore - silenceAfter;
    const wordsPerMinute = (countWords(LONG) * 60) / spoken;
    expect(wordsPerMinute).toBeGreaterThan(SPEAKING_WORDS_PER_MINUTE * 0.75);
    expect(wordsPerMinute).toBeLessThan(SPEAKING_WORDS_PER_MINUTE * 1.25);
    expect(Math.max(silenceBefore, silenceAfter)).toBeLessThan(1);
  });

  it('says other texts otherwise, the same text the same, and German as German', async () => {
    const [cat, dog, again] = [await hear('A cat on a mat.'), await hear('A dog in a garden.'), await hear('A cat on a mat.')];
    expect(again.samples).toEqual(cat.samples);
    expect(dog.samples).not.toEqual(cat.samples);
    const german = await hear(GERMAN, 'de');
    expect(german.rms).toBeGreaterThan(LEAST_RMS);
    expect(german.samples).not.toEqual((await hear(GERMAN, 'en')).samples);
  });

  it('knows the tags that are used: pauses are silent, aliases are said, the language changes', async () => {
    const plain = await hear('<p>A cat.</p>');
    const paused = await hear('<p>A cat.</p><break time="2s"/><p>A cat.</p>');
    expect(paused.seconds).toBeGreaterThan(2 * plain.seconds - plain.silenceBefore - plain.silenceAfter + 1);
    const sub = await hear('<p>A <sub alias="hippopotamus in a house">cat</sub>.</p>');
    expect(sub.seconds).toBeGreaterThan(plain.seconds + 0.5);
    const words = 'Ausfahrt freihalten';
    const changed = await hear(`<p>It says <lang xml:lang="de-DE">${words}</lang>.</p>`);
    expect(changed.samples).not.toEqual((await hear(`<p>It says ${words}.</p>`)).samples);
  });

  it('gives MP3 that can be joined', async () => {
    const [one, two] = [await bytesOf('One cat.'), await bytesOf('Two dogs.')];
    const both = await listen(joinMp3([one.bytes, two.bytes]), 'audio/mpeg');
    const apart = (await listen(one.bytes, one.contentType)).seconds + (await listen(two.bytes, two.contentType)).seconds;
    expect(both.seconds).toBeGreaterThan(apart * 0.95);
    expect(both.seconds).toBeLessThan(apart * 1.05);
  });

  it('has a voice for every language of Polly', async () => {
    const silent: string[] = [];
    const voices = new Map(POLLY_VOICES.map(({ lang }) => [espeakVoice(lang), lang]));
    for (const lang of voices.values()) {
      const { rms } = await hear('2 1', lang);
      if (rms < LEAST_RMS) silent.push(lang);
    }
    expect(silent).toEqual([]);
  }, 120_000);

  it('is heard by many who ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, at) => hear(`Picture number ${at}.`)));
    expect(all.filter(({ rms }) => rms < LEAST_RMS)).toEqual([]);
  });
});

describe('what Polly refuses', () => {
  const ask = async (input: Partial<SynthesizeSpeechCommandInput>): Promise<string> => {
    const whole = { Engine: 'neural', OutputFormat: 'mp3', Text: 'A cat.', VoiceId: 'Joanna', ...input } as const;
    return await client.send(new SynthesizeSpeechCommand(whole)).then(
      () => 'spoken',
      (thrown: Error) => thrown.name,
    );
  };
  const ssml = (Text: string): Partial<SynthesizeSpeechCommandInput> => ({ Text, TextType: 'ssml' });

  it.each<[string, Partial<SynthesizeSpeechCommandInput>]>([
    ['spoken', {}],
    ['spoken', { Text: 'Tom & <Jerry>' }],
    ['InvalidSsmlException', ssml('A cat.')],
    ['InvalidSsmlException', ssml('<speak>A cat.')],
    ['InvalidSsmlException', ssml('<speak>A & cat.</speak>')],
    ['InvalidSsmlException', ssml('<speak><emphasis>A cat.</emphasis></speak>')],
    ['InvalidSsmlException', ssml('<speak><say-as interpret-as="characters">ab</say-as></speak>')],
    ['TextLengthExceededException', { Text: 'x'.repeat(3001) }],
    ['TextLengthExceededException', ssml(`<speak>${'<p>x</p>'.repeat(800)}</speak>`)],
    ['TextLengthExceededException', { Text: 'x'.repeat(70_000) }],
    ['LanguageNotSupportedException', { LanguageCode: 'de-DE' }],
    ['ValidationException', { VoiceId: 'Zeina' }],
    ['ValidationException', { Engine: 'standard' }],
  ])('%s: %j', async (name, input) => expect(await ask(input)).toBe(name));

  it('serves nothing else, and no page of a web site', async () => {
    const post = { method: 'POST', body: '{}' };
    expect((await fetch(server.url)).status).toBe(501);
    expect((await fetch(`${server.url}/v1/speech`, { ...post, headers: { origin: 'https://www.example.com' } })).status).toBe(501);
    expect((await fetch(`${server.url}/v1/speech`, post)).status).toBe(400);
  });
});

describe('an engine that fails', () => {
  const nameOf = async (thrown: NoSpeech): Promise<unknown> => {
    const speech = { speak: () => Promise.reject(thrown), close: () => {} };
    const other = await startSpeechServer({ port: 0, speech });
    const asking = new PollyClient({
      endpoint: other.url,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
    try {
      await pollySpeech(asking).speak({ ssml: '<speak>x</speak>', voice: { id: 'Joanna', lang: 'en-US' }, format: 'mp3' });
      return 'spoken';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    } finally {
      asking.destroy();
      await other.close();
    }
  };

  it('is told as one that is not installed, or as one that may answer later', async () => {
    expect(await nameOf(new NoSpeech('missing', 'no package'))).toBe('SPEECH_OFF');
    expect(await nameOf(new NoSpeech('broken', 'ended'))).toBe('UNAVAILABLE');
  });

  it('is started again after it has ended or taken too long', async () => {
    const impatient = speechProcess(undefined, 1);
    await expect(impatient.speak({ ssml: '<speak>x</speak>', voice: 'en-us', format: 'mp3' })).rejects.toMatchObject({ why: 'broken' });
    impatient.close();
    const speech = speechProcess();
    await expect(speech.speak({ ssml: '<speak>x</speak>', voice: 'xx', format: 'mp3' })).rejects.toMatchObject({
      why: 'broken',
      message: expect.stringContaining('voice does not exist'),
    });
    const cut = speech.speak({ ssml: '<speak>x</speak>', voice: 'en-us', format: 'mp3' });
    speech.close();
    await expect(cut).rejects.toMatchObject({ why: 'broken' });
    expect((await speech.speak({ ssml: '<speak>x</speak>', voice: 'en-us', format: 'mp3' })).length).toBeGreaterThan(1000);
    speech.close();
  });
});
