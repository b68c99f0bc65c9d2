// A recaption that only proposes: the larger model's words stand beside the texts until they are promoted.
import { describe, expect, it } from 'vitest';
import { claimForJob, fetchForJob } from '../../../../functions/core/refine/refine-job.ts';
import { settleOutcome } from '../../../../functions/core/refine/refine-result.ts';
import { ABSTAINED } from '../../../support/worker-records.ts';
import { captionedOf, LARGE, worldOf } from '../../../support/worker-world.ts';

const { abstained: _, ...SURE } = { ...ABSTAINED, plain: 'a dog', confidence: 0.8 };

describe('a recaption that only proposes', () => {
  it.each(['machine', 'human'] as const)('leaves a text that is %s where it is', async (origin) => {
    const world = worldOf({ fetchMs: 0 });
    const alt = { text: 'A dog.', lang: 'en', origin, at: 1 };
    const job = await world.add('a', 'propose', 'cat', { machine: SURE, texts: { alt } });
    const claim = await claimForJob(world.context, { job, receives: 1, model: LARGE });
    if ('end' in claim) throw new Error(`ended as ${claim.end}`);
    const [ready] = await Promise.all([fetchForJob(world.context, claim), world.clock.advance(10)]);
    if ('end' in ready) throw new Error(`ended as ${ready.end}`);
    expect(await settleOutcome(world.context, world.captioner, ready, captionedOf('cat'))).toEqual({ end: 'kept', message: 'done' });
    expect(world.record(job)).toMatchObject({ texts: { alt }, proposals: { alt: { text: 'A cat.' } }, machine: SURE, refinedBy: LARGE });
  });
});
