// What is known of a picture's content by now: whether all of it was looked at, and two looks put together.
import type { Facts, Stage } from './facts.ts';

/** name@version of what each stage of an analysis runs. */
export type StagesBy = Readonly<Partial<Record<Stage, string>>>;

/** Whether the facts are what these very stages have found; without stages there is nothing to find. */
export const isAnalysed = (facts: Facts | undefined, stages: StagesBy | undefined): boolean =>
  Object.entries(stages ?? {}).every(([stage, by]) => facts?.by?.[stage as Stage] === by);

/** What was found later in place of what it is about; a stage that failed later takes nothing away. */
export const mergedFacts = (before: Facts | undefined, found: Facts): Facts => {
  const by = { ...before?.by, ...found.by };
  const failed = Object.entries({ ...before?.failed, ...found.failed }).filter(([stage]) => by[stage as Stage] === undefined);
  const { by: _, failed: __, ...parts } = { ...before, ...found };
  return {
    ...parts,
    ...(Object.keys(by).length > 0 && { by }),
    ...(failed.length > 0 && { failed: Object.fromEntries(failed) }),
  };
};

/** What clients are told of a stage that failed: why may name what is inside of this service. */
const UNTOLD = 'it could not be found out';

/** The facts as clients see them. */
export const publicFacts = ({ failed, ...facts }: Facts): Facts => ({
  ...facts,
  ...(failed !== undefined && { failed: Object.fromEntries(Object.keys(failed).map((stage) => [stage, UNTOLD])) }),
});

/** How many stages failed. */
export const failures = (facts: Facts | undefined): number => Object.keys(facts?.failed ?? {}).length;
