// The operator's command for captioning again: what it prints, where it stops, and where it goes on.
import { describe, expect, it } from 'vitest';
import { desk } from '../../../support/operator-desk.ts';
import { fullRecord } from '../../../support/record-samples.ts';

describe('captioning again', () => {
  const asked = (key: string, model: string, costUsd = 0.5) =>
    fullRecord(key, {
      refine: 'done',
      machine: { model, style: 'alt', route: 'gpu', confidence: 0.9, plain: 'a dog', sure: [], ms: 20, costUsd },
    });

  it('says what it would cost, stops at the budget and goes on', async () => {
    const records = await Promise.all(['a', 'b', 'c'].map((key) => asked(key, 'large@1')));
    const { ops, jobs } = desk({ records: [...records, await asked('d', 'large@2', 0)], workerModel: 'large@2' });
    expect((await ops('recaption', '--dry-run')).out).toEqual([
      '3 pictures would be queued, for about $1.50 ($0.500000 each, the mean of 3 records); 4 listed, 1 answered by large@2 already, 0 with texts that no machine may change',
    ]);
    expect((await ops('recaption', '--budget-usd', '1.10')).out).toEqual([
      expect.stringMatching(/^2 pictures queued, for about \$1\.00 /),
      'stopped at the budget; --resume goes on from there',
    ]);
    expect((await ops('recaption', '--resume', '--prefix', 'x')).err[0]).toContain("Expected the last recaption's bucket and prefix");
    // another model since: what is before the place was not asked about by that one
    expect((await ops('recaption', '--resume', '--model-not', 'large@3')).err).toEqual([
      "Expected the last recaption's models for --resume (any to large@2) but these are any to large@3; begin a new one without it (try --help)",
    ]);
    expect((await ops('recaption', '--resume', '--usd-each', '2')).out).toEqual([
      expect.stringMatching(/^1 picture queued, for about \$2\.00 \(\$2\.00 each, as was said\); 2 listed, /),
    ]);
    expect(jobs.sent.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('is of one model where asked, and of unknown cost until a record tells it', async () => {
    const { ops } = desk({ records: [await asked('a', 'large@1', 0)] });
    expect((await ops('recaption', '--model', 'large@1', '--dry-run', '--limit', '1')).out).toEqual([
      '1 picture would be queued, at a cost that no record tells yet; 1 listed, 0 with texts that no machine may change',
    ]);
    expect(await ops('recaption', '--model', 'large@1', '--budget-usd', '1')).toMatchObject({ code: 1, out: [] });
  });

  it('needs a worker', async () => {
    const { ops } = desk({ gpu: false });
    expect(await ops('recaption', '--model-not', 'a@1')).toMatchObject({ code: 1, err: [expect.stringContaining('gpu=off')] });
  });
});
