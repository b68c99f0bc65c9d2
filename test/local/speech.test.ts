// A photo's text is heard on one machine: the bundled function, Polly's protocol, eSpeak NG, and the bucket that keeps what was spoken.
import { rmSync } from 'node:fs';
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countWords, SPEAKING_WORDS_PER_MINUTE } from '../../functions/core/speech/reading-time.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { listen } from '../support/listen.ts';
import { finalImage, photo, startForTest, temporaryFolder } from '../support/local-service.ts';

const KEY = 'shop/Fahrrad.jpg';
const ENGLISH = 'A red bicycle leans against a brick wall, beside a sign that reads “AUSFAHRT freihalten”.';
const GERMAN = 'Ein rotes Fahrrad lehnt an einer Backsteinmauer.';
const LEAST_RMS = 0.03;

const dataFolder = temporaryFolder();
let service: LocalService;
let s3: S3Client;
let id: string;

const send = (method: string, path: string, body: object): Promise<Response> =>
  fetch(`${service.apiUrl}/v1/images/${id}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify(body),
  });
const speech = (query = '', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${service.apiUrl}/v1/images/${id}/speech${query}`, { headers });
const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());
const ownFiles = async (): Promise<string[]> => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: service.bucket, Prefix: 'caption-on-upload/' }));
  return Contents.map(({ Key = '' }) => Key);
};

beforeAll(async () => {
  ({ service, s3 } = await startForTest({ dataFolder }));
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: KEY, Body: await photo('coffee.jpg') }));
  ({ id } = await finalImage(service, KEY, ETag));
  expect((await send('PUT', '/texts/alt', { text: ENGLISH })).status).toBe(200);
  expect((await send('PUT', '/texts/alt', { text: GERMAN, lang: 'de' })).status).toBe(200);
}, 120_000);

afterAll(async () => {
  s3?.destroy();
  await service?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

describe("a photo's text", () => {
  it('is heard, kept, and served from there the second time', async () => {
    const first = await speech();
    expect([first.status, first.headers.get('content-type'), first.headers.get('content-language')]).toEqual([200, 'audio/mpeg', 'en']);
    const audio = await bytesOf(first);
    const { seconds, rms, silenceBefore, silenceAfter } = await listen(audio, 'audio/mpeg');
    expect(rms).toBeGreaterThan(LEAST_RMS);
    const expected = (countWords(ENGLISH) * 60) / SPEAKING_WORDS_PER_MINUTE;
    expect(seconds - silenceBefore - silenceAfter).toBeGreaterThan(expected / 2);
    expect(seconds - silenceBefore - silenceAfter).toBeLessThan(expected * 2);

    expect(await ownFiles()).toEqual([expect.stringMatching(/^caption-on-upload\/speech\/[0-9a-f]{64}\.mp3$/)]);
    expect(await bytesOf(await speech())).toEqual(audio);
    expect((await speech('', { 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304);
    const part = await speech('', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${audio.length}`]);
    expect(await bytesOf(part)).toEqual(audio.slice(10, 20));
  });

  it('is heard in another language and another format', async () => {
    const german = await speech('?lang=de&format=ogg');
    expect([german.status, german.headers.get('content-type'), german.headers.get('content-language')]).toEqual([200, 'audio/ogg', 'de']);
    const heard = await listen(await bytesOf(german), 'audio/ogg');
    expect(heard.rms).toBeGreaterThan(LEAST_RMS);
    expect(heard.samples).not.toEqual((await listen(await bytesOf(await speech('?format=ogg')), 'audio/ogg')).samples);
  });

  it('makes no records of what is kept', async () => {
    const found = await fetch(`${service.apiUrl}/v1/images?prefix=caption-on-upload/`);
    expect(await found.json()).toEqual({ images: [] });
    const { images } = (await (await fetch(`${service.apiUrl}/v1/images`)).json()) as { images: { key: string }[] };
    expect(images.map(({ key }) => key)).toEqual([KEY]);
  });

  it('is never silence: what cannot be said is said why', async () => {
    const problem = async (response: Response): Promise<unknown> => [response.status, ((await response.json()) as { code: string }).code];
    expect(await problem(await speech('?usage=decorative'))).toEqual([404, 'NOTHING_TO_SAY']);
    expect(await problem(await send('POST', '/translations', { lang: 'fr' }))).toEqual([501, 'TRANSLATION_OFF']);
    expect((await send('PUT', '/texts/alt', { text: 'Equus.', lang: 'la' })).status).toBe(200);
    expect(await problem(await speech('?lang=la'))).toEqual([422, 'LANGUAGE_NOT_SPOKEN']);
  });
});
