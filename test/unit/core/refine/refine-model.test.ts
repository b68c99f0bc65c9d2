// Which model a record names after a job, also one that is asked again, and what a failure of that leaves.
import { describe, expect, it } from 'vitest';
import { PictureError } from '../../../../functions/core/errors.ts';
import type { InferenceJob } from '../../../../functions/core/record/object-event.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { claimForJob, fetchForJob, settleFailure } from '../../../../functions/core/refine/refine-job.ts';
import { settleOutcome } from '../../../../functions/core/refine/refine-result.ts';
import { ABSTAINED } from '../../../support/worker-records.ts';
import { captionedOf, LARGE, worldOf } from '../../../support/worker-world.ts';

const { abstained: _, ...SILENT } = ABSTAINED;
const SURE = { ...SILENT, plain: 'a dog', confidence: 0.8 };

const text = (words: string, origin: Text['origin']): Text => ({ text: words, lang: 'en', origin, at: 1 });

const fetchedWith = async (word: string, changes: Partial<CaptionRecord>, kind: InferenceJob['kind'] = 'refine') => {
  const world = worldOf({ fetchMs: 0 });
  const job = await world.add('a', kind, word, changes);
  const claimed = await claimForJob(world.context, { job, receives: 1, model: LARGE });
  if ('end' in claimed) throw new Error(`ended as ${claimed.end}`);
  const [ready] = await Promise.all([fetchForJob(world.context, claimed), world.clock.advance(10)]);
  if ('end' in ready) throw new Error(`ended as ${ready.end}`);
  return { world, job, ready };
};

describe('what the larger model says', () => {
  it('names the model that wrote each text, and the one that was asked, also when it was silent', async () => {
    const older: Text = { ...text('A dog.', 'machine'), model: 'older@1' };
    const done = { refine: 'done', refinedBy: 'older@1', machine: { ...SURE, model: 'older@1' } } as const;
    const again = async (word: string) => {
      const { world, job, ready } = await fetchedWith(word, { ...done, texts: { alt: older, title: text('Mine', 'human') } }, 'recaption');
      const verdict = await settleOutcome(world.context, world.captioner, ready, captionedOf(word));
      return { end: verdict.end, record: world.record(job), events: world.events };
    };
    const spoken = await again('cat');
    expect(spoken.end).toBe('captioned');
    expect(spoken.record).toMatchObject({
      refinedBy: LARGE,
      machine: { model: LARGE },
      texts: { alt: { model: LARGE }, title: { text: 'Mine' } },
    });
    expect(spoken.events).toMatchObject([{ type: 'caption.ready', record: { revision: spoken.record?.revision } }]);
    const silent = await again('unsure');
    expect(silent.record).toMatchObject({ refine: 'done', refinedBy: LARGE, machine: { model: 'older@1' }, texts: { alt: older } });
  });

  it('is told to be no calibrated probability where it is none', async () => {
    const { world, job, ready } = await fetchedWith('cat', {});
    await settleOutcome(world.context, world.captioner, ready, { ...captionedOf('cat'), calibrated: false });
    expect(world.record(job)).toMatchObject({ machine: { calibrated: false }, texts: { alt: { calibrated: false } } });
  });

  it('stays as it was when a model that is asked again cannot answer', async () => {
    const done = { refine: 'done', refinedBy: 'older@1', texts: { alt: text('A dog.', 'machine') } } as const;
    const { world, job, ready } = await fetchedWith('cat', done, 'recaption');
    expect((await settleFailure(world.context, ready, new PictureError('CORRUPT', 'x'))).end).toBe('failed');
    const record = world.record(job);
    expect(record).toMatchObject({ ...done, state: 'READY' });
    expect(record).not.toHaveProperty('lease');
  });
});
