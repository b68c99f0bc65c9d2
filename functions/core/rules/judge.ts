// Judges what is known of a picture by a channel's rules.
import { isVideo } from '../picture/video-format.ts';
import { checkForbiddenTags, checkLogos, checkOverlaidText } from './check-content.ts';
import { checkDuplicates, checkExtension, checkFormat, checkTransparency } from './check-file.ts';
import { checkNumber } from './check-number.ts';
import { checkAlt, checkAltLint, checkTextTold } from './check-texts.ts';
import type { Rule, RulePack } from './rule-pack.ts';
import type { Finding, Judgement, RuleResult, RuleSubject, Verdict } from './verdict.ts';

const findingOf = (subject: RuleSubject, rule: Rule): Finding => {
  switch (rule.check) {
    case 'format':
      return checkFormat(subject, rule);
    case 'extension':
      return checkExtension(subject);
    case 'transparency':
      return checkTransparency(subject);
    case 'overlaid-text':
      return checkOverlaidText(subject, rule);
    case 'logos':
      return checkLogos(subject, rule);
    case 'forbidden-tags':
      return checkForbiddenTags(subject, rule);
    case 'alt':
      return checkAlt(subject, rule);
    case 'alt-lint':
      return checkAltLint(subject);
    case 'text-told':
      return checkTextTold(subject, rule);
    case 'duplicates':
      return checkDuplicates(subject, rule);
    default:
      return checkNumber(subject, rule);
  }
};

const OF_VIDEO: Finding = { result: 'unknown', why: 'rules are about pictures, and this is a video' };

/** A verdict for each rule of the pack, in its order. */
export const judge = (subject: RuleSubject, pack: RulePack): Verdict[] =>
  pack.rules.map((rule) => ({
    check: rule.check,
    level: rule.level,
    rule: rule.rule,
    ...(isVideo(subject.file?.format) ? OF_VIDEO : findingOf(subject, rule)),
  }));

/** What the rules of the level `must` come to together: one that fails decides, then one that is not known. */
export const resultOf = (verdicts: readonly Verdict[]): RuleResult => {
  const results = verdicts.filter(({ level }) => level === 'must').map(({ result }) => result);
  if (results.includes('fail')) return 'fail';
  return results.includes('unknown') ? 'unknown' : 'pass';
};

/** The verdicts of a pack and what they come to; of a video, nothing is known. */
export const judgementOf = (subject: RuleSubject, pack: RulePack): Judgement => {
  const verdicts = judge(subject, pack);
  const result = isVideo(subject.file?.format) ? 'unknown' : resultOf(verdicts);
  return { pack: pack.name, title: pack.title, result, verdicts };
};
