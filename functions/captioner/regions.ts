// Things and their boxes out of an answer with location tokens ("cat<loc_1><loc_2><loc_3><loc_4>"), parsed as transformers'
// Florence2Processor.post_process_generation parses <OD>. Its boxes are whole px of an image size; here they are fractions of it.
import type { Region } from '../core/caption.ts';

/** Location tokens count in thousandths of a side and name a bin; a coordinate is the bin's middle. */
const BINS = 1000;
const MIDDLE = 0.5;

const SPECIAL = /<s>|<\/s>|<pad>/g;
/** Where a phrase may begin is said first: an answer without boxes would else be read again from each of its characters. */
const PHRASE = /(?<=^|<|<loc_\d+>)[^<]+(?:<loc_\d+>){4,}/g;
const BOX = /<loc_(\d+)><loc_(\d+)><loc_(\d+)><loc_(\d+)>/g;
const NOT_ASCII = /[^\p{ASCII}]/gu;

const rounded = (bins: number): number => Math.round((bins / BINS) * 1e6) / 1e6;

/** Two corners in bins, in any order, as a box. */
const boxOf = ([x = 0, y = 0, otherX = 0, otherY = 0]: readonly number[]): Region['box'] => [
  rounded(Math.min(x, otherX) + MIDDLE),
  rounded(Math.min(y, otherY) + MIDDLE),
  rounded(Math.abs(otherX - x)),
  rounded(Math.abs(otherY - y)),
];

/** The regions of an answer, in its order. A label with several boxes gives several. */
export const regionsOf = (answer: string): Region[] =>
  (answer.replace(SPECIAL, '').match(PHRASE) ?? []).flatMap((phrase) => {
    const found = phrase.slice(0, phrase.indexOf('<')).trimStart();
    if (found.includes('\n')) return [];
    const label = found.trimEnd().replace(NOT_ASCII, '');
    return [...phrase.matchAll(BOX)].map((box): Region => ({ label, box: boxOf(box.slice(1).map(Number)) }));
  });

/** The labels as they come first, each with its number where there are several: "cat", "chair (2)". */
export const labelsOf = (regions: readonly Region[]): string[] => {
  const counts = new Map<string, number>();
  for (const { label } of regions) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => (count === 1 ? label : `${label} (${count})`));
};
