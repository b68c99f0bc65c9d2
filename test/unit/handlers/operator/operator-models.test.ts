// The commands that compare two models' words and change from one to another, as an operator writes and reads them.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { desk } from '../../../support/operator-desk.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const SHA = 'ab'.repeat(32);
const picture = { sha256: SHA, bytes: 1, width: 2, height: 3, format: 'jpeg', dhash: '0'.repeat(16) } as const;
const said = (text: string, model: string): Text => ({ text, lang: 'en', origin: 'machine', at: 1, model, confidence: 0.9, sha256: SHA });

const ready = (key: string, changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord(key, {
    state: 'READY',
    picture,
    texts: { alt: said('A dog.', 'm@1') },
    proposals: { alt: said('A brown dog.', 'm@2') },
    ...changes,
  });

const BOTH = ['--from', 'm@1', '--to', 'm@2'];

describe('ops diff', () => {
  it('shows changed texts with their characters and findings, and a summary', async () => {
    const { ops } = desk({ records: [await ready('a.jpg'), await ready('b.jpg', { proposals: { alt: said('A dog.', 'm@2') } })] });
    const { code, out } = await ops('diff', ...BOTH);
    expect(code).toBe(0);
    expect(out).toEqual([
      'picture and field',
      '  model, characters, findings of the linter, words',
      '',
      '"a.jpg" alt',
      '  m@1     6  0 errors, 0 warnings    "A dog."',
      '  m@2    12  0 errors, 0 warnings    "A brown dog."',
      '',
      '2 pictures of 2 compared: 1 of 2 texts changed',
      'characters: 6.0 -> 9.0 on average',
      'linter: 0 errors, 0 warnings -> 0 errors, 0 warnings',
    ]);
  });

  it('tells the same as JSON, and says when there is nothing to compare', async () => {
    const { ops } = desk({ records: [await ready('a.jpg')] });
    expect(JSON.parse((await ops('diff', ...BOTH, '--json', '--sample', '1')).out[0] ?? '')).toMatchObject({ pictures: 1, same: 0 });
    expect((await ops('diff', '--from', 'm@8', '--to', 'm@9')).out[0]).toBe('0 pictures of 1 compared: 0 of 0 texts changed');
  });

  it.each([
    [['diff', '--to', 'm@2'], 'Expected --from NAME@VERSION with diff'],
    [['diff', '--from', 'm@1'], 'Expected --to NAME@VERSION with diff'],
    [['diff', '--from', 'm@1', '--to', 'm@1'], 'two different models'],
    [['diff', ...BOTH, '--sample', '0'], 'at least 1 for --sample'],
    [['promote'], 'Expected --to NAME@VERSION with promote'],
    [['rollback', '--to', 'm'], 'Expected NAME@VERSION, as records name models, for --to'],
    [['promote', '--to', 'm@2', '--json'], 'Expected no --json with promote'],
  ])('is refused in one line when it is %j', async (argv, message) => {
    const { code, err } = await desk().ops(...argv);
    expect(code).toBe(2);
    expect(err.join()).toContain(message);
  });
});

describe('ops promote and rollback', () => {
  it('change machines’ texts, and back', async () => {
    const { ops, store } = desk({ records: [await ready('a.jpg')] });
    const words = () => [...store.records.values()].map(({ texts }) => texts.alt?.text);
    expect((await ops('promote', '--to', 'm@2', '--dry-run')).out).toEqual([
      '1 picture would be brought to the words of m@2; 1 listed, 0 with texts that no machine may change',
    ]);
    expect(words()).toEqual(['A dog.']);
    expect((await ops('promote', '--to', 'm@2')).out).toEqual([
      '1 picture brought to the words of m@2; 1 listed, 0 with texts that no machine may change',
    ]);
    expect(words()).toEqual(['A brown dog.']);
    expect((await ops('rollback', '--to', 'm@1', '--dry-run')).out[0]).toMatch(/^1 picture would be taken back/);
    expect((await ops('rollback', '--to', 'm@1', '--prefix', 'a', '--limit', '5')).out[0]).toMatch(
      /^1 picture taken back to the words of m@1/,
    );
    expect(words()).toEqual(['A dog.']);
  });
});

describe('ops recaption --propose', () => {
  it('asks for proposals, also beside people’s texts, and resumes only as such', async () => {
    const human = {
      alt: { text: 'Mine', lang: 'en', origin: 'human', at: 1 } as const,
      caption: { text: 'M', lang: 'en', origin: 'human', at: 1 } as const,
    };
    const { ops, jobs, recaptionPlace } = desk({
      records: [await ready('a.jpg', { texts: human }), await ready('b.jpg')],
      workerModel: 'm@2',
    });
    await ops('recaption', '--propose', '--limit', '1');
    expect(jobs.sent).toMatchObject([{ kind: 'propose', key: 'a.jpg' }]);
    expect(recaptionPlace.position?.models).toBe('any to m@2 as proposals');
    expect((await ops('recaption', '--resume')).err.join()).toContain('models for --resume');
    await ops('recaption', '--propose', '--resume');
    expect(jobs.sent.map(({ key }) => key)).toEqual(['a.jpg', 'b.jpg']);
  });
});
