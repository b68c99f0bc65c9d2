// The zod contracts of numbers and places that records and what is found in pictures have alike.
import * as z from 'zod';

/** A probability. */
export const probability = z.number().min(0).max(1);

/** Only there when it is false. */
export const calibrated = z
  .literal(false)
  .meta({ description: 'The confidence is no calibrated probability: compare it only within one model' });

/** A share of something, a probability, or a place in fractions. */
export const share = z.number().min(0).max(1);

const fraction = z.number();

/** [left, top, width, height]. */
export const box = z
  .tuple([fraction, fraction, fraction, fraction])
  .meta({ description: 'Left, top, width, height in fractions of the upright picture' });
