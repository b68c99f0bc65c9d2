// What an object says of the product that it shows, through the whole of ingesting; and texts of a person over a new version.
import { describe, expect, it } from 'vitest';
import { changeText } from '../../../../functions/core/edit/change-text.ts';
import { describeProduct } from '../../../../functions/core/edit/describe-product.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { ANN } from '../../../support/edit-desk.ts';
import { ingestHouse } from '../../../support/ingest-house.ts';

const houseOf = () => {
  const house = ingestHouse();
  const recordOf = (): CaptionRecord => {
    const [record] = house.store.records.values();
    if (record === undefined) throw new Error('there is no record');
    return record;
  };
  const ports = { store: house.store, clock: () => house.clock.now, settings: { bucket: 'photos' } };
  return { ...house, recordOf, ports };
};

describe('product data of an object', () => {
  it('come with the picture, and go with its next version', async () => {
    const { bucket, deliver, recordOf } = houseOf();
    await deliver([bucket.upload('a.jpg', 'a dog', { 'product-name': 'Dog%20bed', other: 'x' })]);
    expect(recordOf().product).toMatchObject({ name: 'Dog bed', from: 'metadata' });
    await deliver([bucket.upload('a.jpg', 'a cat')]);
    expect(recordOf()).not.toHaveProperty('product');
  });

  it('are known for the same bytes under another key as that object tells them', async () => {
    const { bucket, deliver, store } = houseOf();
    await deliver([bucket.upload('a.jpg', 'a dog', { 'product-brand': 'Acme' })]);
    await deliver([bucket.upload('b.jpg', 'a dog', { 'product-brand': 'Other' }), bucket.upload('c.jpg', 'a dog')]);
    const brands = [...store.records.values()].map(({ key, product }) => [key, product?.brand]);
    expect(brands.toSorted()).toEqual([
      ['a.jpg', 'Acme'],
      ['b.jpg', 'Other'],
      ['c.jpg', undefined],
    ]);
  });

  it('never take the place of what people have said of the product', async () => {
    const { bucket, deliver, recordOf, ports } = houseOf();
    await deliver([bucket.upload('a.jpg', 'a dog')]);
    await describeProduct(ports, ANN, recordOf().id, { brand: 'Acme' }, '*');
    await deliver([bucket.upload('a.jpg', 'a cat', { 'product-brand': 'Other' })]);
    expect(recordOf()).toMatchObject({ state: 'READY', product: { brand: 'Acme', from: 'api' } });
  });
});

describe('a new version of a picture', () => {
  it('keeps a person’s text, says that it is of another picture, and proposes the machine’s words', async () => {
    const { bucket, deliver, recordOf, ports } = houseOf();
    await deliver([bucket.upload('a.jpg', 'a dog')]);
    const before = await changeText(ports, ANN, recordOf().id, { field: 'alt', text: 'My dog.' }, '*');
    await deliver([bucket.upload('a.jpg', 'a cat')]);
    const after = recordOf();
    expect(after.texts.alt).toEqual(before.texts.alt);
    expect(after.texts.alt?.sha256).not.toBe(after.picture?.sha256);
    expect(after.proposals?.alt).toMatchObject({ origin: 'machine', sha256: after.picture?.sha256 });
    expect(after.texts.caption?.origin).toBe('machine');
    expect(after.history).toEqual(before.history);
    await deliver([bucket.delete('a.jpg')]);
    expect(Object.keys(recordOf()).filter((field) => ['history', 'proposals', 'review'].includes(field))).toEqual([]);
    expect(recordOf().texts).toEqual({});
  });
});
