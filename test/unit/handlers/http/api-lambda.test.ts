import { describe, expect, it } from 'vitest';
import { type ApiEvent, apiHandler } from '../../../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../../../functions/handlers/http/app.ts';
import { api, CALLERS, readyRecord } from '../../../support/api.ts';

const { service } = api([await readyRecord('a')]);
const handler = apiHandler(lookupApp(service));

const event = (method: string, change: Partial<ApiEvent> = {}): ApiEvent => ({
  rawPath: '/v1/lookup',
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  isBase64Encoded: false,
  requestContext: { http: { method }, authorizer: CALLERS.both },
  ...change,
});

describe('apiHandler', () => {
  it('takes bodies as text and as base64', async () => {
    const body = JSON.stringify({ keys: ['a'] });
    for (const change of [{ body }, { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }]) {
      const { statusCode, body: answer } = await handler(event('POST', change));
      expect([statusCode, JSON.parse(answer).results[0].image.key]).toEqual([200, 'a']);
    }
  });

  it.each<[string, Partial<ApiEvent>, string, number]>([
    ['broken base64', { body: '%%%', isBase64Encoded: true }, 'POST', 400],
    ['bytes that are no UTF-8', { body: Buffer.from([0xff, 0xfe]).toString('base64'), isBase64Encoded: true }, 'POST', 400],
    ['a body of GET', { body: 'x', rawPath: '/healthz' }, 'GET', 200],
    ['a header that cannot be one', { headers: { 'content-type': 'a\nb' }, body: '{}' }, 'POST', 415],
    ['a method that cannot be one', {}, 'NO SUCH', 405],
    ['a path with ? and #', { rawPath: '/v1/images/a?b#c' }, 'GET', 404],
    ['a query with #', { rawPath: '/v1/images', rawQueryString: 'key=a#b' }, 'GET', 404],
    ['a strange path', { rawPath: '//\ud800/..\\' }, 'GET', 404],
  ])('answers %s', async (_, change, method, status) => {
    const { statusCode, body } = await handler(event(method, change));
    expect([statusCode, typeof JSON.parse(body)]).toEqual([status, 'object']);
  });
});
