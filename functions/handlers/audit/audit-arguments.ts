// The audit command's line: what it may say.
import { parseArgs } from 'node:util';
import { AUDIT_RULES } from '../../core/audit/judge-image.ts';
import { UsageError } from '../../core/errors.ts';
import { LINT_RULES } from '../../core/lint/lint.ts';
import { orUsageError } from '../sub-commands.ts';

/** The command line, checked; `failUnder` in percent. */
export type AuditArguments = { targets: string[]; failUnder: number; ignore: string[]; json: boolean; help: boolean };

const OPTIONS = {
  'fail-under': { type: 'string' },
  ignore: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const MOST_PERCENT = 100;
const NUMBER = /^\d+(?:\.\d+)?$/;
const OTHER_SCHEME = /^(?!https?:)[a-z][a-z\d+.-]+:\/\//i;

/** Rules that may be ignored: those that make an image suspicious. What is missing stays missing. */
const IGNORABLE = [...LINT_RULES.map(({ id }) => id).filter((id) => !(id in AUDIT_RULES)), 'only-title'];

const percent = (text: string | undefined): number => {
  if (text === undefined) return 0;
  if (NUMBER.test(text) && Number(text) <= MOST_PERCENT) return Number(text);
  throw new UsageError(`Expected a number from 0 to ${MOST_PERCENT} for --fail-under but received "${text}"`);
};

const rules = (lists: readonly string[]): string[] => {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  const unknown = names.find((name) => !IGNORABLE.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`Expected rules for --ignore but received "${unknown}"; they are: ${IGNORABLE.toSorted().join(', ')}`);
};

const checkTargets = (targets: readonly string[], help: boolean): void => {
  if (targets.length === 0 && !help) throw new UsageError('Expected at least one address, file or folder');
  const other = targets.find((target) => OTHER_SCHEME.test(target));
  if (other !== undefined) throw new UsageError(`Expected http or https but received "${other}"`);
};

/** @throws UsageError saying what is wrong */
export const parseAuditArguments = (argv: string[]): AuditArguments => {
  const { values, positionals } = orUsageError(() => parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true }));
  checkTargets(positionals, values.help);
  return {
    targets: positionals,
    failUnder: percent(values['fail-under']),
    ignore: rules(values.ignore ?? []),
    json: values.json,
    help: values.help,
  };
};
