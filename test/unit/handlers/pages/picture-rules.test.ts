// What the page of a picture says about publishing rules, and the boxes that it draws.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import type { RulePack } from '../../../../functions/core/rules/rule-pack.ts';
import { analysedRecord } from '../../../support/analysed-record.ts';
import { readyRecord } from '../../../support/api.ts';
import { pages } from '../../../support/pages.ts';
import { documentElements } from '../../../support/parsed-html.ts';
import { packOf } from '../../../support/rule-subjects.ts';

const shown = async (record: CaptionRecord, packs: readonly RulePack[]): Promise<string> => {
  const made = pages([record]);
  (made.service.rulePacks as RulePack[]).splice(0, 99, ...packs);
  return (await made.browse('GET', `/images/${record.id}`)).body;
};

const rulesOf = (body: string): string =>
  documentElements(body)
    .find(({ attributes }) => attributes['aria-labelledby'] === 'rules-title')
    ?.text.replaceAll(/\s+/g, ' ')
    .trim() ?? '';

const PACK = packOf(
  { check: 'overlaid-text', max: 0, rule: 'No text.' },
  { check: 'people', min: 5, level: 'should', rule: 'Many people.' },
  { check: 'sharpness', min: 10, rule: 'Not blurred.' },
  { check: 'width', min: 10, rule: 'Wide.' },
);

describe('publishing rules on the page of a picture', () => {
  it('say what is broken, what was found, what is allowed and where to look', async () => {
    const body = await shown(await analysedRecord('a.jpg'), [PACK]);
    const said = rulesOf(body);
    expect(said).toContain('Own Breaks rules');
    expect(said).toContain('Of 4 rules, 1 met, 2 not met and 1 not known.');
    expect(said).toContain('Broken No text.Found: 1.5 %. Allowed: at most 0 %. Look at the top left.');
    expect(said).toContain('Advice Many people.Found: 1. Allowed: at least 5.');
    expect(said).toContain('Not known Not blurred.Not known: the analysis "quality" has not looked at the picture.');
    expect(said).not.toContain('Wide.');
  });

  it('draw a box for each thing, in thousandths of the picture', async () => {
    const record = await analysedRecord('a.jpg');
    const rectangles = documentElements(await shown(record, [PACK])).filter(
      ({ name, attributes }) => name === 'rect' && !attributes.x?.endsWith('%'),
    );
    expect(rectangles.map(({ attributes: { x, y, width, height } }) => [x, y, width, height])).toEqual([
      ['100', '100', '100', '50'],
      ['100', '200', '200', '50'],
      ['250', '100', '200', '800'],
    ]);
  });

  it('are well where all are met, and are not there without packs or without a picture', async () => {
    const record = await readyRecord('a.jpg');
    const kept = rulesOf(await shown(record, [packOf({ check: 'width', min: 10, max: 900 }, { check: 'extension' })]));
    expect(kept).toContain('Own Meets the rules');
    expect(kept).not.toContain('Found');
    expect(rulesOf(await shown(record, []))).toBe('');
    const { picture: _, ...pending } = await readyRecord('a.jpg', { state: 'PENDING' });
    expect(rulesOf(await shown(pending, [PACK]))).toBe('');
  });

  it('are not there for a video, of which rules about pictures say nothing', async () => {
    const picture = { sha256: 'b', bytes: 1, width: 9, height: 9, format: 'mp4', dhash: '0'.repeat(16) } as const;
    expect(rulesOf(await shown(await readyRecord('a.mp4', { picture, facts: { shots: [] } }), [PACK]))).toBe('');
  });

  it('show names that were found as text, whatever they are', async () => {
    const logos = [{ brand: '<script>alert(1)</script>', confidence: 0.9, box: [0, 0, 0.1, 0.1] as const }];
    const body = await shown(await readyRecord('a.jpg', { facts: { logos } }), [packOf({ check: 'logos' })]);
    expect(rulesOf(body)).toContain('Found: <script>alert(1)</script>.');
    expect(body).not.toContain('<script>alert');
  });

  it('name several places once each, and limits only where there are some', async () => {
    const logos = [0, 0.1, 0.9].map((left) => ({ brand: 'Acme', confidence: 0.9, box: [left, 0, 0.1, 0.1] as const }));
    const record = await readyRecord('a.jpg', {
      facts: { logos },
      picture: { sha256: 'b', bytes: 1, width: 9, height: 9, format: 'png', dhash: '0'.repeat(16) },
    });
    const said = rulesOf(await shown(record, [packOf({ check: 'logos' }, { check: 'extension' })]));
    expect(said).toContain('Found: Acme. Allowed: none. Look at the top left, at the top right.');
    expect(said).toContain('Found: jpg. Allowed: png.');
  });
});
