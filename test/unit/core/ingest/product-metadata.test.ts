// Product data from an object's metadata, and back into those of an upload.
import { describe, expect, it } from 'vitest';
import { decodedMetadata, metadataOfProduct, productOfMetadata, sourceOf } from '../../../../functions/core/ingest/product-metadata.ts';

const AT = 5;

describe('a value of metadata', () => {
  it.each([
    ['Sofa', 'Sofa'],
    ['Sof%C3%A1 %26 Co', 'Sofá & Co'],
    ['50% off', '50% off'],
    ['=?UTF-8?Q?Sof=C3=A1_rojo?=', 'Sofá rojo'],
    ['=?UTF-8?B?U29mw6E=?=', 'Sofá'],
    ['=?iso-8859-1?q?Sof=E1?=', 'Sofá'],
    ['=?utf-8*es?Q?So?= =?utf-8?Q?f=C3=A1?= 2', 'Sofá 2'],
    ['=?UTF-8?B?!!!?=', '=?UTF-8?B?!!!?='],
    ['=?UTF-8?Q?=FF?=', '=?UTF-8?Q?=FF?='],
    ['=?klingon?Q?a?=', '=?klingon?Q?a?='],
  ])('%s means %s', (value, meant) => {
    expect(decodedMetadata(value)).toBe(meant);
  });
});

describe('product data of metadata', () => {
  it('are all fields, with lists by commas', () => {
    expect(
      productOfMetadata(
        {
          'product-name': 'Sof%C3%A1',
          'product-brand': 'Acme',
          'product-colour': 'red',
          'product-keywords': 'sofa, red%20sofa ,,sofa',
          'product-negative-keywords': 'bed',
          'page-url': 'https://shop.example/sofa',
          other: 'x',
        },
        AT,
      ),
    ).toEqual({
      name: 'Sofá',
      brand: 'Acme',
      colour: 'red',
      keywords: ['sofa', 'red sofa'],
      negativeKeywords: ['bed'],
      pageUrl: 'https://shop.example/sofa',
      from: 'metadata',
      at: AT,
    });
  });

  it('leave out what is not as it should be, and are none without anything', () => {
    expect(productOfMetadata({ 'product-name': 'a%00b', 'page-url': 'javascript:alert(1)', 'product-brand': 'Acme' }, AT)).toMatchObject({
      brand: 'Acme',
      keywords: [],
    });
    expect(productOfMetadata({ 'product-name': 'x'.repeat(300), voice: 'Amy' }, AT)).toBeUndefined();
    expect(productOfMetadata({ 'product-keywords': Array.from({ length: 80 }, (_, i) => `k${i}`).join() }, AT)?.keywords).toHaveLength(50);
  });

  it('come back from an upload as they were', () => {
    const data = { name: 'Sofá, "rojo" 50%', keywords: ['a, b', 'ü'], negativeKeywords: [], pageUrl: 'https://shop.example/?a=1%202' };
    const metadata = metadataOfProduct(data);
    expect(Object.values(metadata).join('')).toMatch(/^[\x20-\x7e]*$/);
    expect(productOfMetadata(metadata, AT)).toEqual({ ...data, from: 'metadata', at: AT });
    expect(metadataOfProduct({})).toEqual({});
  });

  it('have each word of a list in its own encoding', () => {
    const keywords = (list: string) => productOfMetadata({ 'product-keywords': list }, AT)?.keywords;
    expect(keywords('50% off,caf%C3%A9,one%2C two')).toEqual(['50% off', 'café', 'one, two']);
    expect(keywords('=?UTF-8?Q?caf=C3=A9,_t=C3=A9?=')).toEqual(['café', 'té']);
  });

  it('come with the version of the object', () => {
    expect(sourceOf({ etag: 'e' }, AT)).toEqual({ etag: 'e' });
    expect(sourceOf({ etag: 'e', versionId: 'v', metadata: { 'product-brand': 'Acme' } }, AT)).toMatchObject({
      versionId: 'v',
      product: { brand: 'Acme' },
    });
    expect(sourceOf({ etag: 'e', metadata: { voice: 'Amy' } }, AT)).toEqual({ etag: 'e' });
  });
});
