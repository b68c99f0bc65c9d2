import { describe, expect, it } from 'vitest';
import { eventDetail } from '../../../../functions/core/record/event-detail.ts';
import { rulesEvents } from '../../../../functions/core/rules/rules-event.ts';
import { readyRecord } from '../../../support/api.ts';
import { ingestHouse } from '../../../support/ingest-house.ts';
import { packOf } from '../../../support/rule-subjects.ts';

const WIDE = packOf({ check: 'width', min: 1000 }, { check: 'height', min: 10 }, { check: 'width', min: 2000, level: 'should' });
const ADVICE = packOf({ check: 'width', min: 1000, level: 'should' });
const UNKNOWN = packOf({ check: 'sharpness', min: 10 });

describe('the event of broken rules', () => {
  it('tells of the packs that fail, with the rules that are broken', async () => {
    const record = await readyRecord('a.jpg');
    const [event, ...others] = rulesEvents(record, [WIDE, ADVICE, UNKNOWN]);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type: 'image.rules.failed', record, failed: [{ pack: 'own', result: 'fail' }] });
    expect(event && eventDetail(event)).toMatchObject({
      id: record.id,
      key: 'a.jpg',
      revision: 3,
      rules: [
        {
          pack: 'own',
          verdicts: [
            { check: 'width', measured: 40, limit: { min: 1000 } },
            { check: 'width', level: 'should' },
          ],
        },
      ],
    });
  });

  it('is not there for advice, for what is unknown, for pictures that could not be read, for videos, and without packs', async () => {
    const record = await readyRecord('a.jpg');
    expect(rulesEvents(record, [ADVICE, UNKNOWN])).toEqual([]);
    expect(rulesEvents(record, [])).toEqual([]);
    expect(rulesEvents(await readyRecord('a.jpg', { state: 'FAILED' }), [WIDE])).toEqual([]);
    const video = { sha256: 'a', bytes: 1, width: 40, height: 30, format: 'mp4', dhash: '0123456789abcdef' } as const;
    expect(rulesEvents(await readyRecord('a.mp4', { picture: video }), [WIDE])).toEqual([]);
  });

  it('does not blame a picture for a text that the larger model may still write', async () => {
    const alt = packOf({ check: 'alt' });
    expect(rulesEvents(await readyRecord('a.jpg', { texts: {}, refine: 'queued' }), [alt])).toEqual([]);
    expect(rulesEvents(await readyRecord('a.jpg', { texts: {} }), [alt])).toHaveLength(1);
  });

  it('is told at ingest, after the picture is ready, and for each picture', async () => {
    const house = ingestHouse({ settings: { rulePacks: [WIDE] } });
    expect(await house.deliver([house.bucket.upload('a.jpg', 'a dog'), house.bucket.upload('b.jpg', 'broken: a dog')])).toEqual([]);
    const told = house.bus.published.map(({ type, record }) => `${record.key} ${type}`).toSorted();
    expect(told).toEqual(['a.jpg caption.ready', 'a.jpg image.rules.failed', 'b.jpg caption.failed']);
    const kept = ingestHouse({ settings: { rulePacks: [packOf({ check: 'width', min: 10 })] } });
    await kept.deliver([kept.bucket.upload('a.jpg', 'a dog')]);
    expect(kept.bus.published.map(({ type }) => type)).toEqual(['caption.ready']);
  });
});
