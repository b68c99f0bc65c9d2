// A person at a record in memory: what use cases of edits make of it.
import { changeText, type TextChange } from '../../functions/core/edit/change-text.ts';
import { describeProduct, type ProductData } from '../../functions/core/edit/describe-product.ts';
import { type ReviewDecision, reviewImage } from '../../functions/core/edit/review-image.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { BUCKET, NOW, readyRecord } from './api.ts';
import { type FakeStoreOptions, fakeStore } from './fake-store.ts';

/** The person of the tests. */
export const ANN = { id: 'jwt:ann', scopes: ['captions:write'] } as const;

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
