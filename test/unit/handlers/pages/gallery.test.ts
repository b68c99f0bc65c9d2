// The gallery: what it lists, whom it lets upload, and how it leads from page to page.
import { describe, expect, it } from 'vitest';
import { pages, SESSIONS } from '../../../support/pages.ts';
import { documentElements } from '../../../support/parsed-html.ts';
import { KEYS, manyRecords, webRecords } from '../../../support/web-records.ts';

const cardsOf = (body: string): string[] =>
  documentElements(body)
    .filter(({ name, attributes }) => name === 'li' && attributes.class === 'card')
    .map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());

const linkOf = (body: string, rel: string): string | undefined =>
  documentElements(body).find(({ attributes }) => attributes.rel === rel)?.attributes.href;

describe('the gallery', () => {
  it('says of each picture its name, its text or why there is none, and where that comes from', async () => {
    const { body } = await pages(await webRecords()).browse('GET', '/');
    const cards = cardsOf(body);
    expect(cards).toHaveLength(Object.keys(KEYS).length);
    expect(cards).toEqual(
      expect.arrayContaining([
        'cameraman.jpg A person with a camera on a tripod.Written by a machine, 48 % sure',
        'cat.jpg Sure of: cat.No text yet',
        'line.png Nothing is said.Decorative',
        'IMG_0042.jpg Being described',
        'broken.jpg The file is damaged. Upload a copy that opens elsewhere.Could not be described',
        'old-coffee.jpg A red cup on a shelf.Written by a personPicture replaced since',
      ]),
    );
  });

  it('filters by the beginning of the key and by state, also where fields are left empty', async () => {
    const { browse } = pages(await webRecords());
    const listed = async (query: string): Promise<number> => cardsOf((await browse('GET', '/', { query })).body).length;
    expect(await listed('prefix=shop%2F&state=')).toBe(2);
    expect(await listed('prefix=&state=FAILED')).toBe(1);
    expect((await browse('GET', '/', { query: 'prefix=none' })).body).toContain('No picture matches.');
  });

  it('leads on by a cursor that keeps the filter, and back to the first page', async () => {
    const { browse } = pages(await manyRecords(30));
    const first = await browse('GET', '/', { query: 'prefix=catalogue%2F' });
    const next = linkOf(first.body, 'next') ?? '';
    expect(next).toMatch(/^\/\?prefix=catalogue%2F&cursor=/);
    const second = await browse('GET', '/', { query: next.slice(2) });
    expect([cardsOf(first.body).length, cardsOf(second.body).length, linkOf(second.body, 'next')]).toEqual([24, 6, undefined]);
    expect(second.body).toContain('href="/?prefix=catalogue%2F">First page');
  });

  it('answers a cursor of another query with a page that says so', async () => {
    const { statusCode, body } = await pages([]).browse('GET', '/', { query: 'cursor=abc' });
    expect([statusCode, body.includes('The cursor is not valid here')]).toEqual([400, true]);
  });

  it('offers uploading to who may write, below a prefix that is theirs', async () => {
    const { browse } = pages([], { keys: { keyPrefixes: ['in/'], keySuffixes: [], outputPrefix: '' } });
    const folder = async (session: string): Promise<string | undefined> =>
      documentElements((await browse('GET', '/', { session })).body).find(({ attributes }) => attributes.id === 'folder')?.attributes.value;
    expect([await folder(SESSIONS.both), await folder(SESSIONS.shop), await folder(SESSIONS.reader)]).toEqual(['in/', 'shop/', undefined]);
  });
});
