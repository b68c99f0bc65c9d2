// A person at a record in memory: what use cases of edits make of it.
import { changeText, type TextChange } from '../../functions/core/edit/change-text.ts';
import { describeProduct, type ProductData } from '../../functions/core/edit/describe-product.ts';
import { type ReviewDecision, reviewImage } from '../../functions/core/edit/review-image.ts';
import type { CaptionRecord, Text } from '../../functions/core/record/record.ts';
import { BUCKET, NOW, readyRecord } from './api.ts';
import { type FakeStoreOptions, fakeStore } from './fake-store.ts';

/** The person of the tests. */
export const ANN = { id: 'jwt:ann', scopes: ['captions:write'] } as const;

/** Digest of the picture of `editDesk`'s record. */
export const SHA = 'a'.repeat(64);

/** What a model says of that picture. */
export const saidBy =
  (model: string) =>
  (text: string, changes: Partial<Text> = {}): Text => ({ text, lang: 'en', origin: 'machine', at: 1, model, sha256: SHA, ...changes });

/** What another person has written about it. */
export const mine = (text: string, changes: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'human',
  by: 'jwt:bob',
  at: 2,
  sha256: SHA,
  ...changes,
});

/** The use cases over one READY record with `changes`; each takes the record in any state unless told otherwise. */
export const editDesk = async (changes: Partial<CaptionRecord> = {}, faults: FakeStoreOptions = {}) => {
  const record = await readyRecord('shop/a.jpg', changes);
  const store = fakeStore(faults, [record]);
  const ports = { store, clock: () => NOW, settings: { bucket: BUCKET, genderNeutral: true } };
  const { id } = record;
  return {
    record,
    store,
    ports,
    text: (change: TextChange, ifMatch: string | undefined = '*') => changeText(ports, ANN, id, change, ifMatch),
    review: (decision: ReviewDecision, ifMatch: string | undefined = '*') => reviewImage(ports, ANN, id, decision, ifMatch),
    product: (data: ProductData, ifMatch: string | undefined = '*') => describeProduct(ports, ANN, id, data, ifMatch),
  };
};
