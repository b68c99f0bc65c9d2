// A person accepts, edits and rejects texts, says that a picture is decorative, and what product it shows.
import { describe, expect, it } from 'vitest';
import { putAllAutomatic } from '../../../../functions/core/record/put-text.ts';
import { NOW } from '../../../support/api.ts';
import { editDesk, mine, SHA, saidBy } from '../../../support/edit-desk.ts';

const said = saidBy('m@2');

describe('accept', () => {
  it('makes machines’ words reviewed, with their model, and keeps what they were before', async () => {
    const { texts } = (await editDesk()).record;
    const desk = await editDesk({ texts: { ...texts, title: mine('Cat') } });
    const after = await desk.review({ action: 'accept', reason: 'seen' });
    expect(after.texts.alt).toMatchObject({
      text: 'A cat on a mat.',
      origin: 'reviewed',
      by: 'jwt:ann',
      at: NOW,
      model: 'm2@1.0.0',
      supersedes: 1,
    });
    expect(after.texts.title).toEqual(mine('Cat'));
    expect(after.history).toMatchObject([{ origin: 'machine', why: 'replaced', note: 'seen' }]);
    expect(after.review).toEqual({ action: 'accept', by: 'jwt:ann', at: NOW, reason: 'seen' });
  });

  it('takes the proposal that a field has, or the current text when that is meant', async () => {
    const changes = { texts: { alt: mine('Mine', { locked: true }) }, proposals: { alt: said('Proposed', { locked: true }) } };
    const proposal = await (await editDesk(changes)).review({ action: 'accept', field: 'alt' });
    expect(proposal.texts.alt).toMatchObject({ text: 'Proposed', origin: 'reviewed', locked: true });
    expect(proposal).not.toHaveProperty('proposals');
    expect(proposal.history).toMatchObject([{ text: 'Mine', origin: 'human' }]);
    const current = await (await editDesk(changes)).review({ action: 'accept', field: 'alt', of: 'current' });
    expect(current.texts.alt).toEqual(changes.texts.alt);
    expect(current).not.toHaveProperty('proposals');
    const all = await (await editDesk({ ...changes, texts: {} })).review({ action: 'accept', of: 'proposal' });
    expect(all.texts.alt).toMatchObject({ text: 'Proposed', origin: 'reviewed' });
  });

  it('says that a person’s text is right for the new picture, too', async () => {
    const after = await (await editDesk({ texts: { alt: mine('Mine', { sha256: 'old' }) } })).review({ action: 'accept' });
    expect(after.texts.alt).toMatchObject({ text: 'Mine', origin: 'human', by: 'jwt:bob', sha256: SHA });
  });

  it('is refused when there is nothing to accept', async () => {
    const desk = await editDesk({ texts: {} });
    await expect(desk.review({ action: 'accept' })).rejects.toThrow('there is no text that this could be about');
    await expect(desk.review({ action: 'accept', field: 'alt' })).rejects.toThrow('there is no alt');
    await expect(desk.review({ action: 'accept', field: 'alt', of: 'proposal' })).rejects.toThrow('no proposal for the alt');
  });
});

describe('reject', () => {
  it('takes every automatic text away with its reason; machines then only propose, and not the same words', async () => {
    const { alt } = (await editDesk()).record.texts;
    const desk = await editDesk({ texts: { ...(alt && { alt, caption: alt }), title: mine('Cat'), long: said('Long', { locked: true }) } });
    const after = await desk.review({ action: 'reject', reason: ' It is a dog. ' });
    expect(Object.keys(after.texts)).toEqual(['title', 'long']);
    expect(after.history?.map(({ kind, why, note }) => [kind, why, note])).toEqual([
      ['alt', 'rejected', 'It is a dog.'],
      ['caption', 'rejected', 'It is a dog.'],
    ]);
    expect(after.withheld?.alt).toEqual({ by: 'jwt:ann', at: NOW, reason: 'It is a dog.' });
    const again = putAllAutomatic(after, { alt: said('A cat on a mat.'), caption: said('A dog.') }, NOW);
    expect(again.texts).toEqual(after.texts);
    expect(again.proposals).toEqual({ caption: said('A dog.') });
  });

  it('is about one text when it names one, a person’s too, or about its proposal', async () => {
    const changes = { texts: { alt: mine('Mine') }, proposals: { alt: said('Proposed') } };
    const proposal = await (await editDesk(changes)).review({ action: 'reject', field: 'alt', reason: 'no' });
    expect(proposal.texts).toEqual(changes.texts);
    expect(proposal).not.toHaveProperty('proposals');
    expect(proposal).not.toHaveProperty('withheld');
    expect(proposal.history).toMatchObject([{ text: 'Proposed', why: 'rejected', note: 'no' }]);
    const current = await (await editDesk(changes)).review({ action: 'reject', field: 'alt', of: 'current', reason: 'no' });
    expect(current.texts).toEqual({});
    expect(current.withheld?.alt?.reason).toBe('no');
  });

  it('needs a reason, and a text', async () => {
    const desk = await editDesk({ texts: { alt: mine('Mine') } });
    await expect(desk.review({ action: 'reject', field: 'alt' })).rejects.toThrow('reason: must be given');
    await expect(desk.review({ action: 'reject', field: 'alt', reason: ' ' })).rejects.toThrow('reason: must be given');
    await expect(desk.review({ action: 'reject', reason: 'no' })).rejects.toThrow('name one');
  });
});

describe('edit and decorative', () => {
  it('write a person’s text', async () => {
    const edited = await (await editDesk()).review({ action: 'edit', text: 'My cat.' });
    expect(edited.texts.alt).toMatchObject({ text: 'My cat.', origin: 'human', by: 'jwt:ann' });
    expect((await (await editDesk({ texts: {} })).review({ action: 'edit', field: 'title', text: 'T' })).texts.title?.lang).toBe('en');
    const decorative = await (await editDesk()).review({ action: 'decorative' });
    expect(decorative.texts.alt).toMatchObject({ text: '', origin: 'human' });
    expect(decorative.review?.action).toBe('decorative');
  });

  it('are refused without a text, or for another text than the alt', async () => {
    const desk = await editDesk();
    await expect(desk.review({ action: 'edit' })).rejects.toThrow('text: must be given');
    await expect(desk.review({ action: 'edit', text: ' ' })).rejects.toThrow('must not be blank');
    await expect(desk.review({ action: 'decorative', field: 'title' })).rejects.toThrow('only an alt');
    await expect(desk.review({ action: 'accept', field: 'nothing' })).rejects.toThrow('must be one of');
  });
});

describe('product data', () => {
  it('are kept as they are meant, and taken back by nothing', async () => {
    const desk = await editDesk({ product: { keywords: ['old'], negativeKeywords: [], from: 'metadata', at: 1 } });
    const data = { name: ' Sofa ', brand: '', colour: 'red', keywords: ['sofa', ' ', 'sofa'], pageUrl: 'https://shop.example/a b' };
    const after = await desk.product(data);
    expect(after.product).toEqual({
      name: 'Sofa',
      colour: 'red',
      keywords: ['sofa'],
      negativeKeywords: [],
      pageUrl: 'https://shop.example/a%20b',
      from: 'api',
      by: 'jwt:ann',
      at: NOW,
    });
    const without = await desk.product({});
    expect(without).not.toHaveProperty('product');
    expect(await desk.product({})).toEqual(without);
  });

  it.each([
    [{ keywords: Array.from({ length: 51 }, () => 'k') }, 'keywords: must be at most 50'],
    [{ negativeKeywords: ['a\nb'] }, 'negativeKeywords[0]: must be one line'],
    [{ name: 'x'.repeat(201) }, 'name: must have at most 200 characters'],
    [{ pageUrl: 'javascript:alert(1)' }, 'pageUrl: must be an http or https address'],
    [{ pageUrl: 'https://a:b@shop.example' }, 'without a user name'],
    [{ pageUrl: '//shop' }, 'pageUrl: must be'],
  ])('are refused when they are %j', async (data, message) => {
    await expect((await editDesk()).product(data)).rejects.toThrow(message);
  });
});
