// POST /v1/images/{id}/translations.
import { describe, expect, it } from 'vitest';
import { type Asked, api, CALLERS, readyRecord } from '../../../support/api.ts';
import { fakeTranslator } from '../../../support/fake-translator.ts';

const texts = { alt: { text: 'A cat.', lang: 'en', origin: 'human' as const, at: 1 } };

const ask = async (asked: Asked, on = true) => {
  const record = await readyRecord('a.jpg', { texts });
  const house = api([record], {}, {}, on ? { translator: fakeTranslator() } : {});
  return house.ask('POST', `/v1/images/${record.id}/translations`, asked);
};

describe('translations', () => {
  it('are stored and shown with the tag of the new state', async () => {
    const answer = await ask({ body: { lang: 'de', fields: ['alt'] } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.etag).toMatch(/^"/);
    expect(answer.json).toMatchObject({ translations: { de: { alt: { text: 'A CAT.', origin: 'machine', model: 'fake-translate' } } } });
  });

  it.each<[string, number, Asked]>([
    ['INVALID_REQUEST', 400, { body: { lang: '' } }],
    ['INVALID_REQUEST', 400, { body: { lang: 'de', fields: [] } }],
    ['INVALID_REQUEST', 400, { body: { lang: 'de', fields: ['name'] } }],
    ['SCOPE_MISSING', 403, { body: { lang: 'de' }, as: CALLERS.reader }],
    ['NOT_FOUND', 404, { body: { lang: 'de' }, as: CALLERS.shop }],
    ['PRECONDITION_FAILED', 412, { body: { lang: 'de' }, headers: { 'if-match': '"x"' } }],
  ])('%s: %i', async (code, status, asked) => expect((await ask(asked)).json).toMatchObject({ code, status }));

  it('are refused with the fix when translation is off', async () => {
    const { json } = await ask({ body: { lang: 'de' } }, false);
    expect(json).toMatchObject({ code: 'TRANSLATION_OFF', status: 501, detail: expect.stringContaining('translate=amazon') });
  });
});
