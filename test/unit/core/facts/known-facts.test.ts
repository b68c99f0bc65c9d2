// Facts are made anew when another stage would find them, and a later failure takes nothing away.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { failures, isAnalysed, mergedFacts, publicFacts } from '../../../../functions/core/facts/known-facts.ts';

const SEEN: Facts = { colours: [], logos: [], by: { colours: 'colours@1', logos: 'logos@1' } };

describe('known facts', () => {
  it.each([
    ['all stages have run', SEEN, { colours: 'colours@1', logos: 'logos@1' }, true],
    ['more has run than now would', SEEN, { logos: 'logos@1' }, true],
    ['nothing would run', undefined, undefined, true],
    ['another version would run', SEEN, { colours: 'colours@2' }, false],
    ['a stage failed', { ...SEEN, failed: { text: 'it hung' } }, { text: 'text@1' }, false],
    ['nobody has looked', undefined, { colours: 'colours@1' }, false],
  ])('are the whole of it or not: %s', (_, facts, stages, expected) => {
    expect(isAnalysed(facts, stages)).toBe(expected);
  });

  it('are kept where nothing newer was found', () => {
    const found: Facts = { colours: [{ name: 'red', share: 1 }], by: { colours: 'colours@2' }, failed: { logos: 'no memory', text: 'no' } };
    const merged = mergedFacts({ ...SEEN, failed: { colours: 'it hung', quality: 'it hung' } }, found);
    expect(merged).toEqual({
      colours: [{ name: 'red', share: 1 }],
      logos: [],
      by: { colours: 'colours@2', logos: 'logos@1' },
      failed: { quality: 'it hung', text: 'no' },
    });
    expect(failures(merged)).toBe(2);
  });

  it('are told to clients without what is inside of the service', () => {
    expect(publicFacts({ ...SEEN, failed: { text: 'model package /opt/models/text refused' } })).toEqual({
      ...SEEN,
      failed: { text: 'it could not be found out' },
    });
    expect(publicFacts(SEEN)).toEqual(SEEN);
  });

  it('stay as they are when nothing was looked for', () => {
    expect(mergedFacts(undefined, { objects: [] })).toEqual({ objects: [] });
    expect(failures(undefined)).toBe(0);
  });
});
