// What a tag is, and what a finding is before it has become one.
import type { Term, TermKind } from './vocabulary.ts';

/** Where tags come from; of equally sure ones the tag of the earlier source comes first. */
export const TAG_SOURCES = ['product', 'object', 'scene', 'caption', 'colour'] as const;

/** An entry of `TAG_SOURCES`. */
export type TagSource = (typeof TAG_SOURCES)[number];

/** A tag: its term, a probability of 0..1 (the highest of its sources), who says so, and the shop's own name of it. */
export type Tag = { name: string; confidence: number; sources: TagSource[]; kind?: TermKind; taxonomy?: string };

/** Something that was found, in the finder's words; the vocabulary's term where that is known already. */
export type Finding = { words: string; confidence: number; source: TagSource; term?: Term };
