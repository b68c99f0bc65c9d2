// What an objects package tells the stage (models/training/detect/export_detector.py writes it).
import * as z from 'zod';

/** Largest side of the square in px: what a detector of one CPU thread can look at within a second. */
const MAX_SIDE_PX = 1280;

const probability = z.number().min(0).max(1);

/** sigmoid(scale * logit(score) + shift) */
const curve = z.object({ scale: z.number(), shift: z.number() });

/** The settings of an objects package. */
export const objectsSettings = z.object({
  /** px of the square that the graph takes */
  side: z.int().min(32).max(MAX_SIDE_PX),
  /** how pixels are made larger or smaller */
  filter: z.enum(['bilinear', 'bicubic', 'lanczos']),
  /** by the graph's label */
  classes: z.array(z.string().min(1)).min(1),
  /** the first class that is a product's: what people name is known of the classes before it only */
  products: z.int().min(0),
  /** score -> probability that the box is right */
  confidence: curve,
  /** objects that are less sure than this are not told */
  objectAt: probability,
  /** what a person's box adds to the number of people, as count-people.ts reads it */
  people: curve.extend({
    /** per log of the side (root of the area, in fractions) */
    size: z.number(),
    /** per share of the box that lies within a surer person's */
    behind: z.number(),
    /** per log of 1 + the sum of the scores of all persons */
    company: z.number(),
    /** so many or more: people who mark boxes do not go on beyond */
    most: z.int().min(1),
  }),
  /** [count, share]: from this count on, counts are right to the person in this share of pictures; begins with 0 */
  peopleExact: z
    .array(z.tuple([z.int().min(0), probability]))
    .min(1)
    .refine(([first]) => first?.[0] === 0, 'must begin with the count 0'),
  /** probability from which people would name a class */
  namedAt: probability,
});

/** Checked settings. */
export type ObjectsSettings = z.output<typeof objectsSettings>;
