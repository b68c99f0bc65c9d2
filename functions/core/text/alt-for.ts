// The alternative text of a picture for one use, or the reason why there is none: the W3C WAI alt decision tree.
// From pixels only parts of its questions 1 and 3 can be decided; the use, the destination and the text nearby are the caller's to say.
import type { CaptionRecord, Origin, Text } from '../record/record.ts';
import { isOutdated } from '../record/text-view.ts';
import { absenceOf } from './absence.ts';
import { ALT_BRANCHES, type AltBranch } from './branches.ts';
import { isUnsure } from './certainty.ts';
import { cutTo } from './clauses.ts';
import { decideFunctional } from './decide-functional.ts';
import { decideComplex, decideDecorative, decideInformative } from './decide-informative.ts';
import { type Decision, type Said, type Situation, situationOf } from './situation.ts';
import { sureFacts } from './sure-facts.ts';
import { longOf } from './texts-of.ts';
import { type AltUse, SOFT_TARGETS, type Usage } from './usages.ts';
import type { WordingRules } from './wording-rules.ts';

/** The answer; `alt` is null where there is none, and `''` where the picture is to be passed over. */
export type AltAnswer = {
  usage: Usage;
  /** the branch of the W3C WAI alt decision tree that was taken */
  branch: AltBranch;
  /** one line: why that branch, and what was left out */
  because: string;
  alt: string | null;
  /** BCP 47; absent where the words are the caller's */
  lang?: string;
  /** absent where the words are the caller's or the shop's */
  origin?: Origin;
  model?: string;
  confidence?: number;
  calibrated?: false;
  by?: string;
  locked?: boolean;
  /** the picture was replaced since the text was written */
  outdated: boolean;
  /** the text was shortened; all of it stands in the long description */
  cut: boolean;
  /** there is a long description, and it says more than this */
  hasLong: boolean;
  status: 'described' | 'decorative' | 'abstained' | 'pending' | 'failed';
  /** why there is no text */
  reason?: string;
  /** nouns that are sure although there is no text */
  sure: string[];
  /** one line: what people can do now */
  next?: string;
};

const DECIDE: Readonly<Record<Usage, (situation: Situation) => Decision>> = {
  informative: decideInformative,
  decorative: decideDecorative,
  link: decideFunctional,
  button: decideFunctional,
  product: decideInformative,
  og: decideInformative,
  x: decideInformative,
  chart: decideComplex,
};

/** Branches whose alt text is empty. */
const EMPTY: readonly AltBranch[] = ['text-nearby', 'text-effect', 'redundant', 'decorative'];

const provenanceOf = ({ origin, model, confidence, calibrated, by, locked }: Partial<Text>) => ({
  ...(origin !== undefined && { origin }),
  ...(model !== undefined && { model }),
  ...(confidence !== undefined && { confidence }),
  ...(calibrated !== undefined && { calibrated }),
  ...(by !== undefined && { by }),
  ...(locked !== undefined && { locked }),
});

const isOld = ({ sha256 }: Partial<Text>, { picture }: CaptionRecord): boolean => sha256 !== undefined && isOutdated({ sha256 }, picture);

/** What people can do about a text that is there. */
const nextFor = (branch: AltBranch, source: Partial<Text>, outdated: boolean): string | undefined => {
  if (branch === 'unclear') return 'Say in `context` what it does or where it leads.';
  if (outdated) return 'Look at it again: the picture was replaced since the text was written.';
  if (branch === 'complex') return 'Put what it shows on the page as text or as a table.';
  const { origin } = source;
  return origin === 'machine' && isUnsure({ ...source, origin }) ? 'Have a person check it: the model is not sure.' : undefined;
};

/** A caller's language that no text is in. */
const noteOnLang = ({ use }: Situation, { lang }: Said): string[] => {
  if (use.lang === undefined || lang === undefined) return [];
  const [asked, given] = [use.lang, lang].map((tag) => tag.split('-')[0]?.toLowerCase());
  return asked === given ? [] : [`the text is in ${lang}, as there is none in ${use.lang}`];
};

const describedAs = (situation: Situation, { branch, left = [] }: Decision, said: Said, rules: WordingRules): AltAnswer => {
  const { record, use, usage } = situation;
  const long = longOf(record, rules, use.lang);
  const alt = said.whole || long === undefined ? said.text : cutTo(said.text, use.max ?? SOFT_TARGETS[usage]);
  const source = said.source ?? {};
  const outdated = isOld(source, record);
  const next = nextFor(branch, source, outdated);
  const cut = alt !== said.text;
  return {
    usage,
    branch,
    because: [ALT_BRANCHES[branch], ...left, ...noteOnLang(situation, said)].join('; '),
    alt,
    ...(said.lang !== undefined && { lang: said.lang }),
    ...provenanceOf(source),
    outdated,
    cut,
    hasLong: long !== undefined && long.text !== alt && (cut || long.text !== situation.sentence),
    status: 'described',
    sure: [],
    ...(next !== undefined && { next }),
  };
};

/** The alternative text of a record's picture for a use. */
export const altFor = (record: CaptionRecord, use: AltUse, rules: WordingRules): AltAnswer => {
  const situation = situationOf(record, use, rules);
  const { usage, text } = situation;
  const decision = DECIDE[usage](situation);
  const { branch, said, left = [] } = decision;
  if (said !== undefined) return describedAs(situation, decision, said, rules);
  const because = [ALT_BRANCHES[branch], ...left].join('; ');
  const answer = { usage, branch, because, outdated: false, cut: false, hasLong: false } as const;
  if (!EMPTY.includes(branch)) return { ...answer, alt: null, sure: sureFacts(record, rules), ...absenceOf(record) };
  const source = branch === 'decorative' && usage !== 'decorative' && text !== undefined ? text : {};
  return { ...answer, alt: '', ...provenanceOf(source), outdated: isOld(source, record), status: 'decorative', sure: [] };
};
