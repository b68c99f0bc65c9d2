// Every case of test/fixtures/alt-cases.md: what is to be said in which situation, and by which branch of the W3C WAI alt decision tree.
import { describe, expect, it } from 'vitest';
import { lint } from '../../../../functions/core/lint/lint.ts';
import { type AltAnswer, altFor } from '../../../../functions/core/text/alt-for.ts';
import { ALT_BRANCHES } from '../../../../functions/core/text/branches.ts';
import { USAGES } from '../../../../functions/core/text/usages.ts';
import { type AltCase, altCases, expectedAlt, recordOf, useOf } from '../../../support/alt-cases.ts';

const FEWEST_CASES = 150;

const CASES = altCases();

const answerOf = async (one: AltCase): Promise<AltAnswer> =>
  altFor(await recordOf(one), useOf(one), { genderNeutral: one.given.get('neutral') !== 'off' });

/** The answer's parts that the case says something about. */
const exact = (one: AltCase, { status, origin, reason, lang, cut }: AltAnswer) => {
  const answered = { status, origin, reason, answers: lang, cut: cut ? 'yes' : 'no' };
  return Object.fromEntries(Object.entries(answered).filter(([key]) => one.given.has(key)));
};

const expected = ({ given }: AltCase) =>
  Object.fromEntries(['status', 'origin', 'reason', 'answers', 'cut'].flatMap((key) => (given.has(key) ? [[key, given.get(key)]] : [])));

describe.each([...new Set(CASES.map(({ section }) => section))])('alt texts: %s', (section) => {
  it.each(CASES.filter((one) => one.section === section).map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const answer = await answerOf(one);
    expect({ alt: answer.alt, branch: answer.branch }).toEqual({ alt: expectedAlt(one), branch: one.given.get('branch') });
    expect(exact(one, answer)).toEqual(expected(one));
    expect(answer.because).toContain(one.given.get('because') ?? '');
    expect(answer.next ?? '').toContain(one.given.get('next') ?? '');
  });
});

describe('the cases', () => {
  it('are many, and each has a name of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(FEWEST_CASES);
    expect(new Set(CASES.map(({ section, name }) => `${section} ${name}`)).size).toBe(CASES.length);
  });

  it('break no rule of the linter that is an error, where a machine wrote', async () => {
    const found = await Promise.all(
      CASES.map(async (one) => {
        const { alt, usage, lang, origin } = await answerOf(one);
        const about = { usage, machine: true, ...(lang !== undefined && { lang }) };
        return alt === null || origin !== 'machine'
          ? []
          : lint(alt, about).flatMap(({ severity, rule }) => (severity === 'error' ? [`${one.name}: ${rule}`] : []));
      }),
    );
    expect(found.flat()).toEqual([]);
  });

  it('name every branch of the tree and every usage', () => {
    const named = (key: string) => [...new Set(CASES.flatMap(({ given }) => given.get(key) ?? []))].toSorted();
    expect(named('branch')).toEqual(Object.keys(ALT_BRANCHES).toSorted());
    expect(named('usage')).toEqual([...USAGES].toSorted());
  });

  it('say what is expected of each', () => {
    expect(CASES.filter(({ given }) => !given.has('alt') || !given.has('branch')).map(({ name }) => name)).toEqual([]);
  });
});
