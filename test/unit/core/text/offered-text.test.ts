// What is accepted is what is shown.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { offeredText } from '../../../../functions/core/text/offered-text.ts';
import { readyRecord } from '../../../support/api.ts';

const RULES = { genderNeutral: true };
const MACHINE: Text = { text: 'A man with a camera.', lang: 'en', origin: 'machine', at: 1, model: 'm2@1.0.0', confidence: 0.9 };

const record = (fields: Partial<CaptionRecord>): Promise<CaptionRecord> => readyRecord('a.jpg', fields);

describe('what a person is offered', () => {
  it("is the machine's text in the words of the rules", async () => {
    expect(offeredText(await record({ texts: { alt: MACHINE } }), 'alt', 'current', RULES)).toEqual({
      ...MACHINE,
      text: 'A person with a camera.',
    });
  });

  it('is the proposal, also where the current text was rejected', async () => {
    const withheld = { alt: { by: 'ann', at: 1, reason: 'wrong' } };
    const found = offeredText(await record({ texts: {}, proposals: { alt: MACHINE }, withheld }), 'alt', 'proposal', RULES);
    expect(found?.text).toBe('A person with a camera.');
  });

  it("is a person's text as it was written", async () => {
    const own: Text = { ...MACHINE, origin: 'human', by: 'ann' };
    expect(offeredText(await record({ texts: { alt: own } }), 'alt', 'current', RULES)).toEqual(own);
  });

  it('is nothing where there is no text', async () => {
    expect(offeredText(await record({ texts: {} }), 'alt', 'current', RULES)).toBeUndefined();
  });

  it('is what the machine said where the rules leave nothing of it', async () => {
    const empty: Text = { ...MACHINE, text: '' };
    expect(offeredText(await record({ texts: { alt: empty } }), 'alt', 'current', RULES)?.text).toBe('');
  });
});
