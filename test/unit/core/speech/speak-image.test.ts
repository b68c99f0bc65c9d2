// Hearing a picture: what is asked of the engine, what is kept, and every refusal.
import { describe, expect, it, vi } from 'vitest';
import { PictureError } from '../../../../functions/core/errors.ts';
import type { Lookup } from '../../../../functions/core/lookup/lookup-ports.ts';
import { principalOf } from '../../../../functions/core/lookup/principal.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { hear, MAX_AUDIO_BYTES, planSpeech } from '../../../../functions/core/speech/speak-image.ts';
import type { SpeechEngine, SpeechFormat } from '../../../../functions/core/speech/speech-ports.ts';
import type { SpeechUse } from '../../../../functions/core/speech/speech-text.ts';
import { type Api, api, BUCKET, CALLERS, readyRecord } from '../../../support/api.ts';
import { fakeSpeech, noEngine } from '../../../support/fake-speech.ts';

const PRINCIPAL = principalOf(CALLERS.both);
const PREFIX = 'caption-on-upload/';
const text = (words: string, lang = 'en') => ({ text: words, lang, origin: 'human' as const, at: 1 });

const houseOf = async (engine: SpeechEngine | undefined, fields: Partial<CaptionRecord> = {}, outputPrefix = PREFIX) => {
  const record = await readyRecord('a.jpg', { texts: { alt: text('A cat on a mat.'), long: text('A cat.\nA mat.') }, ...fields });
  const keys = { keyPrefixes: [], keySuffixes: [], outputPrefix };
  const house: Api = api([record], { keys }, {}, engine === undefined ? {} : { speech: engine });
  const lookup: Lookup = house.service.lookup;
  const plan = (use: SpeechUse = {}, format: SpeechFormat = 'mp3') => planSpeech(lookup, PRINCIPAL, record.id, use, format);
  const say = async (use: SpeechUse = {}, format: SpeechFormat = 'mp3') => {
    const heard = await hear(lookup, await plan(use, format));
    return { ...heard, text: new TextDecoder().decode(heard.bytes) };
  };
  return { house, lookup, plan, say };
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing thrown',
    (thrown: { code?: string }) => thrown.code,
  );

describe('a picture that is heard', () => {
  it('is spoken once, kept below the output prefix by its content, and served from there', async () => {
    const engine = fakeSpeech();
    const { house, plan, say } = await houseOf(engine);
    const first = await say();
    expect(first).toMatchObject({ contentType: 'audio/mpeg', text: 'Joanna mp3 <speak><p>A cat on a mat.</p></speak>' });
    expect(await say()).toEqual(first);
    expect(engine.asked).toHaveLength(1);
    const { key = '', hash } = await plan();
    expect(key).toBe(`${PREFIX}speech/${hash}.mp3`);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(house.files.about(key)).toEqual({ contentType: 'audio/mpeg', metadata: { voice: 'Joanna' } });
  });

  it('is another file for another format, text or voice', async () => {
    const engine = fakeSpeech();
    const { plan } = await houseOf(engine);
    const german = await houseOf(engine, { texts: { alt: text('A cat on a mat.', 'de') } });
    const plans = [await plan(), await plan({}, 'ogg'), await plan({ field: 'long' }), await german.plan()];
    expect(new Set(plans.map(({ hash }) => hash)).size).toBe(4);
    expect(plans.map(({ voice }) => voice.id)).toEqual(['Joanna', 'Joanna', 'Joanna', 'Vicki']);
  });

  it('is spoken anew each time without an output prefix', async () => {
    const engine = fakeSpeech();
    const { say, house } = await houseOf(engine, {}, '');
    await say();
    await say();
    expect(engine.asked).toHaveLength(2);
    const kept: string[] = [];
    for await (const { key } of house.files.list(BUCKET, '')) kept.push(key);
    expect(kept).toEqual([]);
  });

  it('changes to the language of text in the picture where a voice speaks it', async () => {
    const facts = {
      text: [
        { text: 'Ausfahrt', lang: 'de' },
        { text: 'Uscita', lang: 'it' },
      ],
    };
    const { say } = await houseOf(fakeSpeech(), { texts: { alt: text('Signs: “Ausfahrt” and “Uscita”.') }, facts });
    expect((await say()).text).toContain('“<lang xml:lang="de-DE">Ausfahrt</lang>” and “Uscita”');
  });

  it('is heard by all who ask at once', async () => {
    const { say } = await houseOf(fakeSpeech());
    const all = await Promise.all(Array.from({ length: 5 }, () => say()));
    expect(new Set(all.map((heard) => heard.text)).size).toBe(1);
  });

  it('is joined from several requests where one is not enough', async () => {
    const engine = fakeSpeech({ bounds: { billed: 12, ssml: 200 } });
    const { say } = await houseOf(engine);
    expect((await say({ field: 'long' })).text).toBe('Joanna mp3 <speak><p>A cat.</p></speak>Joanna mp3 <speak><p>A mat.</p></speak>');
    expect(await codeOf(say({ field: 'long' }, 'ogg'))).toBe('TEXT_TOO_LONG');
  });

  it('is heard although the bucket is in trouble, which is told', async () => {
    const reading = await houseOf(fakeSpeech());
    vi.spyOn(reading.lookup.objects, 'fetch').mockRejectedValue(new PictureError('INTERNAL', 'no answer'));
    expect(await reading.say()).toMatchObject({ trouble: { code: 'INTERNAL' } });
    const writing = await houseOf(fakeSpeech());
    vi.spyOn(writing.lookup.objects, 'put').mockRejectedValue(new Error('no right'));
    expect(await writing.say()).toMatchObject({ trouble: { message: 'no right' }, text: expect.stringContaining('A cat on a mat.') });
    expect(await reading.say()).not.toHaveProperty('text', '');
  });

  it('is spoken anew where the file that was kept is empty', async () => {
    const { house, plan, say } = await houseOf(fakeSpeech());
    const { key = '' } = await plan();
    house.files.upload(key, '');
    expect(await say()).not.toHaveProperty('trouble');
  });
});

describe('refusals', () => {
  it('say that speech is off, or that there is no engine behind it', async () => {
    expect(await codeOf((await houseOf(undefined)).plan())).toBe('SPEECH_OFF');
    expect(await codeOf((await houseOf(fakeSpeech({ fault: noEngine }))).say())).toBe('SPEECH_OFF');
  });

  it('name the languages that have a voice', async () => {
    const { plan } = await houseOf(fakeSpeech(), { texts: { alt: text('Kissa.', 'fi') } });
    await expect(plan()).rejects.toMatchObject({ code: 'LANGUAGE_NOT_SPOKEN', message: expect.stringContaining('en-US, en-GB, de-DE') });
  });

  it('say why there is nothing to say', async () => {
    const { plan } = await houseOf(fakeSpeech());
    await expect(plan({ usage: 'decorative' })).rejects.toMatchObject({
      code: 'NOTHING_TO_SAY',
      message: expect.stringContaining('empty'),
    });
    expect(await codeOf(plan({ field: 'alt' }))).toBe('nothing thrown');
  });

  it('never let silence pass for speech', async () => {
    await expect((await houseOf(fakeSpeech({ silent: true }))).say()).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('keep an answer within what Lambda can give', async () => {
    const { say } = await houseOf(fakeSpeech({ bounds: { billed: 12, ssml: 200 } }), {
      texts: { long: text('One is here. Two is here. Three is here. Four is here.') },
    });
    expect(await codeOf(say({ field: 'long' }))).toBe('TEXT_TOO_LONG');
    const engine: SpeechEngine = { ...fakeSpeech(), speak: async () => ({ bytes: new Uint8Array(MAX_AUDIO_BYTES + 1), contentType: '' }) };
    expect(await codeOf((await houseOf(engine)).say())).toBe('TEXT_TOO_LONG');
  });

  it('tell nothing of pictures of others', async () => {
    const { lookup } = await houseOf(fakeSpeech());
    const others = principalOf(CALLERS.shop);
    const id = (await readyRecord('a.jpg')).id;
    expect(await codeOf(planSpeech(lookup, others, id, {}, 'mp3'))).toBe('NOT_FOUND');
    expect(await codeOf(planSpeech(lookup, PRINCIPAL, 'nobody', {}, 'mp3'))).toBe('NOT_FOUND');
  });
});
