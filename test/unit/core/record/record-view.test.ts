import { describe, expect, it } from 'vitest';
import { altView, recordView, taggedView } from '../../../../functions/core/record/record-view.ts';
import { imageSchema } from '../../../../functions/handlers/http/schemas.ts';
import { readyRecord } from '../../../support/api.ts';

const SHA = 'b'.repeat(64);

describe('recordView', () => {
  it('shows nothing internal', async () => {
    const record = await readyRecord('a.jpg', { lease: { owner: 'OWNER-TOKEN', until: 1 }, refine: 'queued', expiresAt: 5 });
    const shown = JSON.stringify(recordView(record));
    for (const internal of ['PLAIN WORDS', 'plain', 'OWNER-TOKEN', 'lease', 'pk', 'sequencer', 'pipeline', 'expiresAt', 'objectAt']) {
      expect(shown).not.toContain(internal);
    }
    expect(recordView(record)).toMatchObject({ key: 'a.jpg', refine: 'queued', revision: 3, createdAt: '2026-01-05T09:59:50.000Z' });
  });

  it('has its tags where they are asked for', async () => {
    const machine = { model: 'm2@1', style: 'alt', route: 'lambda', confidence: 0.9, plain: 'a dog', sure: [], ms: 1, costUsd: 0 } as const;
    const record = await readyRecord('a.jpg', { machine: { ...machine, sure: [] } });
    const tagged = taggedView(record, { genderNeutral: true });
    expect(tagged).toEqual({ ...recordView(record), tags: [{ name: 'dog', confidence: 0.9, sources: ['caption'], kind: 'animal' }] });
    expect(imageSchema.parse(tagged)).toEqual(tagged);
  });

  it('says that a text is outdated when the picture is another one by now', async () => {
    const text = { text: 'x', lang: 'en', origin: 'human', at: 0, by: 'ann', locked: true } as const;
    const record = await readyRecord('a.jpg', { texts: { alt: { ...text, sha256: SHA }, long: text } });
    expect(recordView(record).texts).toMatchObject({ alt: { outdated: true, by: 'ann', locked: true }, long: { outdated: false } });
    expect(altView(record)).toMatchObject({ alt: 'x', outdated: true, origin: 'human', locked: true });
  });

  it('shows a message of a picture, never one that a library may have written', async () => {
    const failed = { state: 'FAILED', message: 'cannot open /srv/x' } as const;
    expect(recordView(await readyRecord('a', { ...failed, reason: 'INTERNAL' })).message).not.toContain('/srv');
    expect(recordView(await readyRecord('a', { ...failed, reason: 'CORRUPT', message: 'ends early' })).message).toBe('ends early');
    expect(recordView(await readyRecord('a'))).not.toHaveProperty('message');
  });

  it('says which larger model was asked, and what is no calibrated probability', async () => {
    const record = await readyRecord('a');
    if (record.machine === undefined || record.texts.alt === undefined) throw new Error('expected a machine result and a text');
    expect(recordView(record).machine).not.toHaveProperty('calibrated');
    const uncalibrated = {
      ...record,
      refinedBy: 'large@1',
      machine: { ...record.machine, calibrated: false as const },
      texts: { alt: { ...record.texts.alt, calibrated: false as const } },
    };
    const view = recordView(uncalibrated);
    expect(view).toMatchObject({ refinedBy: 'large@1', machine: { calibrated: false }, texts: { alt: { calibrated: false } } });
    expect(imageSchema.safeParse(view).success).toBe(true);
    expect(altView(uncalibrated)).toMatchObject({ calibrated: false });
  });

  it('of a record without picture, machine and version leaves them out', async () => {
    const { picture: _, machine: _m, versionId: _v, etag: _e, ...bare } = await readyRecord('a', { state: 'PENDING', texts: {} });
    expect(Object.keys(recordView(bare)).toSorted()).toEqual([
      'bucket',
      'changedAt',
      'createdAt',
      'id',
      'key',
      'revision',
      'state',
      'texts',
    ]);
    expect(altView(bare)).toEqual({ id: bare.id, state: 'PENDING', alt: null, outdated: false, sure: [] });
  });
});

describe('altView', () => {
  it('says why there is no text, and what is sure', async () => {
    const { machine } = await readyRecord('a');
    if (machine === undefined) throw new Error('expected a machine result');
    const record = await readyRecord('a', { texts: {}, machine: { ...machine, abstained: 'LOW_CONFIDENCE' } });
    expect(altView(record)).toMatchObject({ alt: null, abstained: 'LOW_CONFIDENCE', sure: ['cat'] });
    expect(recordView(record).machine?.abstained).toBe('LOW_CONFIDENCE');
    expect(altView(await readyRecord('a', { state: 'FAILED', reason: 'CORRUPT', texts: {} }))).toMatchObject({
      alt: null,
      reason: 'CORRUPT',
    });
  });

  it('tells an empty text from none', async () => {
    const record = await readyRecord('a', { texts: { alt: { text: '', lang: 'en', origin: 'human', at: 0 } } });
    expect(altView(record).alt).toBe('');
  });
});
