// The search of kind `caption`: beam search under this project's own rules (search-rules.ts), for its own models.
import { advance, emptyHypothesis, type Hypothesis, type Row, rank } from './beam.ts';
import type { Manifest } from './manifest.ts';
import type { CaptionSearch } from './manifest-forms.ts';
import type { Continuation, PictureSearch, SearchChoices } from './picture-search.ts';
import { rulesOf } from './search-rules.ts';

const NO_ROW: Row = { tokens: [], logProbs: [] };

/** The unfinished hypotheses, and which row each of them had. */
const unfinished = (hypotheses: readonly Hypothesis[]): number[] => hypotheses.flatMap(({ finished }, i) => (finished ? [] : [i]));

/** A search before its first step. */
export const captionSearch = (tokens: Manifest['tokens'], search: CaptionSearch, { start, beamSize }: SearchChoices): PictureSearch => {
  const rules = rulesOf(tokens, search);

  const after = (hypotheses: readonly Hypothesis[], next: readonly Continuation[], steps: number): PictureSearch => ({
    next,
    advance(rows) {
      const asked = unfinished(hypotheses);
      const beams = advance(
        hypotheses,
        hypotheses.map((_, i) => rows[asked.indexOf(i)] ?? NO_ROW),
        beamSize,
        rules,
      );
      if (beams.length === 0) return after(hypotheses, [], steps);
      const going = steps + 1 < rules.maxTokens ? beams.filter(({ hypothesis }) => !hypothesis.finished) : [];
      const continuations = going.map(({ hypothesis, parent }) => ({
        token: hypothesis.tokens.at(-1) ?? tokens.pad,
        parent: asked.indexOf(parent),
      }));
      return after(
        beams.map(({ hypothesis }) => hypothesis),
        continuations,
        steps + 1,
      );
    },
    ranked: () => rank(hypotheses, rules),
  });

  return after([emptyHypothesis], [{ token: start.at(-1) ?? tokens.pad, parent: 0 }], 0);
};
