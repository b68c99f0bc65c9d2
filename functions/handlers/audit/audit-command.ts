// The audit command: pages in, what their images lack out. It knows no network, no files and no parser; those are ports.
import { auditPage, coverageOf, type PageAudit, sumOf } from '../../core/audit/audit-page.ts';
import type { ImageFinder, PageSource, Unreadable } from '../../core/audit/audit-ports.ts';
import { CodedError, UsageError } from '../../core/errors.ts';
import { type AuditArguments, parseAuditArguments } from './audit-arguments.ts';
import { AUDIT_EXIT, AUDIT_HELP } from './audit-help.ts';
import { auditJson, pageLines, printable, sumLines } from './audit-output.ts';

/** Where the command reads and writes. */
export type AuditPorts = {
  pages: PageSource;
  images: ImageFinder;
  /** a line of results */
  out(line: string): void;
  /** a line about the work */
  err(line: string): void;
};

type Audited = { pages: PageAudit[]; unreadable: Unreadable[] };

const auditAll = async ({ targets, ignore, json }: AuditArguments, { pages, images, out, err }: AuditPorts): Promise<Audited> => {
  const audited: Audited = { pages: [], unreadable: [] };
  for await (const page of pages(targets)) {
    if ('why' in page) {
      audited.unreadable.push(page);
      err(`${printable(page.name)} ${printable(page.why)}`);
      continue;
    }
    const audit = auditPage(page.name, images(page.html), ignore);
    audited.pages.push(audit);
    if (!json) for (const line of pageLines(audit)) out(line);
  }
  return audited;
};

const conclude = ({ failUnder, json }: AuditArguments, { pages, unreadable }: Audited, { out, err }: AuditPorts): number => {
  for (const line of json ? [auditJson(pages, unreadable)] : sumLines(pages)) out(line);
  if (unreadable.length > 0) err(`${unreadable.length} of ${pages.length + unreadable.length} could not be read`);
  const isBelow = coverageOf(sumOf(pages)) < failUnder;
  if (isBelow) err(`Less than ${failUnder} % of the images are covered`);
  return isBelow || unreadable.length > 0 ? AUDIT_EXIT.failed : AUDIT_EXIT.done;
};

/** Runs the command. @returns its exit code; it never throws for what a user can cause */
export const auditCommand = async (argv: string[], ports: AuditPorts): Promise<number> => {
  try {
    const args = parseAuditArguments(argv);
    if (args.help) {
      ports.out(AUDIT_HELP.trimEnd());
      return AUDIT_EXIT.done;
    }
    return conclude(args, await auditAll(args, ports), ports);
  } catch (thrown) {
    if (!(thrown instanceof CodedError)) throw thrown;
    ports.err(thrown instanceof UsageError ? `${thrown.message} (try --help)` : thrown.message);
    return thrown instanceof UsageError ? AUDIT_EXIT.usage : AUDIT_EXIT.failed;
  }
};

/** The program of the package: `audit` is the one command that it has without the rest of the repository. @returns its exit code */
export const packagedCommand = async ([command, ...argv]: string[], ports: AuditPorts): Promise<number> => {
  if (command === 'audit') return await auditCommand(argv, ports);
  if (command === '--help' || command === 'help') return await auditCommand(['--help'], ports);
  ports.err(`Expected the command audit${command === undefined ? '' : ` but received "${printable(command)}"`} (try --help)`);
  return AUDIT_EXIT.usage;
};
