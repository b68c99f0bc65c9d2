// What was found at a place in the picture: one list for the boxes that are drawn over it and for the words that say the same beside it.
import type { Box, Facts } from '../../core/facts/facts.ts';

/** What has boxes, in the order of the page. */
export const MARK_KINDS = ['objects', 'text', 'logos', 'dense'] as const;

/** An entry of `MARK_KINDS`. */
export type MarkKind = (typeof MARK_KINDS)[number];

/** A box, with the mark by which people who see it find the words to it. */
export type Mark = { mark: string; box: Box };

const LETTERS: Record<MarkKind, string> = { objects: '', text: 'T', logos: 'L', dense: 'S' };

/** Boxes of a kind beyond so many hide the picture. */
const MOST_DRAWN = 40;

/** The mark of the entry at a place in its list, from 0: "3", "T1". */
export const markOf = (kind: MarkKind, at: number): string => `${LETTERS[kind]}${at + 1}`;

/** The boxes of a kind that are drawn; a line of text may have none. */
export const marksOfKind = (facts: Facts, kind: MarkKind): Mark[] =>
  (facts[kind] ?? [])
    .flatMap(({ box }: { box?: Box }, at) => (box === undefined ? [] : [{ mark: markOf(kind, at), box }]))
    .slice(0, MOST_DRAWN);
