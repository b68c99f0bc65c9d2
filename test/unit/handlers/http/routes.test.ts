import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/core/errors.ts';
import { imageId } from '../../../../functions/core/record/image-id.ts';
import { changesSchema, modelsSchema, problemSchema, uploadSchema } from '../../../../functions/handlers/http/schemas.ts';
import { api, BUCKET, CALLERS, NOW, readyRecord, SETTLE_MS } from '../../../support/api.ts';

describe('GET /v1/changes', () => {
  it('resumes where it was, and shows deletions', async () => {
    const { ask } = api([
      await readyRecord('a', { changedAt: NOW - 9_000 }),
      await readyRecord('b', { changedAt: NOW - 8_000, state: 'DELETED' }),
    ]);
    const first = changesSchema.parse((await ask('GET', '/v1/changes', { query: 'limit=1' })).json);
    const second = changesSchema.parse((await ask('GET', '/v1/changes', { query: `limit=1&since=${first.next}` })).json);
    const third = changesSchema.parse((await ask('GET', '/v1/changes', { query: `since=${second.next}` })).json);
    expect([first, second, third].map(({ changes }) => changes.map(({ key, state }) => `${key} ${state}`))).toEqual([
      ['a READY'],
      ['b DELETED'],
      [],
    ]);
    expect(third.more).toBe(false);
  });

  it('tells nothing that has not settled', async () => {
    const { ask } = api([await readyRecord('a', { changedAt: NOW - SETTLE_MS + 1 })]);
    expect((await ask('GET', '/v1/changes')).json).toMatchObject({ changes: [], more: false });
  });
});

describe('POST /v1/uploads', () => {
  const body = { key: 'shop/a b.jpg', contentType: 'image/jpeg', bytes: 1000 };

  it('gives a URL for one PUT and the id of the image to come', async () => {
    const { statusCode, json } = await api([]).ask('POST', '/v1/uploads', { body });
    expect(statusCode).toBe(201);
    expect(uploadSchema.parse(json)).toEqual({
      id: await imageId(BUCKET, body.key),
      url: 'https://photos.example/shop%2Fa%20b.jpg',
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg' },
      expiresAt: '2026-01-05T10:15:00.000Z',
    });
  });

  it.each([
    [{ key: 'other/a.jpg' }, 'key'],
    [{ key: 'shop/' }, 'key'],
    [{ key: 'shop/a.png' }, 'key'],
    [{ key: 'shop/out/a.jpg' }, 'key'],
    [{ key: 'shop/../a.jpg' }, 'key'],
    [{ key: 'shop/./a.jpg' }, 'key'],
    [{ key: `shop/${'é'.repeat(510)}` }, 'key'],
    [{ key: 'shop/\udfff' }, 'key'],
    [{ contentType: 'image/svg+xml' }, 'contentType'],
    [{ contentType: 'text/html' }, 'contentType'],
    [{ bytes: 0 }, 'bytes'],
    [{ bytes: 1_000_001 }, 'bytes'],
    [{ bytes: 1.5 }, 'bytes'],
    [{ acl: 'public-read' }, 'acl'],
  ])('refuses %j and names the field', async (change, field) => {
    const keys = { keyPrefixes: ['shop/', 'press/'], keySuffixes: ['.jpg'], outputPrefix: 'shop/out/' };
    const answer = await api([], { keys }).ask('POST', '/v1/uploads', { body: { ...body, ...change } });
    expect([answer.statusCode, answer.json.errors]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('says which keys are captioned', async () => {
    const keys = { keyPrefixes: ['shop/', 'press/'], keySuffixes: ['.jpg'], outputPrefix: 'shop/out/' };
    const { json } = await api([], { keys }).ask('POST', '/v1/uploads', { body: { ...body, key: 'a.jpg' } });
    const message =
      'must begin with "shop/" or "press/", end with ".jpg", not begin with "shop/out/", not end with "/": other keys are not captioned';
    expect(json.errors).toEqual([{ field: 'key', message }]);
  });

  it('refuses keys that a token does not cover', async () => {
    const answer = await api([]).ask('POST', '/v1/uploads', { as: CALLERS.shop, body: { ...body, key: 'theirs/a.jpg' } });
    expect(answer.json).toMatchObject({ status: 403, code: 'KEY_NOT_ALLOWED' });
  });
});

describe('DELETE /v1/images/{id}', () => {
  it('deletes the record, and again', async () => {
    const record = await readyRecord('a');
    const { ask, store, removed } = api([record]);
    for (let times = 0; times < 2; times++)
      expect(await ask('DELETE', `/v1/images/${record.id}`)).toMatchObject({ statusCode: 204, body: '' });
    expect(store.records.get(record.id)).toMatchObject({ state: 'DELETED', revision: 4, texts: {} });
    expect(removed).toEqual([]);
    expect((await ask('GET', `/v1/images/${record.id}`)).statusCode).toBe(404);
  });

  it('deletes the object when asked, also when the record is gone already', async () => {
    const record = await readyRecord('a', { state: 'DELETED' });
    const { ask, removed } = api([record]);
    expect((await ask('DELETE', `/v1/images/${record.id}`, { query: 'object=true' })).statusCode).toBe(204);
    expect(removed).toEqual(['a']);
    expect((await ask('DELETE', `/v1/images/${record.id}`, { query: 'object=yes' })).json).toMatchObject({ errors: [{ field: 'object' }] });
  });
});

describe('the other routes', () => {
  it('show the models and that the function answers', async () => {
    const { ask } = api([]);
    const models = await ask('GET', '/v1/model');
    expect(modelsSchema.parse(models.json).models).toEqual([{ name: 'm2', version: '1.0.0', licence: 'Apache-2.0' }]);
    expect(models.headers['cache-control']).toBe('private, max-age=300');
    expect((await ask('GET', '/healthz')).json).toEqual({ status: 'ok' });
  });

  it('answer HEAD without a body', async () => {
    expect(await api([]).ask('HEAD', '/healthz')).toMatchObject({ statusCode: 200, body: '' });
  });
});

describe('errors', () => {
  it('are problems', async () => {
    const { ask } = api([]);
    const unknown = await ask('GET', '/v2/images');
    expect(problemSchema.parse(unknown.json)).toMatchObject({ status: 404, code: 'NOT_FOUND', detail: 'there is no such route' });
    const put = await ask('PUT', '/v1/images/abc');
    expect(put).toMatchObject({ statusCode: 405, headers: { allow: 'GET, DELETE' } });
    expect(problemSchema.parse(put.json).code).toBe('METHOD_NOT_ALLOWED');
    expect((await ask('TRACE', '/healthz')).statusCode).toBe(405);
    for (const { headers } of [unknown, put])
      expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  });

  it('of the store are 503 with a time to try again, and are logged', async () => {
    const { ask, service, logged } = api([]);
    service.lookup.store.get = async () => {
      throw new ServiceUnavailable('the table arn:aws:dynamodb:x did not answer');
    };
    const answer = await ask('GET', `/v1/images/${'x'.repeat(22)}`);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' }, json: { code: 'UNAVAILABLE' } });
    expect(answer.body).not.toContain('arn:');
    expect(logged).toHaveLength(1);
  });

  it('that nobody expected say nothing of themselves', async () => {
    const { ask, service } = api([]);
    service.lookup.store.get = async () => {
      throw new Error('cannot read /var/task/secret');
    };
    const answer = await ask('GET', `/v1/images/${'x'.repeat(22)}`);
    expect(answer.json).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.body).not.toContain('/var');
  });

  it('of authorization say what is missing', async () => {
    const { ask } = api([]);
    expect(await ask('GET', '/healthz', { as: CALLERS.writer })).toMatchObject({
      statusCode: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="captions:read"' },
      json: { code: 'SCOPE_MISSING', scope: 'captions:read' },
    });
    expect(await ask('GET', '/nothing', { as: {} })).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
  });
});
