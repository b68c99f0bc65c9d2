// What is known of pictures, as rules judge it, and packs of one rule.
import type { Quality } from '../../functions/core/facts/quality.ts';
import { judge } from '../../functions/core/rules/judge.ts';
import { parseRulePack, type RulePack } from '../../functions/core/rules/rule-pack.ts';
import type { RuleSubject, Verdict } from '../../functions/core/rules/verdict.ts';

/** Measures of a good product photo on white. */
export const QUALITY: Quality = {
  sharpness: 400,
  brightness: 200,
  contrast: 50,
  underexposed: 0.01,
  overexposed: 0.02,
  background: { share: 1, colour: '#ffffff', whiteDeltaE: 0 },
  subject: { share: 0.5, box: [0.05, 0.2, 0.9, 0.6] },
  border: [0, 0, 0, 0],
  jpegQuality: 90,
  watermark: 0,
  hasAlpha: false,
};

/** A good product photo; parts as given. */
export const subject = (parts: Partial<RuleSubject> = {}): RuleSubject => ({
  name: 'shop/shoe.jpg',
  file: { bytes: 300_000, width: 1600, height: 1200, format: 'jpeg', dhash: '0123456789abcdef' },
  facts: { quality: QUALITY, objects: [], people: { count: 0 }, text: [], logos: [] },
  texts: { alt: { text: 'A red shoe with white laces.', lang: 'en', origin: 'human' }, others: [], isPending: false },
  tags: [],
  duplicates: [],
  ...parts,
});

/** The same with other measures. */
export const measured = (parts: Partial<Quality>): RuleSubject =>
  subject({ facts: { ...subject().facts, quality: { ...QUALITY, ...parts } } });

/** A pack of these rules. */
export const packOf = (...rules: object[]): RulePack =>
  parseRulePack({ name: 'own', title: 'Own', about: 'A test', rules: rules.map((rule) => ({ rule: 'As said.', ...rule })) }, 'own.yaml');

/** The verdict of one rule. */
export const verdictOf = (about: RuleSubject, rule: object): Verdict => {
  const [verdict] = judge(about, packOf(rule));
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};
