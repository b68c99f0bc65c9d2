import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Product, Text } from '../../../../functions/core/record/record.ts';
import { azureView } from '../../../../functions/core/views/azure-view.ts';
import { iiifView } from '../../../../functions/core/views/iiif-view.ts';
import { readyRecord } from '../../../support/api.ts';

const RULES = { genderNeutral: true };
const human = (text: string, lang = 'en'): Text => ({ text, lang, origin: 'human', at: 1 });

const seen = (fields: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  readyRecord('a.jpg', {
    picture: { sha256: 'a'.repeat(64), bytes: 1000, width: 1000, height: 600, format: 'jpeg', dhash: '0123456789abcdef' },
    facts: {
      objects: [
        { label: 'person', confidence: 0.9, box: [0.1, 0.2, 0.3, 0.5] },
        { label: 'dog', confidence: 0.8, box: [0.4, 0.5, 0.2, 0.25] },
        { label: 'dog', confidence: 0.95, box: [0.0005, 0, 0.3333, 1] },
        { label: 'ball', box: [0, 0, 0.1, 0.1] },
      ],
      text: [
        { text: 'No dogs', confidence: 0.7, box: [0.5, 0, 0.5, 0.1] },
        { text: 'STOP', confidence: 0.6, box: [0, 0.9, 0.1, 0.1] },
        { text: 'x y' },
      ],
    },
    ...fields,
  });

describe('the view as Azure Image Analysis 4.0', () => {
  it('has every part, with boxes in px', async () => {
    const { captionResult, denseCaptionsResult, ...view } = azureView(
      await seen({ texts: { alt: human('A person with two dogs.') } }),
      RULES,
    );
    expect(captionResult).toEqual({ text: 'A person with two dogs.', confidence: 1 });
    expect(denseCaptionsResult).toEqual({ values: [{ ...captionResult, boundingBox: { x: 0, y: 0, w: 1000, h: 600 } }] });
    const corner = { x: 500, y: 0 };
    expect(view).toEqual({
      modelVersion: 'm2@1.0.0',
      metadata: { width: 1000, height: 600 },
      tagsResult: {
        values: [
          { name: 'dog', confidence: 1 },
          { name: 'person', confidence: 1 },
          { name: 'ball', confidence: 0.8 },
        ],
      },
      objectsResult: {
        values: [
          { boundingBox: { x: 100, y: 120, w: 300, h: 300 }, tags: [{ name: 'person', confidence: 0.9 }] },
          { boundingBox: { x: 400, y: 300, w: 200, h: 150 }, tags: [{ name: 'dog', confidence: 0.8 }] },
          { boundingBox: { x: 1, y: 0, w: 333, h: 600 }, tags: [{ name: 'dog', confidence: 0.95 }] },
          { boundingBox: { x: 0, y: 0, w: 100, h: 60 }, tags: [{ name: 'ball', confidence: 0 }] },
        ],
      },
      readResult: {
        blocks: [
          {
            lines: [
              { text: 'No dogs', boundingPolygon: [corner, { x: 1000, y: 0 }, { x: 1000, y: 60 }, { x: 500, y: 60 }], words: [] },
              {
                text: 'STOP',
                boundingPolygon: [
                  { x: 0, y: 540 },
                  { x: 100, y: 540 },
                  { x: 100, y: 600 },
                  { x: 0, y: 600 },
                ],
                words: [
                  {
                    text: 'STOP',
                    confidence: 0.6,
                    boundingPolygon: [
                      { x: 0, y: 540 },
                      { x: 100, y: 540 },
                      { x: 100, y: 600 },
                      { x: 0, y: 600 },
                    ],
                  },
                ],
              },
              { text: 'x y', boundingPolygon: [], words: [] },
            ],
          },
        ],
      },
      smartCropsResult: { values: [] },
      peopleResult: { values: [{ boundingBox: { x: 100, y: 120, w: 300, h: 300 }, confidence: 0.9 }] },
    });
  });

  it('is explicitly empty where nothing is known', async () => {
    const { picture: _, facts: _f, machine: _m, ...bare } = await seen({ texts: {}, state: 'PENDING' });
    expect(azureView(bare, RULES)).toEqual({
      modelVersion: '',
      metadata: { width: 0, height: 0 },
      captionResult: { text: '', confidence: 0 },
      denseCaptionsResult: { values: [] },
      tagsResult: { values: [] },
      objectsResult: { values: [] },
      readResult: { blocks: [] },
      smartCropsResult: { values: [] },
      peopleResult: { values: [] },
    });
  });

  it('has sentences about parts after the one about the whole, without what the shop does not want said', async () => {
    const dense = [
      { text: 'A man with a ball.', confidence: 0.6, box: [0.1, 0.2, 0.3, 0.5] as const },
      { text: 'A cheap cup.', confidence: 0.9, box: [0, 0, 1, 1] as const },
    ];
    const product: Product = { keywords: [], negativeKeywords: ['cheap'], from: 'api', at: 1 };
    const record = await seen({ texts: { alt: human('Two dogs.') }, facts: { dense }, product });
    expect(azureView(record, RULES).denseCaptionsResult.values).toEqual([
      { text: 'Two dogs.', confidence: 1, boundingBox: { x: 0, y: 0, w: 1000, h: 600 } },
      { text: 'A person with a ball.', confidence: 0.6, boundingBox: { x: 100, y: 120, w: 300, h: 300 } },
    ]);
  });

  it('says what was found in the words of the service, within the picture', async () => {
    const record = await seen({
      texts: {},
      machine: undefined as never,
      facts: {
        objects: [
          { label: 'woman', confidence: 0.9, box: [-0.1, 0.5, 0.3, 0.7] },
          { label: 'rival shoe', confidence: 0.8, box: [0, 0, 1, 1] },
        ],
      },
      product: { keywords: [], negativeKeywords: ['rival'], from: 'api', at: 1 },
    });
    const boundingBox = { x: 0, y: 300, w: 200, h: 300 };
    const { tagsResult, objectsResult, peopleResult } = azureView(record, RULES);
    expect(tagsResult.values).toEqual([{ name: 'person', confidence: 0.9 }]);
    expect(objectsResult.values).toEqual([{ boundingBox, tags: tagsResult.values }]);
    expect(peopleResult.values).toEqual([{ boundingBox, confidence: 0.9 }]);
    expect(azureView(record, { genderNeutral: false }).tagsResult.values).toEqual([{ name: 'woman', confidence: 0.9 }]);
  });

  it("takes the caption first, a machine's confidence, and the language that is asked for", async () => {
    const machine = { ...human('A dog runs on a beach.'), origin: 'machine', model: 'm2@1', confidence: 0.7 } as const;
    const { facts: _, ...record } = await seen({
      texts: { alt: machine, caption: human('Rex in 2025.') },
      translations: { de: { alt: human('Ein Hund.', 'de') } },
    });
    expect(azureView(record, RULES).captionResult).toEqual({ text: 'Rex in 2025.', confidence: 1 });
    const { caption: _c, ...texts } = record.texts;
    const { captionResult } = azureView({ ...record, texts }, RULES);
    expect(captionResult.confidence).toBe(0.7);
    expect(captionResult.text).toContain('dog');
    const { caption: _d, ...alone } = { ...texts, caption: undefined };
    expect(azureView({ ...record, texts: alone }, RULES, 'de').captionResult).toMatchObject({ confidence: 1 });
    expect(azureView({ ...record, texts: { alt: human('') } }, RULES).captionResult).toEqual({ text: '', confidence: 0 });
  });
});

describe('the view as IIIF annotations', () => {
  const URL = 'https://images.example.com/a.jpg';

  it('has ids with one fragment, also of an address that brings one along', async () => {
    const { id, items } = iiifView(await seen(), `${URL}#top`, RULES);
    expect([id, ...items.map((item) => item.id)].map((one) => one.split('#').length)).toEqual([2, ...items.map(() => 2)]);
    expect(items.length).toBeGreaterThan(0);
    expect(items.map(({ target }) => target)).toEqual(items.map(() => `${URL}#top`));
  });

  it('has the short and the long description of each language, with their language', async () => {
    const { facts: _, ...record } = await seen({
      texts: { alt: human('A dog.'), long: human('A dog runs on a beach. The sky is grey.') },
      translations: { de: { alt: human('Ein Hund.', 'de'), long: human('Ein Hund am Strand.', 'de') } },
    });
    const canvas = 'https://example.com/manifest/canvas/1';
    const { items, ...page } = iiifView(record, URL, RULES, canvas);
    expect(page).toEqual({
      '@context': 'http://iiif.io/api/presentation/3/context.json',
      id: `${URL}#describing`,
      type: 'AnnotationPage',
    });
    expect(items.map(({ body }) => [body.value, body.language])).toEqual([
      ['A dog.', 'en'],
      ['A dog runs on a beach. The sky is grey.', 'en'],
      ['Ein Hund.', 'de'],
      ['Ein Hund am Strand.', 'de'],
    ]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    for (const { type, motivation, target, body } of items) {
      expect([type, motivation, target, body.type, body.format]).toEqual(['Annotation', 'describing', canvas, 'TextualBody', 'text/plain']);
    }
  });

  it('has no items when nobody has described the picture, or it is decorative', async () => {
    const { facts: _, machine: _m, ...nothing } = await seen({ texts: {} });
    expect(iiifView(nothing, URL, RULES).items).toEqual([]);
    expect(iiifView({ ...nothing, texts: { alt: human('') } }, URL, RULES).items).toEqual([]);
  });

  it('says each text once, and no language that is none', async () => {
    const { facts: _, machine: _m, ...record } = await seen({ texts: { alt: human('A dog.', 'x y') }, translations: { fr: {} } });
    const { items } = iiifView(record, URL, RULES);
    expect(items.filter(({ body }) => body.value === 'A dog.')).toHaveLength(1);
    expect(items[0]?.body).not.toHaveProperty('language');
    expect(items[0]?.target).toBe(URL);
  });
});
