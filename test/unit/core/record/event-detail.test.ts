import { describe, expect, it } from 'vitest';
import { eventDetail } from '../../../../functions/core/record/event-detail.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';

describe('the detail of an event', () => {
  it('is what clients may see of the record', async () => {
    const record = await fullRecord('a.jpg');
    const detail = eventDetail({ type: 'caption.ready', record });
    expect(detail).toMatchObject({ id: record.id, bucket: 'photos', key: 'a.jpg', state: 'READY', revision: 1, sequencer: '0065A1' });
    expect(detail).toMatchObject({ versionId: 'v.1_a', model: 'm2@1', texts: { alt: { text: 'A dog runs.', origin: 'machine' } } });
    for (const internal of ['lease', 'plain', 'someone', 'pipeline']) expect(JSON.stringify(detail)).not.toContain(internal);
  });

  it('leaves out what there is not', async () => {
    const record = await sampleRecord('a.jpg', { state: 'FAILED', reason: 'CORRUPT', message: 'broken' });
    expect(Object.keys(eventDetail({ type: 'caption.failed', record }))).toEqual([
      'id',
      'bucket',
      'key',
      'state',
      'reason',
      'revision',
      'sequencer',
    ]);
  });
});
