import { describe, expect, it } from 'vitest';
import { forget, forgetImage } from '../../../../functions/core/lookup/lookup-forget.ts';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import { claim } from '../../../../functions/core/record/record-rules.ts';
import { api, NOW, readyRecord } from '../../../support/api.ts';

const ALL: Principal = { id: 'jwt:all', scopes: SCOPES };

describe('forget', () => {
  it('keeps no content, and only a newer object comes back', async () => {
    const before = await readyRecord('a');
    const forgotten = forget(before, NOW, 30);
    if (forgotten.outcome !== 'forgotten') throw new Error('expected a tombstone');
    expect(forgotten.record).toMatchObject({ state: 'DELETED', texts: {}, revision: before.revision + 1 });
    expect(forgotten.record).not.toHaveProperty('picture');
    const { id, bucket, key, sequencer, objectAt: at } = before;
    const again = (newer: string) =>
      claim(forgotten.record, { kind: 'created', bucket, key, sequencer: newer, at }, id, undefined, NOW).outcome;
    expect([again(sequencer), again(`${sequencer}1`)]).toEqual(['done', 'claimed']);
  });

  it('has nothing to do for what is gone', async () => {
    expect(forget(undefined, NOW, 30)).toEqual({ outcome: 'done' });
    expect(forget(await readyRecord('a', { state: 'DELETED' }), NOW, 30)).toEqual({ outcome: 'done' });
  });
});

describe('forgetImage', () => {
  it('says so when others keep changing the record', async () => {
    const record = await readyRecord('a');
    const { service } = api([record], {}, { putFault: () => 'conflict' });
    await expect(forgetImage(service.lookup, ALL, record.id, false)).rejects.toMatchObject({ code: 'CONTENDED' });
  });

  it('passes on what the store throws', async () => {
    const record = await readyRecord('a');
    const { service } = api([record], {}, { putFault: () => 'throw' });
    await expect(forgetImage(service.lookup, ALL, record.id, false)).rejects.toThrow('ThrottlingException');
  });
});
