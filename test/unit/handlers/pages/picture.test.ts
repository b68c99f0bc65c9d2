// The page of one picture: every text with where it comes from, the use it is shown for, and forms that lose nothing.
import { describe, expect, it } from 'vitest';
import { imageId } from '../../../../functions/core/record/image-id.ts';
import { recordTag } from '../../../../functions/core/record/record-tag.ts';
import { BUCKET } from '../../../support/api.ts';
import { type Pages, pages, SESSIONS } from '../../../support/pages.ts';
import { documentElements } from '../../../support/parsed-html.ts';
import { KEYS, webRecords } from '../../../support/web-records.ts';

const pathOf = async (key: string): Promise<string> => `/images/${await imageId(BUCKET, key)}`;

const textOf = (body: string, id: string): string =>
  documentElements(body)
    .find(({ attributes }) => attributes.id === id || attributes['aria-labelledby'] === id)
    ?.text.replaceAll(/\s+/g, ' ') ?? '';

const etagOf = async ({ store }: Pages, key: string): Promise<string> => {
  const record = await store.get(await imageId(BUCKET, key));
  return record === undefined ? '' : `"${recordTag(record)}"`;
};

const shown = async (key: string, query = '', session: string = SESSIONS.both): Promise<string> =>
  (await pages(await webRecords()).browse('GET', await pathOf(key), { query, session })).body;

describe('the page of a picture', () => {
  it('says of a text who wrote it, how sure, by which model, when and in which language', async () => {
    expect(textOf(await shown(KEYS.risky), 'alt-title')).toContain(
      'OriginWritten by a machineConfidence48 % sureModelm2@1.0.0When2026-01-05 09:00 UTCLanguageEnglish (en)',
    );
    expect(textOf(await shown(KEYS.proposal), 'alt-title')).toContain('Locked: only people can change it');
    expect(textOf(await shown(KEYS.outdated), 'alt-title')).toContain('Written for an earlier picture');
    expect(textOf(await shown(KEYS.uncalibrated), 'alt-title')).toContain('not calibrated');
  });

  it('shows the proposal of a machine beside a person’s text', async () => {
    expect(textOf(await shown(KEYS.proposal), 'alt-title')).toContain('A machine proposesA person in an orange suit in front of a flag.');
  });

  it('says why there is no text', async () => {
    expect(textOf(await shown(KEYS.abstained), 'use-title')).toContain('The model is not sure enough');
    expect(textOf(await shown(KEYS.failed), 'use-title')).toContain('The file is damaged.');
    expect(textOf(await shown(KEYS.pending), 'use-title')).toContain('The picture is being described.');
    expect(textOf(await shown(KEYS.decorative), 'spoken')).toBe('(nothing: decorative)');
  });

  it('shows the text for a use that a form asks for, also with fields left empty', async () => {
    const body = await shown(KEYS.translated, 'usage=link&href=https%3A%2F%2Fshop.example%2Fraccoons&context=&max=&lang=&disclose=true');
    expect(textOf(body, 'spoken')).toMatch(/^link, image, /);
    expect(textOf(body, 'use-title')).toContain('Branch link or button');
  });

  it('says of a number of characters that is none what it should be', async () => {
    for (const max of ['many', '1.5', '-1', '5001']) {
      expect(await shown(KEYS.machine, `max=${max}`)).toContain('max: is not a whole number from 0 to 5000.');
    }
  });

  it('shows texts of other languages in their language', async () => {
    const body = await shown(KEYS.translated);
    expect(documentElements(body).find(({ attributes }) => attributes.lang === 'de')?.text).toBe('Ein Waschbär blickt in die Kamera.');
  });

  it('says how to get code to copy where no address is known', async () => {
    const { browse } = pages(await webRecords(), { imageBaseUrl: '' });
    expect(textOf((await browse('GET', await pathOf(KEYS.machine))).body, 'copy-title')).toContain('Once imageBaseUrl is set');
  });

  it('offers no forms to readers, and refuses theirs', async () => {
    const body = await shown(KEYS.proposal, '', SESSIONS.reader);
    expect(body).not.toContain('name="etag"');
    const { browse } = pages(await webRecords());
    const form = { do: 'save', field: 'alt', etag: '*', text: 'x' };
    expect((await browse('POST', await pathOf(KEYS.machine), { session: SESSIONS.reader, form })).statusCode).toBe(403);
  });
});

describe('the forms of a picture', () => {
  const send = async (key: string, form: Record<string, string>) => {
    const made = pages(await webRecords());
    const answer = await made.browse('POST', await pathOf(key), { form: { etag: await etagOf(made, key), ...form } });
    return { ...answer, record: await made.store.get(await imageId(BUCKET, key)) };
  };

  it('lead back to the page, which says what was done', async () => {
    const { statusCode, headers } = await send(KEYS.machine, { do: 'save', field: 'title', text: 'Red cup', lang: 'en', note: '' });
    expect([statusCode, headers.location]).toEqual([303, `${await pathOf(KEYS.machine)}?did=save`]);
    expect(await shown(KEYS.machine, 'did=save')).toContain('>Saved.<');
    expect(await shown(KEYS.machine, 'did=toString')).not.toContain('data-tell');
  });

  it('keep paragraphs of long descriptions as they were typed', async () => {
    const { record } = await send(KEYS.machine, { do: 'save', field: 'long', text: 'One.\r\n\r\nTwo.' });
    expect(record?.texts.long?.text).toBe('One.\n\nTwo.');
  });

  it('take an empty alt text for decorative, and lock it', async () => {
    const { record } = await send(KEYS.machine, { do: 'save', field: 'alt', text: '', locked: 'true' });
    expect(record?.texts.alt).toMatchObject({ text: '', origin: 'human', locked: true });
  });

  it('show what is wrong at the field, with everything else as it was sent', async () => {
    const { statusCode, body } = await send(KEYS.machine, { do: 'product', name: 'Mug', pageUrl: 'javascript:alert(1)', keywords: 'a, b' });
    expect(statusCode).toBe(400);
    const fields = Object.fromEntries(documentElements(body).map(({ attributes }) => [attributes.id, attributes]));
    expect(fields['product-pageUrl']).toMatchObject({ 'aria-invalid': 'true', value: 'javascript:alert(1)' });
    expect(fields['product-keywords']).toMatchObject({ value: 'a, b' });
    expect(body).toContain('href="#product-pageUrl"');
  });

  it('say when there is nothing to translate with', async () => {
    const made = pages(await webRecords(), {}, {}, {});
    const form = { do: 'translate', translation: 'true', field: 'alt', lang: 'de', text: '', etag: await etagOf(made, KEYS.machine) };
    const { statusCode, body } = await made.browse('POST', await pathOf(KEYS.machine), { form });
    expect([statusCode, body.includes('translation is switched off here')]).toEqual([400, true]);
  });

  it('tell of a picture that changed meanwhile, keep what was sent, and can send it again', async () => {
    const { statusCode, body, record } = await send(KEYS.machine, { do: 'save', field: 'alt', text: 'Mine.', etag: '"0"', note: 'why' });
    expect([statusCode, textOf(body, 'yours')]).toEqual([412, 'Mine.']);
    expect(record?.texts.alt?.origin).toBe('machine');
    const hidden = documentElements(body).filter(({ attributes }) => attributes.type === 'hidden');
    expect(Object.fromEntries(hidden.map(({ attributes }) => [attributes.name, attributes.value]))).toMatchObject({
      do: 'save',
      field: 'alt',
      text: 'Mine.',
      note: 'why',
      etag: record === undefined ? '' : `"${recordTag(record)}"`,
    });
  });

  it('are refused whole when they hold what no form has', async () => {
    expect((await send(KEYS.machine, { do: 'save', field: 'alt', text: 'x', other: 'y' })).statusCode).toBe(400);
    expect((await send(KEYS.machine, { do: 'explode' })).statusCode).toBe(400);
  });
});
