// What is told after objects and records were held against each other; and which messages of a batch are done.
import { describe, expect, it } from 'vitest';
import { doneAfter } from '../../../infra/local/poller.ts';
import { differences, type Known } from '../../../infra/local/reconcile.ts';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const BUCKET = 'photos';
const object = { key: 'a.jpg', etag: 'one', size: 3, sequencer: '01', time: NOW - 5000 };
const record: Known = { bucket: BUCKET, key: 'a.jpg', state: 'READY', etag: 'one', sequencer: '01', objectAt: NOW - 5000 };

const told = (objects: (typeof object)[], records: Known[]): { type: unknown; delayS: number | undefined }[] =>
  differences(BUCKET, objects, records, NOW).map(({ body, delayS }) => ({
    type: (body as Record<string, unknown>)['detail-type'],
    delayS,
  }));

const OBSERVED = [{ type: 'Object Observed', delayS: 0 }];

describe('objects and records', () => {
  it.each([
    { name: 'an object without a record', objects: [object], records: [], notices: OBSERVED },
    { name: 'a final record', objects: [object], records: [record], notices: [] },
    { name: 'a failed record', objects: [object], records: [{ ...record, state: 'FAILED' as const }], notices: [] },
    { name: 'an unfinished record', objects: [object], records: [{ ...record, state: 'PENDING' as const }], notices: OBSERVED },
    {
      name: 'an unfinished record with a lease',
      objects: [object],
      records: [{ ...record, state: 'PENDING' as const, lease: { until: NOW + 30_000 } }],
      notices: [{ type: 'Object Observed', delayS: 30 }],
    },
    { name: 'a record of another version', objects: [{ ...object, etag: 'two' }], records: [record], notices: OBSERVED },
    { name: 'a forgotten picture', objects: [object], records: [{ ...record, state: 'DELETED' as const, objectAt: NOW }], notices: [] },
    {
      name: 'a forgotten picture, of which the event has told the second only',
      objects: [{ ...object, time: NOW + 999 }],
      records: [{ ...record, state: 'DELETED' as const, objectAt: NOW }],
      notices: [],
    },
    {
      name: 'a picture written after it was forgotten',
      objects: [{ ...object, time: NOW + 1000 }],
      records: [{ ...record, state: 'DELETED' as const, objectAt: NOW }],
      notices: OBSERVED,
    },
    { name: 'a record without its object', objects: [], records: [record], notices: [{ type: 'Object Deleted', delayS: undefined }] },
    { name: 'a tombstone', objects: [], records: [{ ...record, state: 'DELETED' as const }], notices: [] },
    { name: 'a record of another bucket', objects: [], records: [{ ...record, bucket: 'other' }], notices: [] },
  ])('$name', ({ objects, records, notices }) => {
    expect(told(objects, records)).toEqual(notices);
  });
});

describe('messages that are done', () => {
  const ids = ['1', '2', '3'];
  it.each([
    { name: 'all, without an answer', answer: undefined, partial: true, done: ids },
    { name: 'all, without failures', answer: { batchItemFailures: [] }, partial: true, done: ids },
    { name: 'all but the failed', answer: { batchItemFailures: [{ itemIdentifier: '2' }] }, partial: true, done: ['1', '3'] },
    { name: 'none, when an unknown one failed', answer: { batchItemFailures: [{ itemIdentifier: '9' }] }, partial: true, done: [] },
    { name: 'none, when the answer is not understood', answer: { batchItemFailures: [{}] }, partial: true, done: [] },
    {
      name: 'none, when the mapping takes no partial failures',
      answer: { batchItemFailures: [{ itemIdentifier: '2' }] },
      partial: false,
      done: [],
    },
    { name: 'all, when the mapping takes none and none failed', answer: { batchItemFailures: [] }, partial: false, done: ids },
  ])('$name', ({ answer, partial, done }) => {
    expect(doneAfter(ids, answer, partial)).toEqual(done);
  });
});
