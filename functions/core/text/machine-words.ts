// A machine's text as it is said: tidied by the linter, without what machines must not say of people, and in neutral words if so set.
import { tidy } from '../lint/lint.ts';
import { unquote } from '../lint/quotations.ts';
import type { Product, Text } from '../record/record.ts';
import { isEnglish } from './certainty.ts';
import { withoutClauses } from './clauses.ts';
import { genderNeutral } from './gender-neutral.ts';
import { withoutIdentity } from './identity.ts';
import { mendMassNouns } from './mass-nouns.ts';
import type { WordingRules } from './wording-rules.ts';
import { hasPhrase } from './words.ts';

/** Longer than any text of a picture, so that the linter's mending leaves the length to the cutting for a use. */
const ANY_LENGTH = 100_000;

/** Whether the shop does not want the words said. */
export const isUnwanted = (text: string, product: Product | undefined): boolean =>
  product?.negativeKeywords.some((keyword) => hasPhrase(text, keyword)) ?? false;

/** English words of a machine by the rules; what it quotes stays as it was. */
export const neutralWords = (text: string, { genderNeutral: isNeutral }: WordingRules): string => {
  const { said, back } = unquote(text);
  const anonymous = withoutIdentity(mendMassNouns(said));
  return back(isNeutral ? genderNeutral(anonymous) : anonymous);
};

/** The words of a stored text as they are said: a person's as they are, a machine's by the rules. */
export const saidText = ({ text, lang, origin }: Text, rules: WordingRules): string => {
  if (origin !== 'machine') return text;
  const tidied = tidy(text, { lang, max: ANY_LENGTH });
  return isEnglish(lang) ? neutralWords(tidied, rules) : tidied;
};

/** Words of a machine without what the shop does not want said; '' when nothing is left. */
export const withoutUnwanted = (text: string, product: Product | undefined): string =>
  withoutClauses(text, (words) => isUnwanted(words, product));
