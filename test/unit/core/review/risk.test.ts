// Which pictures need a person's look, in which order, and why.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { riskOf } from '../../../../functions/core/review/risk.ts';
import { riskPlace } from '../../../../functions/core/review/risk-place.ts';
import { readyRecord } from '../../../support/api.ts';

const AT = 1;
const SHA = 'a'.repeat(64);
const said = (text: string, changes: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'machine',
  at: AT,
  model: 'm@1',
  confidence: 0.95,
  sha256: SHA,
  ...changes,
});
const { machine } = await readyRecord('x');
if (machine === undefined) throw new Error('the sample has no machine');
const withAlt = (alt: Text, changes: Partial<CaptionRecord> = {}): Partial<CaptionRecord> => ({ texts: { alt }, ...changes });
const withheld = { alt: { by: 'jwt:ann', at: AT, reason: 'no' } };
const product = { colour: 'red', keywords: [], negativeKeywords: [], from: 'api', at: AT } as const;
const review = { action: 'accept', by: 'jwt:ann', at: AT } as const;

const OPEN: [string, Partial<CaptionRecord>, string[]][] = [
  ['a machine that is not sure', withAlt(said('A cat.', { confidence: 0.61 })), ['the machine is only 61 % sure']],
  [
    'a machine without a calibrated probability',
    withAlt(said('A cat.', { calibrated: false })),
    ['nobody knows how often the machine is right when it is this sure'],
  ],
  ['people', withAlt(said('Two women on a bench.')), ['it speaks of people']],
  ['silence', { texts: {}, machine: { ...machine, abstained: 'LOW_CONFIDENCE' } }, ['the machine was not sure enough to say anything']],
  ['a text that is gone', { texts: {} }, ['there is no alt text']],
  ['a rejected text', { texts: {}, withheld }, ['a person has rejected the alt text, and there is no other']],
  ['text in the picture', withAlt(said('A street sign.'), { facts: { text: [{ text: 'STOP' }] } }), ['there is text in the picture']],
  [
    'a product of another colour',
    withAlt(said('A blue cup.'), { product: { ...product, keywords: [], negativeKeywords: [] } }),
    ['the product’s colour is left out, as it is not seen in the picture'],
  ],
  [
    'a waiting proposal',
    withAlt(said('A cat.', { origin: 'human' }), { proposals: { alt: said('A dog.') } }),
    ['a machine proposes another alt'],
  ],
  [
    'a person’s text of another picture',
    withAlt(said('A cat.', { origin: 'human', sha256: 'other' }), { review }),
    ['the picture was replaced since a text was written'],
  ],
];

describe('the risk of texts', () => {
  it.each(OPEN)('tells of %s', async (_, changes, why) => {
    expect(riskOf(await readyRecord('a.jpg', changes))?.why).toEqual(why);
  });

  it('tells what the linter holds for an error, also in a person’s text, until it was reviewed', async () => {
    const changes = withAlt(said('DSC_0042.jpg', { origin: 'human' }));
    expect(riskOf(await readyRecord('a.jpg', changes))?.why).toHaveLength(1);
    expect(riskOf(await readyRecord('a.jpg', { ...changes, review }))).toBeUndefined();
  });

  it.each([
    ['a machine that is sure', withAlt(said('A cat.'))],
    ['a reviewed text of people', withAlt(said('Two women.', { origin: 'reviewed', confidence: 0.1 }), { review })],
    ['a decorative picture', withAlt(said('', { origin: 'human' }))],
    ['a picture that is not finished', withAlt(said('A cat.', { confidence: 0.1 }), { state: 'PENDING' as const })],
  ])('has nothing to say of %s', async (_, changes) => {
    const record = await readyRecord('a.jpg', changes);
    expect(riskOf(record)).toBeUndefined();
    expect(riskPlace(record)).toBeUndefined();
  });

  it('adds up, the gravest reason first, and goes to 100', async () => {
    const record = await readyRecord('a.jpg', {
      texts: { alt: said('A man in a red coat.', { confidence: 0.2 }), title: said('T', { origin: 'human', sha256: 'other' }) },
      facts: { text: [{ text: 'EXIT' }] },
      proposals: { title: said('U') },
    });
    expect(riskOf(record)).toEqual({
      risk: 100,
      why: [
        'the machine is only 20 % sure',
        'the picture was replaced since a text was written',
        'it speaks of people',
        'there is text in the picture',
        'a machine proposes another title',
      ],
    });
    expect(riskPlace(record)).toBe(`000#${record.id}`);
  });

  it('puts the riskier before the less risky', async () => {
    const places = await Promise.all(
      [0.1, 0.5, 0.79].map(async (confidence) => riskPlace(await readyRecord('a', withAlt(said('A cat.', { confidence }))))),
    );
    expect(places).toEqual(places.toSorted());
    expect(new Set(places).size).toBe(3);
  });
});
