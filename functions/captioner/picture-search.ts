// The search of one picture as the decoder loop sees it: what to continue next, and what was found. Kinds of search implement it.
import type { Hypothesis, Row } from './beam.ts';
import { captionSearch } from './caption-search.ts';
import { generateSearch } from './generate.ts';
import type { Manifest } from './manifest.ts';

/** A sentence to continue: the token that is fed, and which of the picture's own rows of the last step it continues. */
export type Continuation = { token: number; parent: number };

/** A search between two steps. It never changes; a step makes another one. */
export type PictureSearch = {
  /** what the next step continues, in this order; nothing when the search is over */
  readonly next: readonly Continuation[];
  /** @param rows the candidates of each continuation, in their order */
  advance(rows: readonly Row[]): PictureSearch;
  /** what was found, best first; at least one */
  ranked(): Hypothesis[];
};

/** Tokens that are fed before the first word (at least one), and the number of hypotheses that are kept. */
export type SearchChoices = { start: readonly number[]; beamSize: number };

/** The search that a manifest asks for, before its first step; the start tokens but the last one were fed before. */
export const beginSearch = ({ tokens, search }: Pick<Manifest, 'tokens' | 'search'>, choices: SearchChoices): PictureSearch =>
  search.kind === 'generate' ? generateSearch({ ...search, end: tokens.end }, choices) : captionSearch(tokens, search, choices);
