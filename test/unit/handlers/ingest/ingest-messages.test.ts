// The forms in which messages about objects arrive, and what is no message of ours.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectEvent } from '../../../../functions/core/record/object-event.ts';
import { parseMessage } from '../../../../functions/handlers/ingest/ingest-messages.ts';
import { bridgeBody, directBody } from '../../../support/s3-messages.ts';

const AT = Date.parse('2026-01-02T03:04:05Z');
const CREATED: ObjectEvent = {
  kind: 'created',
  bucket: 'photos',
  key: 'a b+c%2Fü.jpg',
  versionId: 'v1',
  etag: 'e1',
  size: 5,
  sequencer: '0055AED6DCD90281E5',
  at: AT,
};
const { versionId: _, etag: __, size: ___, ...PLACE } = CREATED;
const REMOVED: ObjectEvent = { ...PLACE, kind: 'removed' };
const VERSION_REMOVED: ObjectEvent = { ...REMOVED, versionId: 'v1', versionOnly: true };

describe('parseMessage', () => {
  it.each([CREATED, { ...PLACE }, REMOVED, VERSION_REMOVED])('reads both forms of S3’s events', (event) => {
    expect(parseMessage(bridgeBody(event))).toEqual([event]);
    expect(parseMessage(directBody([event]))).toEqual([event]);
  });

  it('reads all records of a notification', () => {
    expect(parseMessage(directBody([CREATED, REMOVED]))).toEqual([CREATED, REMOVED]);
  });

  it('reads what a backfill has found', () => {
    const observed: ObjectEvent = { kind: 'observed', bucket: 'photos', key: 'a%2B.jpg', etag: 'e1', size: 5, sequencer: '', at: AT };
    expect(parseMessage(bridgeBody(observed))).toEqual([observed]);
  });

  it('keeps every key byte for byte, decoded once where S3 encodes it', () => {
    const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(key, (text) => {
        fc.pre(new TextEncoder().encode(text).length <= 1024);
        const event = { ...CREATED, key: text };
        expect(parseMessage(bridgeBody(event))?.[0]?.key).toBe(text);
        expect(parseMessage(directBody([event]))?.[0]?.key).toBe(text);
      }),
    );
  });

  it('takes a delete in a bucket without versions for one of the object', () => {
    const body = JSON.parse(bridgeBody(REMOVED));
    body.detail['deletion-type'] = 'Permanently Deleted';
    expect(parseMessage(JSON.stringify(body))).toEqual([REMOVED]);
  });

  it('takes a delete marker for a delete of the object, whatever the marker is called', () => {
    const bridge = JSON.parse(bridgeBody(REMOVED));
    bridge.detail.object['version-id'] = 'marker';
    expect(parseMessage(JSON.stringify(bridge))).toEqual([REMOVED]);
    const direct = JSON.parse(directBody([REMOVED]));
    direct.Records[0].eventName = 'LifecycleExpiration:DeleteMarkerCreated';
    direct.Records[0].s3.object.versionId = 'marker';
    expect(parseMessage(JSON.stringify(direct))).toEqual([REMOVED]);
  });

  it('has nothing to do for a test event', () => {
    expect(parseMessage(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'photos' }))).toEqual([]);
  });

  it.each(['', 'x', 'null', '3', '[]', '{}', '{"Records":[]}', '{"source":"aws.s3"}'])('refuses %s', (body) => {
    expect(parseMessage(body)).toBeUndefined();
  });

  it.each([
    ['a key that is too long', { key: 'é'.repeat(513) }],
    ['no key', { key: '' }],
    ['a sequencer that is none', { sequencer: 'xyz' }],
    ['no bucket', { bucket: '' }],
    ['a size below nothing', { size: -1 }],
  ])('refuses %s', (_what, changes) => {
    expect(parseMessage(bridgeBody({ ...CREATED, ...changes }))).toBeUndefined();
    expect(parseMessage(directBody([CREATED, { ...CREATED, ...changes }]))).toBeUndefined();
  });

  it('refuses a key that is not URL-encoded, and events of other kinds', () => {
    const body = JSON.parse(directBody([CREATED]));
    body.Records[0].s3.object.key = '%zz';
    expect(parseMessage(JSON.stringify(body))).toBeUndefined();
    const other = JSON.parse(directBody([CREATED]));
    other.Records[0].eventName = 'ObjectTagging:Put';
    expect(parseMessage(JSON.stringify(other))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.json(), (body) => void parseMessage(body)));
  });
});
