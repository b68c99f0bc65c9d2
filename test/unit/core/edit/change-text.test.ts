// A person writes and withdraws texts: what stands then, what is kept, and what is refused.
import { describe, expect, it } from 'vitest';
import { changeText } from '../../../../functions/core/edit/change-text.ts';
import type { CaptionRecord, PastText, Text } from '../../../../functions/core/record/record.ts';
import { recordTag } from '../../../../functions/core/record/record-tag.ts';
import { NOW } from '../../../support/api.ts';
import { ANN, editDesk, mine, SHA, saidBy } from '../../../support/edit-desk.ts';

const said = saidBy('m@1');
const past = (text: Text, n: number, changes: Partial<PastText> = {}): PastText => ({
  ...text,
  n,
  kind: 'alt',
  until: 3,
  why: 'replaced',
  ...changes,
});

describe('writing a text', () => {
  it('makes it the person’s own, about the picture as it is; what was there goes to the history, and a proposal is settled', async () => {
    const desk = await editDesk({ proposals: { alt: said('A cow.'), title: said('Cow') } });
    const after = await desk.text({ field: 'alt', text: ' My cat. ', note: 'it is mine' });
    expect(after.texts.alt).toEqual({
      text: 'My cat.',
      lang: 'en',
      origin: 'human',
      by: 'jwt:ann',
      at: NOW,
      reason: 'it is mine',
      sha256: SHA,
      supersedes: 1,
    });
    expect(after.history).toMatchObject([
      { n: 1, text: 'A cat on a mat.', why: 'replaced', endedBy: 'jwt:ann', note: 'it is mine', until: NOW },
    ]);
    expect(Object.keys(after.proposals ?? {})).toEqual(['title']);
    expect([after.revision, after.changedAt]).toEqual([desk.record.revision + 1, NOW]);
    expect(desk.store.records.get(after.id)).toEqual(after);
  });

  it('changes nothing when it is the same again', async () => {
    const desk = await editDesk();
    const first = await desk.text({ field: 'title', text: 'Cat' });
    expect(await desk.text({ field: 'title', text: 'Cat' })).toEqual(first);
    const german = await desk.text({ field: 'alt', text: 'Katze', lang: 'de' });
    expect(await desk.text({ field: 'alt', text: 'Katze', lang: 'de' })).toEqual(german);
    expect(desk.store.puts).toBe(2);
  });

  it('keeps every reason that a person gives: also where nothing stood before, and of the same words again', async () => {
    const desk = await editDesk();
    const first = await desk.text({ field: 'long', text: 'A cat.', note: 'for the book' });
    expect([first.texts.long?.reason, first.history]).toEqual(['for the book', undefined]);
    const second = await desk.text({ field: 'long', text: 'A cat.', note: 'and for the page' });
    expect(second.texts.long?.reason).toBe('and for the page');
    expect(second.history).toMatchObject([{ reason: 'for the book', note: 'and for the page' }]);
    expect(await desk.text({ field: 'long', text: 'A cat.' })).toEqual(second);
    const reviewed = await desk.review({ action: 'accept', field: 'alt', reason: 'well said' });
    expect(reviewed.texts.alt).toMatchObject({ origin: 'reviewed', reason: 'well said' });
  });

  it('keeps a lock unless the person opens it', async () => {
    const desk = await editDesk({ texts: { alt: mine('Mine', { locked: true }) } });
    expect((await desk.text({ field: 'alt', text: 'Other' })).texts.alt?.locked).toBe(true);
    expect((await desk.text({ field: 'alt', text: 'Other', locked: false })).texts.alt).not.toHaveProperty('locked');
    expect((await desk.text({ field: 'alt', text: 'Other', locked: true })).texts.alt?.locked).toBe(true);
  });

  it('puts another language beside, where machines’ translations of changed words do not stay', async () => {
    const desk = await editDesk({
      translations: { fr: { alt: said('Un chat', { lang: 'fr' }) }, it: { alt: mine('Un gatto', { lang: 'it' }) } },
    });
    const german = await desk.text({ field: 'alt', text: 'Katze', lang: 'DE' });
    expect(german.translations?.de?.alt).toMatchObject({ text: 'Katze', lang: 'de', origin: 'human' });
    expect(german.texts).toEqual(desk.record.texts);
    const after = await desk.text({ field: 'alt', text: 'My cat', lang: 'en-GB' });
    expect(after.texts.alt).toMatchObject({ text: 'My cat', lang: 'en-GB' });
    expect(Object.keys(after.translations ?? {})).toEqual(['it', 'de']);
    expect(after.history?.map(({ text, translation }) => [text, translation])).toEqual([
      ['A cat on a mat.', undefined],
      ['Un chat', true],
    ]);
  });

  it('makes the first text of a record the main one, whatever its language', async () => {
    expect((await (await editDesk({ texts: {} })).text({ field: 'alt', text: 'Katze', lang: 'de' })).texts.alt?.lang).toBe('de');
    expect((await (await editDesk({ texts: {} })).text({ field: 'alt', text: 'Cat' })).texts.alt?.lang).toBe('en');
  });

  it('names no picture before one is known', async () => {
    const { picture: _, ...pending } = (await editDesk()).record;
    const desk = await editDesk();
    desk.store.records.set(desk.record.id, { ...pending, state: 'PENDING' });
    expect((await desk.text({ field: 'title', text: 'Cat' })).texts.title).not.toHaveProperty('sha256');
  });

  it('is refused beyond the bounds of translations', async () => {
    const many = Object.fromEntries([...'abcdefghijklmnopqrst'].map((letter) => [`x${letter}`, { alt: mine('?') }]));
    const desk = await editDesk({ translations: many });
    await expect(desk.text({ field: 'alt', text: 'Chat', lang: 'fr' })).rejects.toThrow('lang: an image has at most 20 languages');
  });
});

describe('withdrawing a text', () => {
  const history = [
    past(said('Machine one'), 1),
    past(said('From the file', { origin: 'embedded' }), 2),
    past(said('Machine two', { locked: true }), 3),
    past(said('Of another picture', { sha256: 'b', origin: 'embedded' }), 4),
    past(said('Übersetzt', { origin: 'embedded' }), 5, { translation: true }),
    past(said('Wrong', { origin: 'embedded' }), 6, { why: 'rejected' }),
  ];
  const withMine = (changes: Partial<CaptionRecord> = {}) => editDesk({ texts: { alt: mine('Mine') }, history, lastPast: 6, ...changes });

  it('brings the best automatic one of the same picture back: the strongest, then the newest, none that was rejected', async () => {
    const after = await (await withMine()).text({ field: 'alt', text: null, note: 'not so good' });
    expect(after.texts.alt).toMatchObject({ text: 'From the file', origin: 'embedded', at: 1, supersedes: 7 });
    expect(after.history?.at(-1)).toMatchObject({ n: 7, text: 'Mine', why: 'withdrawn', endedBy: 'jwt:ann', note: 'not so good' });
    const machines = await (await withMine({ history: [history[0], history[2]] as PastText[] })).text({ field: 'alt', text: null });
    expect(machines.texts.alt).toMatchObject({ text: 'Machine two', supersedes: 7 });
    expect(machines.texts.alt).not.toHaveProperty('locked');
  });

  it('takes the proposal where the history has none, and leaves none otherwise', async () => {
    const proposed = await (await withMine({ history: [], proposals: { alt: said('Proposed') } })).text({ field: 'alt', text: null });
    expect(proposed.texts.alt?.text).toBe('Proposed');
    expect(proposed).not.toHaveProperty('proposals');
    expect((await (await withMine({ history: [] })).text({ field: 'alt', text: null })).texts).toEqual({});
    const withheld = { alt: { by: 'jwt:bob', at: 1, reason: 'no' } };
    expect((await (await withMine({ withheld })).text({ field: 'alt', text: null })).texts).toEqual({});
  });

  it('opens a lock on a machine’s text, and is refused for what no person has written', async () => {
    const locked = await editDesk({ texts: { alt: said('Locked', { locked: true }) } });
    expect((await locked.text({ field: 'alt', text: null })).texts).toEqual({});
    await expect((await editDesk()).text({ field: 'alt', text: null })).rejects.toThrow('reject it instead');
    await expect((await editDesk()).text({ field: 'title', text: null })).rejects.toThrow('no person has written the title');
  });

  it('works for one language alone', async () => {
    const desk = await editDesk({ translations: { de: { alt: mine('Katze', { lang: 'de' }) } } });
    const after = await desk.text({ field: 'alt', text: null, lang: 'de' });
    expect(after).not.toHaveProperty('translations');
    expect(after.history).toMatchObject([{ text: 'Katze', translation: true, why: 'withdrawn' }]);
    await expect(desk.text({ field: 'alt', text: null, lang: 'fr' })).rejects.toThrow('there is no alt in fr');
  });
});

describe('who may, and when', () => {
  const change = { field: 'alt', text: 'Mine' };

  it('needs If-Match that names the record as it is', async () => {
    const desk = await editDesk();
    const tag = `"${recordTag(desk.record)}.digest"`;
    await expect(changeText(desk.ports, ANN, desk.record.id, change, undefined)).rejects.toMatchObject({ code: 'PRECONDITION_REQUIRED' });
    await expect(desk.text(change, ' ')).rejects.toMatchObject({ code: 'PRECONDITION_REQUIRED' });
    await expect(desk.text(change, '"stale"')).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await desk.text(change, tag);
    await expect(desk.text({ ...change, text: 'Again' }, tag)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  it('does not overwrite what another has written between reading and writing', async () => {
    let puts = 0;
    const desk = await editDesk({}, { putFault: () => (puts++ === 0 ? 'conflict' : undefined) });
    const tag = `"${recordTag(desk.record)}"`;
    const get = desk.store.get.bind(desk.store);
    let reads = 0;
    desk.store.get = async (id) => {
      const found = await get(id);
      return found !== undefined && reads++ > 0 ? { ...found, changedAt: found.changedAt + 1 } : found;
    };
    await expect(desk.text(change, tag)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  it('lets exactly one of several with the same tag win', async () => {
    const desk = await editDesk({}, { pause: () => Promise.resolve() });
    const tag = `"${recordTag(desk.record)}"`;
    const all = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => desk.text({ ...change, text: `Mine ${n}` }, tag)));
    const won = all.findIndex(({ status }) => status === 'fulfilled');
    expect(all.filter(({ status }) => status === 'rejected').map((one) => 'reason' in one && one.reason.code)).toEqual(
      Array(7).fill('PRECONDITION_FAILED'),
    );
    expect(desk.store.records.get(desk.record.id)).toMatchObject({ texts: { alt: { text: `Mine ${won}` } }, history: [{ n: 1 }] });
  });

  it('is not for unknown, deleted or others’ records', async () => {
    const desk = await editDesk();
    const { record, ports, store } = desk;
    const denied = { code: 'NOT_FOUND' };
    await expect(changeText(ports, ANN, 'not an id', change, '*')).rejects.toMatchObject(denied);
    await expect(changeText(ports, ANN, 'x'.repeat(22), change, '*')).rejects.toMatchObject(denied);
    await expect(changeText(ports, { ...ANN, prefixes: ['other/'] }, record.id, change, '*')).rejects.toMatchObject(denied);
    store.records.set(record.id, { ...record, state: 'DELETED' });
    await expect(desk.text(change)).rejects.toMatchObject(denied);
  });

  it('says when others keep changing the record, and hides no fault of the store', async () => {
    await expect((await editDesk({}, { putFault: () => 'conflict' })).text(change)).rejects.toMatchObject({ code: 'CONTENDED' });
    await expect((await editDesk({}, { putFault: () => 'throw' })).text(change)).rejects.toThrow('ThrottlingException');
  });
});
