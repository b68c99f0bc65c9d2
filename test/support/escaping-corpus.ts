// Texts that break out of one format or another when they are not escaped: test/fixtures/escaping-corpus.json.
import { readFileSync } from 'node:fs';

/** A text of the corpus; `id` is unique, `kind` says which formats it was written against. */
export type HostileText = { id: string; kind: string; text: string };

type Entry = HostileText & { times?: number };

const FILE = new URL('../fixtures/escaping-corpus.json', import.meta.url);

/** All texts. They hold control characters and lone surrogates, too. */
export const ESCAPING_CORPUS: readonly HostileText[] = (JSON.parse(readFileSync(FILE, 'utf8')) as Entry[]).map(
  ({ id, kind, text, times = 1 }) => ({ id, kind, text: text.repeat(times) }),
);
