import { describe, expect, it } from 'vitest';
import { DEFAULT_VIDEO_LIMITS } from '../../../../functions/core/video/video-limits.ts';
import { imageSchema } from '../../../../functions/handlers/http/schemas.ts';
import { api, CALLERS, readyRecord } from '../../../support/api.ts';
import { parseVtt } from '../../../support/parse-vtt.ts';

const shots = [
  { startMs: 0, endMs: 6200, text: 'A dog runs.', confidence: 0.9 },
  { startMs: 6200, endMs: 9000 },
];
const picture = { sha256: 'a'.repeat(64), bytes: 1000, width: 640, height: 360, format: 'mp4', dhash: '0123456789abcdef' } as const;

const film = () => readyRecord('shop/a.mp4', { picture, facts: { shots } });

describe('GET /v1/images/{id}/descriptions.vtt', () => {
  it('is a WebVTT file that is kept while the record stays', async () => {
    const record = await film();
    const { ask } = api([record]);
    const path = `/v1/images/${record.id}/descriptions.vtt`;
    const { statusCode, body, headers } = await ask('GET', path);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/vtt; charset=utf-8');
    expect(parseVtt(body)).toEqual([{ id: '1', startMs: 0, endMs: 6200, text: 'A dog runs.' }]);
    const again = await ask('GET', path, { headers: { 'if-none-match': String(headers.etag) } });
    expect(again.statusCode).toBe(304);
  });

  it('is not there for a picture', async () => {
    const record = await readyRecord('shop/a.jpg');
    const { statusCode, json } = await api([record]).ask('GET', `/v1/images/${record.id}/descriptions.vtt`);
    expect(statusCode).toBe(404);
    expect(json).toMatchObject({ code: 'NOTHING_TO_SAY' });
  });

  it('is for those who may see the video', async () => {
    const record = await film();
    const { ask } = api([record, await readyRecord('garden/b.mp4', { picture, facts: { shots } })]);
    expect((await ask('GET', `/v1/images/${record.id}/descriptions.vtt`, { as: CALLERS.writer })).statusCode).toBe(403);
    const other = await readyRecord('garden/b.mp4');
    expect((await ask('GET', `/v1/images/${other.id}/descriptions.vtt`, { as: CALLERS.shop })).statusCode).toBe(404);
    expect((await ask('GET', `/v1/images/${'x'.repeat(22)}/descriptions.vtt`)).statusCode).toBe(404);
  });
});

describe("a video's record", () => {
  it('tells its form and its shots', async () => {
    const record = await film();
    const { ask } = api([record]);
    const { json } = await ask('GET', `/v1/images/${record.id}`);
    expect(json).toMatchObject({ picture: { format: 'mp4', width: 640 }, facts: { shots } });
    expect(imageSchema.parse(json)).toEqual(json);
  });
});

describe('the upload of a video', () => {
  const upload = (fields: object) =>
    api([]).ask('POST', '/v1/uploads', { body: { key: 'shop/a.mp4', contentType: 'video/mp4', bytes: 1000, ...fields } });

  it.each(['video/mp4', 'video/webm'])('is planned as %s, also where a picture would be too large', async (contentType) => {
    const { statusCode, json } = await upload({ contentType, bytes: DEFAULT_VIDEO_LIMITS.maxBytes });
    expect(statusCode).toBe(201);
    expect(json).toMatchObject({ headers: { 'content-type': contentType } });
  });

  it('is refused beyond its own limit, and as a form that is not known', async () => {
    const { statusCode, json } = await upload({ bytes: DEFAULT_VIDEO_LIMITS.maxBytes + 1 });
    expect(statusCode).toBe(400);
    expect(json).toMatchObject({ errors: [{ field: 'bytes' }] });
    expect((await upload({ contentType: 'video/avi' })).json).toMatchObject({ errors: [{ field: 'contentType' }] });
    const photo = await upload({ key: 'shop/a.jpg', contentType: 'image/jpeg', bytes: DEFAULT_VIDEO_LIMITS.maxBytes });
    expect(photo.statusCode).toBe(400);
  });
});
