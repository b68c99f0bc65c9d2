// What the audit command says about itself.

/** Exit codes of the audit command. */
export const AUDIT_EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Its help. */
export const AUDIT_HELP = `Usage: npx caption-on-upload audit ADDRESS|FILE|FOLDER ... [options]

Tells which images of web pages have the alternative text that they need, and what is wrong with the others.
Addresses are http or https; in folders, .html .htm and .xhtml files are read, links are not followed.

  --fail-under N      exit code 1 when less than N percent of the images are covered
  --ignore RULE,...   rules that make no text suspicious
  --json              everything as one JSON object on stdout
  --help              this text

An image is covered when its text is good, or when it is decorative (alt="", aria-hidden, role="presentation").
It is not when the text is missing (also as the only name of a link or button) or suspicious to a rule.
Images that nobody gets (hidden, display: none, in template or noscript) do not count.

Exit code: 0 done, 1 below --fail-under, or a page could not be read, 2 wrong command line.
`;
