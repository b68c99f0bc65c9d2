// If-Match against a record: strong tags of any representation of it, or any.
import { describe, expect, it } from 'vitest';
import { isMatched, recordTag } from '../../../../functions/core/record/record-tag.ts';

const record = { changedAt: 1_700_000_000_000 };
const tag = recordTag(record);

describe('If-Match', () => {
  it.each([`"${tag}"`, `"${tag}.Ab_9"`, `"other", "${tag}.x"`, '*', ' * '])('takes %s', (ifMatch) => {
    expect(isMatched(ifMatch, record)).toBe(true);
  });

  it.each([`W/"${tag}"`, tag, `"${tag}x"`, '"other"', '', ',,', `"x.${tag}"`])('does not take %s', (ifMatch) => {
    expect(isMatched(ifMatch, record)).toBe(false);
  });

  it('does not take the tag of another time', () => {
    expect(isMatched(`"${recordTag({ changedAt: record.changedAt + 1 })}.x"`, record)).toBe(false);
  });
});
