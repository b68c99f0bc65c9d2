// Terminal and working folder -> the audit command's ports; and the audit as a function for other programs.
import { htmlImages } from '../adapters/html-images.ts';
import { pageSource } from '../adapters/pages/page-source.ts';
import { auditPage, type PageAudit } from '../core/audit/audit-page.ts';
import type { AuditPorts } from '../handlers/audit/audit-command.ts';

/** The ports of the audit command in a terminal; paths are relative to `workingFolder`. */
export const auditPorts = (workingFolder: string, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): AuditPorts => ({
  pages: pageSource(workingFolder),
  images: htmlImages,
  out: (line) => void stdout.write(`${line}\n`),
  err: (line) => void stderr.write(`${line}\n`),
});

/** What `auditHtml` may be told: what the page is called, and ids of rules that make no text suspicious. */
export type AuditOptions = { name?: string; ignore?: readonly string[] };

/** Audits the images of a page: counts, coverage in percent, and each image with what became of it and why. */
export const auditHtml = (html: string, { name = '', ignore = [] }: AuditOptions = {}): PageAudit =>
  auditPage(name, htmlImages(html), ignore);
