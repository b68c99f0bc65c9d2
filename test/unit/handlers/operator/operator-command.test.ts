// The operator's command: its command line, and what each command prints.
import { describe, expect, it } from 'vitest';
import { desk } from '../../../support/operator-desk.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';

describe('the command line', () => {
  it.each([
    [[], 'Expected a command: status, redrive, backfill, recaption, diff, promote, rollback, embed, purge, export'],
    [['stats'], 'Expected one of status, redrive, backfill, recaption, diff, promote, rollback, embed, purge, export but received "stats"'],
    [['status', 'now'], 'Expected nothing more after status but received "now"'],
    [['purge', 'a', 'b'], 'Expected nothing more after purge but received "b"'],
    [['purge'], 'Expected a prefix after purge, such as: purge my-prefix'],
    [['purge', '', '--yes'], 'Expected a prefix after purge, such as: purge my-prefix'],
    [['backfill'], 'Expected a bucket after backfill, such as: backfill my-bucket'],
    [['status', '--limit', '1'], 'Expected no --limit with status; it takes --count --data --help --json --stack'],
    [['redrive', '--yes'], 'Expected no --yes with redrive; it takes --data --dry-run --help --limit --stack'],
    [['redrive', '--limit', '0'], 'Expected a whole number of at least 1 for --limit but received "0"'],
    [['redrive', '--limit', '1e3'], 'Expected a whole number of at least 1 for --limit but received "1e3"'],
    [['redrive', '--fast'], "Unknown option '--fast'"],
    [['status', '--data', 'a', '--stack', 'b'], 'Expected either --data or --stack, not both'],
    [['status', '--stack', ''], 'Expected a name for --data or --stack but received ""'],
    [['export', '--since', 'yesterday'], 'Expected the cursor that an export has told for --since but received "yesterday"'],
    [['backfill', 'other'], 'Expected the bucket of this service, photos, but received "other"'],
    [['backfill', 'photos', '--resume'], 'There is nothing to resume: the last backfill'],
    [['recaption', '--model-not', 'large'], 'Expected NAME@VERSION, as records name models, for --model-not but received "large"'],
    [['recaption', '--budget-usd', '$5'], 'Expected US dollars such as 2.50 for --budget-usd but received "$5"'],
    [['recaption', 'photos'], 'Expected nothing more after recaption but received "photos"'],
    [['recaption'], 'Expected --model-not NAME@VERSION, the model of the worker: this service does not tell it'],
    [['recaption', '--model', 'a@1', '--resume'], 'There is nothing to resume: the last recaption'],
  ])('is refused in one line when it is %j', async (argv, why) => {
    const { ops } = desk();
    const { code, out, err } = await ops(...argv);
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 });
    expect(err[0]).toContain(why);
    expect(err[0]).not.toContain('\n');
  });

  it('tells all commands by --help, and needs no service for it', async () => {
    const { ops, opened } = desk();
    const { code, out } = await ops('purge', '--help', '--data', 'stopped');
    expect(code).toBe(0);
    for (const command of ['status', 'redrive', 'backfill', 'recaption', 'embed', 'purge', 'export'])
      expect(out.join('\n')).toContain(`\n  ${command}`);
    expect(opened).toEqual([]);
  });

  it('names the service', async () => {
    const { ops, opened } = desk();
    await ops('status');
    await ops('status', '--data', 'folder');
    await ops('--stack', 'captions', 'status');
    const none = { data: undefined, stack: undefined };
    expect(opened).toEqual([none, { ...none, data: 'folder' }, { ...none, stack: 'captions' }]);
  });

  it('ends with 1 and one line when the service is not running', async () => {
    const { ops } = desk();
    expect(await ops('status', '--data', 'stopped')).toEqual({ code: 1, out: [], err: ['No service runs with the data in stopped'] });
  });

  it('hides no error of its own', async () => {
    const { ops, operations } = desk();
    operations.store.listByKey = async () => Promise.reject(new TypeError('a bug'));
    await expect(ops('status', '--count')).rejects.toThrow('a bug');
  });
});

describe('status', () => {
  it('prints a table, or JSON', async () => {
    const { ops, uploads } = desk({ records: [await sampleRecord('a'), await fullRecord('b')], gpu: false });
    uploads.dlq.add('1', '2');
    expect((await ops('status')).out).toEqual([
      'queue         waiting  in flight  delayed',
      'uploads             0          0        0',
      'uploads dlq         2          0        0',
      'backfill            0          0        0',
      'backfill dlq        0          0        0',
      'undelivered         0          0        0',
    ]);
    expect((await ops('status', '--count')).out.slice(6)).toEqual([
      '',
      'records  count',
      'PENDING      1',
      'READY        1',
      'FAILED       0',
      'DELETED      0',
    ]);
    const { out } = await ops('status', '--json', '--count');
    expect(JSON.parse(out.join(''))).toMatchObject({ queues: { length: 5 }, records: { READY: 1 } });
  });
});

describe('redrive', () => {
  it('says how many it would put back, and has put back', async () => {
    const { ops, uploads, backfill } = desk();
    uploads.dlq.add('1', '2');
    backfill.dlq.add('3');
    expect((await ops('redrive', '--dry-run')).out).toEqual(['3 messages would be put back (uploads dlq 2, backfill dlq 1)']);
    expect((await ops('redrive', '--limit', '1')).out).toEqual(['1 message put back (uploads dlq 1)']);
    expect(await ops('redrive')).toEqual({ code: 0, out: ['2 messages put back (uploads dlq 1, backfill dlq 1)'], err: [] });
    expect((await ops('redrive')).out).toEqual(['0 messages put back']);
  });
});

describe('backfill', () => {
  it('queues objects from here on one machine, and goes on where it ended', async () => {
    const { ops, bucket, outbox } = desk();
    for (const key of ['a', 'b', 'c']) bucket.upload(key, key);
    expect((await ops('backfill', 'photos', '--dry-run')).out).toEqual([
      '3 objects would be queued; 3 listed, 0 with their record, 0 not to be captioned',
    ]);
    expect((await ops('backfill', 'photos', '--limit', '1')).out).toEqual([
      '1 object queued; 3 listed, 0 with their record, 0 not to be captioned',
    ]);
    expect((await ops('backfill', 'photos', '--resume', '--prefix', 'x')).err[0]).toContain(
      `Expected the last backfill's bucket and prefix for --resume (photos, --prefix "")`,
    );
    expect((await ops('backfill', 'photos', '--resume')).out).toEqual([
      '2 objects queued; 2 listed, 0 with their record, 0 not to be captioned',
    ]);
    expect(outbox.sent).toHaveLength(3);
    expect((await ops('backfill', 'photos', '--resume')).code).toBe(2);
  });

  it('starts the state machine of a stack, unless told to list here or only to count', async () => {
    const { ops, bucket, outbox, started } = desk({ machine: true });
    bucket.upload('in/a', 'a');
    expect((await ops('backfill', 'photos')).out).toEqual(['started arn:execution']);
    await ops('backfill', 'photos', '--prefix', 'in/', '--limit', '5');
    expect(started).toEqual([{ bucket: 'photos' }, { bucket: 'photos', prefix: 'in/', limit: 5 }]);
    expect((await ops('backfill', 'photos', '--resume')).err[0]).toContain('Expected --here with --resume');
    await ops('backfill', 'photos', '--dry-run');
    expect(outbox.sent).toHaveLength(0);
    await ops('backfill', 'photos', '--here');
    expect(outbox.sent).toHaveLength(1);
    expect(started).toHaveLength(2);
  });
});

describe('purge', () => {
  it('only says how many there are without --yes', async () => {
    const { ops, store, bucket } = desk({ records: [await fullRecord('old/a'), await fullRecord('old/b'), await fullRecord('new/a')] });
    for (const key of ['old/a', 'old/b']) bucket.upload(key, key);
    expect(await ops('purge', 'old/')).toEqual({
      code: 2,
      out: [],
      err: ['2 records below "old/" would be forgotten: add --yes to do it'],
    });
    expect((await ops('purge', 'old/', '--objects')).err[0]).toContain('and their objects removed');
    expect(store.puts).toBe(0);
    expect(await ops('purge', 'old/', '--yes')).toEqual({ code: 0, out: ['2 records forgotten'], err: [] });
    expect((await ops('purge', 'old/', '--yes', '--objects')).out).toEqual(['0 records forgotten, 2 objects removed']);
  });
});

describe('export', () => {
  it('prints a record a line and the cursor for the next one', async () => {
    const { ops } = desk({ records: [await fullRecord('a'), await fullRecord('b', { changedAt: 1_600_000_000_000 })] });
    const { code, out, err } = await ops('export');
    expect(out.map((line) => JSON.parse(line).key)).toEqual(['b', 'a']);
    expect(code).toBe(0);
    const cursor = /^2 exported; what changes later: --since '(.*)'$/.exec(err[0] ?? '')?.[1] ?? '';
    expect((await ops('export', '--since', cursor)).err[0]).toMatch(/^\d exported/);
  });
});
