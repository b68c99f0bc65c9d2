// The texts of a record as they are used: people's as they stand, machines' by the rules, the rest rendered.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Product } from '../../../../functions/core/record/record.ts';
import { effectiveTexts, longOf } from '../../../../functions/core/text/texts-of.ts';
import { describedRecord, machineText, personText } from '../../../support/described.ts';

const RULES = { genderNeutral: true };
const SHOE: Product = { name: 'Trail Runner', keywords: [], negativeKeywords: [], from: 'api', at: 1 };

const texts = async (caption: string, changes: Partial<CaptionRecord> = {}, lang?: string) =>
  effectiveTexts(await describedRecord(caption, changes), RULES, lang);

describe('effective texts', () => {
  it('render long and title of what the machine said, with its model and probability', async () => {
    const said = machineText('A person on a bench.');
    expect(await texts('A man on a bench.')).toEqual({
      alt: said,
      caption: said,
      long: said,
      title: { ...said, text: 'A person on a bench' },
    });
  });

  it('are a person’s as they were written, and everything that is rendered rests on them', async () => {
    const alt = personText('My MAN  on a bench');
    const { title, ...others } = await texts('', { texts: { alt, caption: machineText('A cat.') } });
    expect(others).toEqual({ alt, caption: alt, long: alt });
    expect(title).toEqual({ ...machineText('My MAN  on a bench', { model: 'm2@1.0.0' }), sha256: undefined, confidence: undefined });
  });

  it('keep what a person wrote for a kind', async () => {
    const own = { long: personText('All about it'), title: personText('It'), caption: personText('It, again') };
    expect(await texts('', { texts: { alt: machineText('A dog.'), ...own } })).toMatchObject(own);
    const locked = machineText('A MAN', { locked: true });
    expect((await texts('', { texts: { alt: locked } })).alt).toEqual(locked);
  });

  it('word what a machine stored for a kind by the rules', async () => {
    const found = await texts('', {
      texts: { alt: machineText('A dog.'), long: machineText('A man and his dog.'), title: machineText('A man') },
    });
    expect([found.long?.text, found.title?.text]).toEqual(['A person and their dog.', expect.stringContaining('A person')]);
  });

  it('have the shop’s words at once', async () => {
    expect(await texts('A shoe.', { product: SHOE })).toMatchObject({
      alt: { text: 'Trail Runner. A shoe.' },
      caption: { text: 'Trail Runner. A shoe.' },
      long: { text: 'Trail Runner. A shoe.' },
      title: { text: 'Trail Runner' },
    });
  });

  it('are none of a machine that abstained, of one that was rejected, and of words that nobody wants said', async () => {
    expect(await texts('', { texts: {} })).toEqual({});
    expect(await texts('A cat.', { withheld: { alt: { by: 'Ann', at: 1, reason: 'a dog' } } })).toEqual({});
    expect(await texts('A cat.', { product: { ...SHOE, name: '', negativeKeywords: ['cat'] } })).toEqual({});
  });

  it('render nothing of a decorative picture', async () => {
    const alt = personText('');
    const caption = machineText('A line.');
    expect(await texts('', { texts: { alt, caption } })).toEqual({ alt, caption });
  });

  it('are those of a language where there are some, else of the main one', async () => {
    const translations = {
      de: { alt: machineText('Ein Mann.', { lang: 'de', model: 'amazon-translate' }) },
      'pt-BR': { alt: personText('Um homem', { lang: 'pt-BR' }) },
    };
    expect((await texts('A man.', { translations }, 'de-AT')).alt?.text).toBe('Ein Mann.');
    expect((await texts('A man.', { translations }, 'pt')).alt?.text).toBe('Um homem');
    expect((await texts('A man.', { translations }, 'pt-PT')).alt?.lang).toBe('pt-BR');
    expect((await texts('A man.', { translations }, 'en-GB')).alt?.text).toBe('A person.');
    expect((await texts('A man.', { translations }, 'fr')).alt?.lang).toBe('en');
    expect((await texts('A man.', { translations }, 'not a language')).alt?.lang).toBe('en');
    expect((await texts('', { texts: {}, translations }, 'de')).alt?.text).toBe('Ein Mann.');
    expect((await texts('', { texts: { alt: personText('Etwas', { lang: 'x y' }) } }, 'de')).alt?.text).toBe('Etwas');
  });

  it('sum up in the language that is asked for, and never in a machine’s translation of words that were corrected since', async () => {
    const german = machineText('Ein Hund.', { lang: 'de', model: 'amazon-translate', at: 5 });
    const found = await texts('A dog.', { translations: { de: { alt: german } } }, 'de');
    expect([found.caption?.text, found.long?.text, found.title?.text]).toEqual(['Ein Hund.', 'Ein Hund.', 'Ein Hund']);
    const corrected = { texts: { alt: personText('A fox', { at: 6 }) }, translations: { de: { alt: german } } };
    expect((await texts('', corrected, 'de')).alt?.text).toBe('A fox');
    const earlier = { ...corrected, texts: { alt: personText('A dog', { at: 4 }) } };
    expect((await texts('', earlier, 'de')).alt?.text).toBe('Ein Hund.');
    const captions = { de: { caption: personText('Ein Hund, wieder', { lang: 'de' }) } };
    expect((await texts('A dog.', { translations: captions }, 'de')).caption?.text).toBe('Ein Hund, wieder');
  });

  it('name the machine of a long description that rules made of a person’s words', async () => {
    const facts = { people: { count: 2 } };
    const alt = personText('Ann and Bob', { sha256: 'cd' });
    const long = longOf(await describedRecord('', { texts: { alt }, facts }), RULES);
    expect(long).toMatchObject({
      text: 'Ann and Bob. Probably two people. May be wrong: the number of people.',
      origin: 'machine',
      model: 'm2@1.0.0',
      sha256: 'cd',
    });
    expect(long).not.toHaveProperty('by');
    const { machine: _, ...unasked } = await describedRecord('', { texts: { alt }, facts });
    expect(longOf(unasked, RULES)).not.toHaveProperty('model');
  });

  it('are in the language of the text that is the picture', async () => {
    const found = await texts('A poster.', { facts: { text: [{ text: 'Räumung', lang: 'de' }] } });
    expect(found.alt).toMatchObject({ text: 'Räumung', lang: 'de', origin: 'machine' });
  });
});
