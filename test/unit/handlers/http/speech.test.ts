// GET /v1/images/{id}/speech: audio as clients and players ask for it, and every refusal with its fix.
import { describe, expect, it, vi } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import type { SpeechEngine } from '../../../../functions/core/speech/speech-ports.ts';
import { byteRange } from '../../../../functions/handlers/http/speech/byte-range.ts';
import { type Asked, api, CALLERS, readyRecord } from '../../../support/api.ts';
import { fakeSpeech, noEngine } from '../../../support/fake-speech.ts';

const keys = { keyPrefixes: [], keySuffixes: [], outputPrefix: 'own/' };
const alt = { text: 'A cat on a mat.', lang: 'en', origin: 'human' as const, at: 1 };
const SAID = 'Joanna mp3 <speak><p>A cat on a mat.</p></speak>';

const houseOf = async (engine: SpeechEngine | undefined = fakeSpeech(), fields: Partial<CaptionRecord> = {}) => {
  const record = await readyRecord('a.jpg', { texts: { alt }, ...fields });
  const house = api([record], { keys }, {}, engine === undefined ? {} : { speech: engine });
  const ask = (asked: Asked = {}) => house.ask('GET', `/v1/images/${record.id}/speech`, asked);
  return { house, record, ask };
};
const heard = ({ body, isBase64Encoded }: { body: string; isBase64Encoded: boolean }): string => {
  expect(isBase64Encoded).toBe(true);
  return Buffer.from(body, 'base64').toString();
};

describe('speech', () => {
  it('is audio in base64, with its type, language and a tag', async () => {
    const { ask } = await houseOf();
    const answer = await ask();
    expect(heard(answer)).toBe(SAID);
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: {
        'content-type': 'audio/mpeg',
        'content-language': 'en',
        'cache-control': 'private, max-age=60',
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^W\/"[0-9a-f]{64}"$/),
      },
    });
    expect((await ask({ query: 'format=ogg' })).headers['content-type']).toBe('audio/ogg');
  });

  it('is not spoken for a client that has it', async () => {
    const engine = fakeSpeech();
    const { ask } = await houseOf(engine);
    const { etag = '' } = (await ask()).headers;
    const again = await ask({ headers: { 'if-none-match': etag } });
    expect(again).toMatchObject({ statusCode: 304, body: '', isBase64Encoded: false, headers: { etag } });
    expect(engine.asked).toHaveLength(1);
  });

  it('comes in parts for players that seek', async () => {
    const { ask } = await houseOf();
    const part = await ask({ headers: { range: 'bytes=0-5' } });
    expect(part).toMatchObject({ statusCode: 206, headers: { 'content-range': `bytes 0-5/${SAID.length}` } });
    expect(heard(part)).toBe('Joanna');
    expect(heard(await ask({ headers: { range: 'bytes=0-5', 'if-range': '"x"' } }))).toBe(SAID);
    const beyond = await ask({ headers: { range: 'bytes=900-' } });
    expect(beyond).toMatchObject({ statusCode: 416, headers: { 'content-range': `bytes */${SAID.length}` } });
  });

  it('is for the use that is asked for', async () => {
    const { ask } = await houseOf(undefined, {
      texts: { alt, long: { ...alt, text: 'A cat.' } },
      translations: { de: { alt: { ...alt, text: 'Eine Katze.', lang: 'de' } } },
    });
    expect((await ask({ query: 'usage=decorative' })).json).toMatchObject({ code: 'NOTHING_TO_SAY', status: 404 });
    expect(heard(await ask({ query: 'field=long' }))).toContain('<p>A cat.</p>');
    const german = await ask({ query: 'lang=de' });
    expect(heard(german)).toBe('Vicki mp3 <speak><p>Eine Katze.</p></speak>');
    expect(german.headers['content-language']).toBe('de');
  });

  it('is not kept while the record changes', async () => {
    const { ask } = await houseOf(undefined, { state: 'PENDING' });
    expect((await ask()).headers['cache-control']).toBe('private, no-cache');
  });

  it('is heard although it could not be kept, which is logged', async () => {
    const { house, ask } = await houseOf();
    vi.spyOn(house.service.lookup.objects, 'put').mockRejectedValue(new Error('no right'));
    expect(heard(await ask())).toBe(SAID);
    expect(house.logged).toEqual(['spoken audio was not read or kept']);
  });
});

describe('refusals', () => {
  it.each<[string, number, SpeechEngine | undefined, Asked, RegExp]>([
    ['SPEECH_OFF', 501, fakeSpeech({ fault: noEngine }), {}, /install it/],
    ['LANGUAGE_NOT_SPOKEN', 422, { ...fakeSpeech(), voiceFor: () => undefined }, {}, /en-US, en-GB, de-DE/],
    ['INTERNAL', 500, fakeSpeech({ silent: true }), {}, /logged/],
    ['INVALID_REQUEST', 400, undefined, { query: 'format=wav' }, /format/],
    ['INVALID_REQUEST', 400, undefined, { query: 'speed=2' }, /speed/],
    ['SCOPE_MISSING', 403, undefined, { as: CALLERS.writer }, /captions:read/],
    ['NOT_FOUND', 404, undefined, { as: CALLERS.shop }, /no such image/],
  ])('%s', async (code, status, engine, asked, words) => {
    const { ask } = await houseOf(engine);
    const answer = await ask(asked);
    expect(answer.json).toMatchObject({ code, status, detail: expect.stringMatching(words) });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers.etag).toBeUndefined();
  });

  it('SPEECH_OFF with the fix, when it is switched off', async () => {
    const record = await readyRecord('a.jpg');
    const { json } = await api([record], {}, {}, {}).ask('GET', `/v1/images/${record.id}/speech`);
    expect(json).toMatchObject({ code: 'SPEECH_OFF', status: 501, detail: expect.stringContaining('speech=polly') });
  });
});

describe('a range of ten bytes', () => {
  it.each([
    [undefined, 'none'],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=2-', { first: 2, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-30', { first: 0, last: 9 }],
    ['bytes=5-500', { first: 5, last: 9 }],
    ['bytes=10-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=5-4', 'none'],
    ['bytes=-', 'none'],
    ['bytes=0-1,3-4', 'none'],
    ['lines=0-1', 'none'],
  ])('%s: %j', (header, range) => expect(byteRange(header, 10)).toEqual(range));
});
