// The review page: the riskiest picture first, decisions one by one, and nothing lost when one is refused.
import { describe, expect, it } from 'vitest';
import { pages, SESSIONS } from '../../../support/pages.ts';
import { documentElements, type ParsedElement } from '../../../support/parsed-html.ts';
import { KEYS, webRecords } from '../../../support/web-records.ts';

const elementOf = (body: string, id: string): ParsedElement | undefined =>
  documentElements(body).find(({ attributes }) => attributes.id === id);

/** The fields of the form of an action. */
const fieldsOf = (body: string, action: string): Record<string, string> => {
  const form = body.split('<form').find((part) => part.includes(`name="action" value="${action}"`)) ?? '';
  const inputs = documentElements(`<form${form}`).filter(({ name, attributes }) => name === 'input' && attributes.type === 'hidden');
  return Object.fromEntries(inputs.map(({ attributes }) => [attributes.name ?? '', attributes.value ?? '']));
};

describe('the review page', () => {
  it('begins with the riskiest picture and says in words why', async () => {
    const { body } = await pages(await webRecords()).browse('GET', '/review');
    expect(elementOf(body, 'first-title')?.text).toBe('cameraman.jpg');
    expect(body).toMatch(/Risk \d+ of 100\./);
    expect(body).toContain('it speaks of people.');
  });

  it('names the keys that do something, and no others', async () => {
    const records = await webRecords();
    const keys = async (key: string): Promise<string[]> => {
      const { body } = await pages(records.filter((record) => record.key === key)).browse('GET', '/review');
      return documentElements(body).flatMap(({ attributes, text }) => (attributes.class === 'key' ? [text] : []));
    };
    expect(await keys(KEYS.machine)).toEqual(['a accept', 'e edit', 'd decorative', 'r reject']);
    expect(await keys(KEYS.abstained)).toEqual(['e edit', 'd decorative']);
    const { body } = await pages(records.filter(({ key }) => key === KEYS.abstained)).browse('GET', '/review', {
      session: SESSIONS.reader,
    });
    expect(body).toContain('Deciding needs the scope');
    expect(body).not.toContain('single keys');
  });

  it('goes on to the next picture after a decision, says what was done, and moves the focus there', async () => {
    const { browse } = pages(await webRecords());
    const { body } = await browse('GET', '/review');
    const { statusCode, headers } = await browse('POST', '/review', { form: fieldsOf(body, 'accept') });
    expect([statusCode, headers.location?.startsWith('/review?did=accept&of=')]).toEqual([303, true]);
    const next = await browse('GET', '/review', { query: headers.location?.split('?')[1] ?? '' });
    expect(next.body).toContain('Accepted: cameraman.jpg. This is the next picture.');
    expect(next.body).toContain(`<a href="/images/${fieldsOf(body, 'accept').id}">Open that picture again</a>`);
    expect(elementOf(next.body, 'first-title')).toMatchObject({ text: 'cat.jpg', attributes: { tabindex: '-1', autofocus: '' } });
  });

  it('accepts the words that it shows, which rules may have made of what the machine said', async () => {
    const { browse, store } = pages(await webRecords());
    const { body } = await browse('GET', '/review');
    await browse('POST', '/review', { form: fieldsOf(body, 'accept') });
    const record = await store.get(fieldsOf(body, 'accept').id ?? '');
    expect(body).toContain('A person with a camera on a tripod.');
    expect(record?.texts.alt).toMatchObject({ text: 'A person with a camera on a tripod.', origin: 'reviewed' });
  });

  it('passes over the picture that was just decided, where the index still names it', async () => {
    const { browse } = pages(await webRecords());
    const first = fieldsOf((await browse('GET', '/review')).body, 'accept').id ?? '';
    const { body } = await browse('GET', '/review', { query: `did=accept&of=${first}` });
    expect(elementOf(body, 'first-title')?.text).toBe('cat.jpg');
  });

  it('offers to edit or to mark as decorative where there is no text to accept or to reject', async () => {
    const { browse } = pages(await webRecords());
    const { body } = await browse('GET', '/review', { query: 'prefix=animals%2F' });
    expect(elementOf(body, 'first-title')?.text).toBe('cat.jpg');
    expect([fieldsOf(body, 'accept'), fieldsOf(body, 'reject')]).toEqual([{}, {}]);
    expect(fieldsOf(body, 'decorative')).toMatchObject({ prefix: 'animals/', field: 'alt' });
  });

  it('keeps what was sent when it is refused, with the error at its field', async () => {
    const { browse } = pages(await webRecords());
    const form = { ...fieldsOf((await browse('GET', '/review')).body, 'reject'), reason: '' };
    const { statusCode, body } = await browse('POST', '/review', { form });
    expect(statusCode).toBe(400);
    expect(elementOf(body, 'review-reason')?.attributes).toMatchObject({
      'aria-invalid': 'true',
      'aria-describedby': 'review-reason-error',
    });
    expect(elementOf(body, 'first-title')?.text).toBe('cameraman.jpg');
  });

  it('shows what others did when they were faster', async () => {
    const { browse } = pages(await webRecords());
    const form = { ...fieldsOf((await browse('GET', '/review')).body, 'edit'), etag: '"0"', text: 'A person films.' };
    const { statusCode, body } = await browse('POST', '/review', { form });
    expect([statusCode, elementOf(body, 'yours')?.text]).toEqual([412, 'A person films.']);
    expect(body).toContain('action="/review"');
  });

  it('lets readers read, and refuses their decisions', async () => {
    const { browse } = pages(await webRecords());
    const form = fieldsOf((await browse('GET', '/review')).body, 'accept');
    const reader = { session: SESSIONS.reader };
    expect((await browse('GET', '/review', reader)).body).not.toContain('name="action"');
    expect((await browse('POST', '/review', { ...reader, form })).statusCode).toBe(403);
  });

  it('names no picture of others in what it says', async () => {
    const records = await webRecords();
    const others = records.find(({ key }) => key === KEYS.risky)?.id ?? '';
    const { body } = await pages(records).browse('GET', '/review', { session: SESSIONS.shop, query: `did=accept&of=${others}` });
    expect(body).toContain('Accepted. This is the next picture.');
    expect(body).not.toContain('cameraman');
  });
});
