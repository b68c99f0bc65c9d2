// The pages about the whole: report, models and settings.
import { describe, expect, it } from 'vitest';
import { noCounts, percentOf } from '../../../../functions/core/report/coverage-counts.ts';
import { vocabularyFrom } from '../../../../functions/core/tags/vocabulary.ts';
import { reportView } from '../../../../functions/handlers/pages/report-view.ts';
import { pages, SESSIONS } from '../../../support/pages.ts';
import { documentElements } from '../../../support/parsed-html.ts';
import { webRecords } from '../../../support/web-records.ts';

const wordsOf = (body: string, name: string): string[] =>
  documentElements(body)
    .filter((element) => element.name === name)
    .map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());

describe('the report', () => {
  it('counts by folder, with headers for rows and columns, and leads into each folder', async () => {
    const { body } = await pages(await webRecords()).browse('GET', '/report');
    expect(wordsOf(body, 'caption')).toEqual(['Texts by folder']);
    expect(wordsOf(body, 'tr')).toContain('animals/250 %100 %100 %');
    expect(wordsOf(body, 'tr').at(-1)).toMatch(/^Together1070 %/);
    expect(body).toContain('href="/report?prefix=animals%2F"');
  });

  it('says when there is nothing to count', async () => {
    expect((await pages([]).browse('GET', '/report')).body).toContain('There are no pictures here.');
  });

  it('counts on where there are more pictures than one page counts', () => {
    const counts = { ...noCounts(), images: 5_000, described: 5_000 };
    const percent = percentOf(counts);
    const body = String(reportView({ prefix: 'a/', total: counts, percent, folders: [{ prefix: null, counts, percent }], next: 'CURSOR' }));
    expect(body).toContain('href="/report?prefix=a%2F&amp;cursor=CURSOR"');
    expect(wordsOf(body, 'th')).toEqual(expect.arrayContaining(['All other folders', 'Together so far']));
    expect(body).toContain('of 5,000 pictures');
  });
});

describe('the page of models', () => {
  it('shows each model with its licence', async () => {
    const { body } = await pages([]).browse('GET', '/models');
    expect(wordsOf(body, 'h2')).toEqual(['m2 1.0.0']);
    expect(wordsOf(body, 'dd')).toContain('Apache-2.0');
  });

  it('shows the card of a model as a text with headings', async () => {
    const made = pages([]);
    (made.service.modelCards as object[]).push({ name: 'tiny', version: '2.0.0', card: '# tiny\n\n## Limits\n- Random *weights* <b>' });
    const { body } = await made.browse('GET', '/models');
    expect([wordsOf(body, 'h3'), wordsOf(body, 'li').at(-1)]).toEqual([['Limits'], 'Random *weights* <b>']);
  });
});

describe('the page of settings', () => {
  it('tells what the deployment is set to and by which name, and no secret', async () => {
    const { body } = await pages([], { imageBaseUrl: 'https://cdn.example/', genderNeutral: false }).browse('GET', '/settings');
    const rows = wordsOf(body, 'div');
    expect(rows.find((row) => row.startsWith('Public address'))).toContain('https://cdn.example/');
    expect(rows.find((row) => row.startsWith('Neutral words'))).toMatch(/Off.*Setting: genderNeutral/);
    expect(body).not.toContain('a secret of');
  });

  it('tells what is looked for in pictures, by what, and which rules are watched', async () => {
    const shown = async (analysis: Parameters<typeof pages>[1]) =>
      wordsOf((await pages([], analysis).browse('GET', '/settings')).body, 'div');
    const row = (rows: string[], what: string) => rows.find((words) => words.startsWith(what));
    const all = await shown({ analysis: { stages: ['objects', 'text'], textReader: 'tesseract', rulePacks: ['amazon-main'] } });
    expect(row(all, 'Looked for in pictures')).toMatch(/Objects and people, Text.*Setting: analysis/);
    expect(row(all, 'Text is read by')).toContain('Tesseract, on the same machine');
    expect(row(all, 'Rules that are watched')).toContain('amazon-main');
    const none = await shown({ analysis: { stages: [], textReader: 'other', rulePacks: [] } });
    expect(row(none, 'Looked for in pictures')).toContain('Nothing');
    expect(row(none, 'Text is read by')).toContain('other');
    expect(row(none, 'Rules that are watched')).toContain('None');
    expect(row(await shown({}), 'Looked for in pictures')).toBeUndefined();
  });

  it('tells whose words tags have', async () => {
    const vocabulary = vocabularyFrom(
      { schemaVersion: 1, atLeast: 0.5, most: 5, unknown: 'drop', terms: [{ name: 'Tasche', kind: 'product', synonyms: ['bag'] }] },
      'test',
    );
    expect((await pages([], { vocabulary }).browse('GET', '/settings')).body).toContain('Your own vocabulary, 2 words');
    expect((await pages([]).browse('GET', '/settings')).body).toContain('The vocabulary that came with the service');
  });

  it('tells who sees some pictures only nothing of the prefixes of others', async () => {
    const { browse } = pages([], { keys: { keyPrefixes: ['shop/', 'rival/'], keySuffixes: [], outputPrefix: '' } });
    expect((await browse('GET', '/settings')).body).toContain('rival/');
    expect((await browse('GET', '/settings', { session: SESSIONS.shop })).body).not.toContain('rival/');
  });

  it('tells callers what they may do and see', async () => {
    const { body } = await pages([]).browse('GET', '/settings', { session: SESSIONS.shop });
    expect(wordsOf(body, 'p')).toEqual(
      expect.arrayContaining(['You may use: captions:read, captions:write.', 'You see pictures whose keys begin with: shop/.']),
    );
  });
});
