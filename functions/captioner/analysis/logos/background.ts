// What a mark must be told from: crops of real photos in which there is none, as points beside the brands' (open-set recognition; Scheirer
// et al., "Toward Open Set Recognition", 2013). They know nothing of any brand, so they hold for brands that are added later, too.
import * as z from 'zod';
import { cosineOf, textPoint } from './brands.ts';

/** Most crops of a background: each crop of a photo is compared with all of them. */
const MAX_CROPS = 5000;

/** background.json: each text is base64 of one signed byte for each number of a point. */
export const backgroundSchema = z
  .object({
    schemaVersion: z.literal(1),
    /** numbers of a point */
    points: z.int().min(1).max(4096),
    crops: z.array(z.base64()).min(1).max(MAX_CROPS),
  })
  .check(({ value, issues }) => {
    if (value.crops.some((crop) => atob(crop).length !== value.points))
      issues.push({ code: 'custom', message: 'has a point of another length', path: ['crops'], input: value });
  });

/** Unit vectors of a background. */
export const backgroundPoints = ({ crops }: z.output<typeof backgroundSchema>): Float32Array[] => crops.map(textPoint);

/** Highest cosine of a unit vector with any of the background. */
export const nearestBackground = (point: Float32Array, background: readonly Float32Array[]): number =>
  background.reduce((highest, crop) => Math.max(highest, cosineOf(point, crop)), -1);
