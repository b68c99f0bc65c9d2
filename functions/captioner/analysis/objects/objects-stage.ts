// The objects stage: what things are where, and how many people. The graph (models/training/detect) does both stages of the detector and
// suppresses duplicates; a face, a name or who somebody is are none of its answers.
import type { AnalysisStage } from '../stage.ts';
import { type StagePackage, stageSettings } from '../stage-package.ts';
import { objectsSettings } from './objects-settings.ts';
import { heardOf, objectsOf, peopleOf } from './read-objects.ts';
import { squarePlanes } from './square.ts';

/** Name of the package's graph; it takes `image`, float32 [1, 3, side, side], RGB 0..255. */
const OBJECTS_GRAPH = 'objects';

/** The stage. @throws PackageRefused when the package has not the graph, or settings that this cannot use */
export const objectsStage = (pkg: StagePackage): AnalysisStage => {
  const settings = stageSettings(pkg, objectsSettings);
  const run = pkg.run(OBJECTS_GRAPH);
  const { side, filter } = settings;
  return {
    stage: 'objects',
    by: pkg.by,
    async run({ pixels }) {
      const outputs = await run({ image: { data: squarePlanes(pixels, side, filter), dims: [1, 3, side, side] } });
      const heard = heardOf(outputs, settings);
      return { objects: objectsOf(heard, settings), people: peopleOf(heard, settings) };
    },
  };
};
