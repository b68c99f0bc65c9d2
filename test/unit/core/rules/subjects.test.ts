import { describe, expect, it } from 'vitest';
import type { Captioned } from '../../../../functions/core/caption.ts';
import { seenTags } from '../../../../functions/core/rules/seen-tags.ts';
import { subjectOfFile } from '../../../../functions/core/rules/subject-of-file.ts';
import { subjectOfRecord } from '../../../../functions/core/rules/subject-of-record.ts';
import { analysedRecord } from '../../../support/analysed-record.ts';
import { readyRecord } from '../../../support/api.ts';

const RULES = { genderNeutral: true };

describe('what rules know of a record', () => {
  it('is its file, its facts, and its texts as they would be published', async () => {
    const record = await analysedRecord('shop/dog.jpg');
    const known = subjectOfRecord(record, RULES);
    expect(known).toMatchObject({
      name: 'shop/dog.jpg',
      file: { width: 1600, height: 1200, format: 'jpeg' },
      facts: record.facts,
      texts: { alt: { text: expect.any(String), lang: 'en', origin: 'machine' }, isPending: false },
    });
    expect(known).not.toHaveProperty('duplicates');
    expect(known.tags).toEqual(
      expect.arrayContaining([
        { name: 'person', confidence: 0.91 },
        { name: 'dog', confidence: 0.87 },
      ]),
    );
    expect(known.texts?.others.length).toBeGreaterThan(0);
  });

  it('waits for texts that may still come', async () => {
    const { picture: _, machine: __, ...pending } = await readyRecord('a.jpg', { state: 'PENDING', texts: {} });
    const known = subjectOfRecord(pending, RULES);
    expect(known).toEqual({ name: 'a.jpg', facts: {}, texts: { others: [], isPending: true }, tags: [] });
    const silent = await readyRecord('a.jpg', { refine: 'queued', texts: {} });
    expect(subjectOfRecord(silent, RULES).texts).toMatchObject({ isPending: true });
    const asked = await readyRecord('a.jpg', { refine: 'done', texts: {} });
    expect(subjectOfRecord(asked, RULES).texts).toMatchObject({ isPending: false });
  });

  it('has an empty alt text where a person has decided so', async () => {
    const record = await readyRecord('a.jpg', { texts: { alt: { text: '', lang: 'en', origin: 'human', at: 1 } } });
    expect(subjectOfRecord(record, RULES).texts?.alt).toMatchObject({ text: '' });
  });
});

const CAPTIONED: Captioned = {
  status: 'captioned',
  text: 'A dog.',
  plain: 'a dog',
  generalised: [],
  confidence: 0.7,
  features: {},
  nBest: [],
  words: [],
  model: 'fake@1',
  style: 'alt',
  ms: { decode: 1, encode: 1, steps: 1 },
  picture: { width: 4, height: 3, format: 'png', dhash: '0123456789abcdef', embedded: {} },
};

describe('what rules know of a file', () => {
  it('is what the captioner says of it', () => {
    expect(subjectOfFile('a.png', 99, CAPTIONED, [])).toEqual({
      name: 'a.png',
      file: { bytes: 99, width: 4, height: 3, format: 'png', dhash: '0123456789abcdef' },
      facts: {},
      texts: { alt: { text: 'A dog.', lang: 'en', origin: 'machine' }, others: [], isPending: false },
      duplicates: [],
    });
  });

  it('prefers the text that the file brings along', () => {
    const embedded = { alt: { text: 'Ein Hund.', lang: 'de' }, long: { text: 'Ein Hund im Gras.', lang: 'de' } };
    const known = subjectOfFile(
      'a.png',
      99,
      { ...CAPTIONED, facts: { objects: [{ label: 'dog', box: [0, 0, 1, 1] }] }, picture: { ...CAPTIONED.picture, embedded } },
      [],
    );
    expect(known.texts).toEqual({
      alt: { text: 'Ein Hund.', lang: 'de', origin: 'embedded' },
      others: ['Ein Hund im Gras.'],
      isPending: false,
    });
    expect(known.tags).toEqual([{ name: 'dog', confidence: 1 }]);
    const unsaid = subjectOfFile(
      'a.png',
      9,
      { ...CAPTIONED, picture: { ...CAPTIONED.picture, embedded: { alt: { text: 'A dog.', lang: 'x-default' } } } },
      [],
    );
    expect(unsaid.texts?.alt).toEqual({ text: 'A dog.', origin: 'embedded' });
  });

  it('has no text where the captioner is silent', () => {
    const { text: _, generalised: __, ...said } = CAPTIONED;
    expect(subjectOfFile('a.png', 9, { ...said, status: 'abstained', reason: 'LOW_CONFIDENCE', sure: [] }, []).texts).toEqual({
      others: [],
      isPending: false,
    });
  });
});

describe('tags that were seen', () => {
  it('are objects and attributes, each once and at its surest', () => {
    const box = [0, 0, 1, 1] as const;
    const objects = [
      { label: 'dog', confidence: 0.6, box },
      { label: 'Dog', confidence: 0.8, box },
    ];
    expect(seenTags({ objects, attributes: { type: { value: 'leash', confidence: 0.7 } } })).toEqual([
      { name: 'dog', confidence: 0.8 },
      { name: 'leash', confidence: 0.7 },
    ]);
    expect(seenTags({ attributes: {} })).toEqual([]);
    expect(seenTags({ colours: [] })).toBeUndefined();
  });
});
