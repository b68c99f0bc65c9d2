// How machines' texts come to stand in a record, or beside what stands there.
import { describe, expect, it } from 'vitest';
import { putAutomatic } from '../../../../functions/core/record/put-text.ts';
import type { Text } from '../../../../functions/core/record/record.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const said: Text = { text: 'A dog.', lang: 'en', origin: 'machine', at: 1, model: 'm@1', sha256: 's' };

describe('a machine’s text that was copied from another record', () => {
  it.each([
    ['put', undefined, 'texts'],
    ['said again', { ...said, at: 0 }, 'texts'],
    ['proposed', { ...said, text: 'My dog.', origin: 'human' }, 'proposals'],
  ] as const)('names no entry of that one’s history when it is %s', async (_, alt, where) => {
    const record = await sampleRecord('a', alt === undefined ? {} : { texts: { alt } });
    const after = putAutomatic(record, 'alt', { ...said, supersedes: 7 }, 5);
    expect(after[where]?.alt).toEqual(said);
  });
});
