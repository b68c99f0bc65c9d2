// Types of caption-on-upload/audit, as they lie in the npm package; a test holds them against the function itself.

/** One rule that a text breaks: its id, why that matters, and what to do. */
export type Finding = { rule: string; severity: 'error' | 'warning'; why: string; fix: string };

/** An image of a page, what becomes of it, and why. Lines and columns count from 1; `text` is missing when there is no alternative. */
export type AuditedImage = {
  element: 'img' | 'input' | 'area' | 'svg' | 'role=img';
  line: number;
  column: number;
  source?: string;
  text?: string;
  from?: 'aria-labelledby' | 'aria-label' | 'alt' | 'svg title' | 'title';
  isHidden: boolean;
  isSilent: boolean;
  control?: 'link' | 'button';
  beside: string;
  lang?: string;
  status: 'good' | 'decorative' | 'missing' | 'suspicious' | 'hidden';
  findings: Finding[];
};

/** Images by what became of them; `all` are those that count, which hidden ones do not. */
export type Counts = { all: number; good: number; decorative: number; missing: number; suspicious: number; hidden: number };

/** A page that was audited; `coverage` in percent of the images that count, 100 when there are none. */
export type PageAudit = { name: string; counts: Counts; coverage: number; images: AuditedImage[] };

/** What the page is called, and ids of rules that make no text suspicious. */
export type AuditOptions = { name?: string; ignore?: readonly string[] };

/** Audits the images of a page, given as HTML. */
export declare const auditHtml: (html: string, options?: AuditOptions) => PageAudit;
