// The stage that measures colours: of the foreground, in CIELAB, named by the palette, each name once.
import { hexOfLab } from '../../../core/facts/colour-space.ts';
import type { FoundColour } from '../../../core/facts/facts.ts';
import { colourName } from '../../../core/facts/palette.ts';
import { groundOf } from '../ground/ground.ts';
import type { AnalysisStage, StageInput } from '../stage.ts';
import { type Dominant, dominantColours, LEAST_SHARE, MOST_COLOURS } from './dominant.ts';
import { foregroundOf } from './foreground.ts';

const BY = 'colours@1';
const DIGITS = 1e3;

const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;

const found = ({ lab, share }: Dominant): FoundColour => ({
  name: colourName(lab),
  share,
  hex: hexOfLab(lab),
  lab: [rounded(lab[0]), rounded(lab[1]), rounded(lab[2])],
});

/** Colours by name: of those with the same name the largest stands for all, with their shares together. */
const byName = (colours: readonly FoundColour[]): FoundColour[] => {
  const names = new Map<string, FoundColour>();
  for (const colour of colours) {
    const same = names.get(colour.name);
    names.set(colour.name, same === undefined ? colour : { ...same, share: same.share + colour.share });
  }
  return [...names.values()].toSorted((one, other) => other.share - one.share);
};

/** The colours of the foreground, largest share first; never none. */
export const coloursOf = ({ pixels, found: facts }: Pick<StageInput, 'pixels' | 'found'>): FoundColour[] => {
  const ground = groundOf(pixels);
  const colours = byName(dominantColours(ground.small.lab, foregroundOf(ground, facts)).map(found));
  const [first, ...rest] = colours;
  const told = [first, ...rest.filter(({ share }) => share >= LEAST_SHARE)].filter((colour) => colour !== undefined);
  return told.slice(0, MOST_COLOURS).map((colour) => ({ ...colour, share: rounded(colour.share) }));
};

/** The stage `colours`. */
export const coloursStage = (): AnalysisStage => ({
  stage: 'colours',
  by: BY,
  run: async (input) => ({ colours: coloursOf(input) }),
});
