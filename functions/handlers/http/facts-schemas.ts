// The zod contracts of what is known about a picture's content: `facts` of a record, made by the stages of the analysis.
import * as z from 'zod';
import {
  ATTRIBUTES,
  type Attribute,
  type DenseCaption,
  type Facts,
  type FoundColour,
  type FoundLogo,
  type FoundObject,
  type FoundText,
  type Shot,
  STAGES,
  type Stage,
} from '../../core/facts/facts.ts';
import type { Quality } from '../../core/facts/quality.ts';
import { box, calibrated, probability, share } from './number-schemas.ts';

/** A schema for every field, optional ones included: strict schemas would refuse what they do not name. */
type Every<T> = Record<keyof T, z.ZodType>;

const judged = z.strictObject({ value: z.string(), confidence: probability });

const attributes = z.strictObject(
  Object.fromEntries(ATTRIBUTES.map((name) => [name, judged.exactOptional()])) as Record<Attribute, z.ZodExactOptional<typeof judged>>,
);

const line = z.string();
const byStage = z.strictObject(
  Object.fromEntries(STAGES.map((stage) => [stage, line.exactOptional()])) as Record<Stage, z.ZodExactOptional<typeof line>>,
);

const colour = z.strictObject({
  name: z.string(),
  share: share.meta({ description: 'Of the foreground' }),
  hex: z.string().exactOptional(),
  lab: z.tuple([z.number(), z.number(), z.number()]).meta({ description: 'CIELAB, D65' }).exactOptional(),
} satisfies Every<FoundColour>);

const object = z.strictObject({
  label: z.string(),
  confidence: probability.exactOptional(),
  box,
  named: probability.meta({ description: 'That people who describe the picture name this kind of thing' }).exactOptional(),
} satisfies Every<FoundObject>);

const text = z.strictObject({
  text: z.string().meta({ description: 'As it is written, never translated' }),
  lang: z.string().exactOptional(),
  confidence: probability.exactOptional(),
  box: box.exactOptional(),
} satisfies Every<FoundText>);

const quality = z.strictObject({
  sharpness: z.number().meta({ description: 'Variance of the Laplacian of the luma; small: blurred' }),
  brightness: z.number().meta({ description: 'Mean luma, 0 to 255' }),
  contrast: z.number().meta({ description: 'Standard deviation of the luma' }),
  underexposed: share,
  overexposed: share,
  background: z
    .strictObject({ share, colour: z.string(), whiteDeltaE: z.number() })
    .meta({ description: "Of the picture's rim: the share that is of one colour, that colour, and how far it is from pure white" }),
  subject: z.strictObject({ share, box }).meta({ description: 'What is not background' }).exactOptional(),
  border: z.tuple([z.number(), z.number(), z.number(), z.number()]).meta({ description: 'Even borders: left, top, right, bottom' }),
  jpegQuality: z.number().exactOptional(),
  watermark: share.meta({ description: 'How much a faint regular overlay is suspected' }).exactOptional(),
  hasAlpha: z.boolean(),
} satisfies Every<Quality>) satisfies z.ZodType<Quality>;

const dense = z.strictObject({
  text: z.string(),
  confidence: probability,
  calibrated: calibrated.exactOptional(),
  box,
} satisfies Every<DenseCaption>);

const shot = z.strictObject({
  startMs: z.number().meta({ description: 'From the beginning, in ms' }),
  endMs: z.number().meta({ description: 'The beginning of the next shot, or the end' }),
  text: z.string().meta({ description: 'Absent where the machine says nothing' }).exactOptional(),
  confidence: probability.exactOptional(),
  calibrated: calibrated.exactOptional(),
} satisfies Every<Shot>);

/** What is known about the content. A part is absent when nobody has looked for it, and empty when there is nothing. */
export const factsSchema = z
  .strictObject({
    objects: z.array(object).exactOptional(),
    people: z
      .strictObject({ count: z.number().int(), confidence: probability.exactOptional(), orMore: z.literal(true).exactOptional() })
      .meta({ description: 'How many, and the probability that it is exactly so many; with `orMore`, that there are so many or more' })
      .exactOptional(),
    attributes: attributes.meta({ description: "The product's; an attribute that is not sure is left out" }).exactOptional(),
    scene: z.array(judged).meta({ description: 'What goes on: the sport, as far as one is seen' }).exactOptional(),
    colours: z.array(colour).exactOptional(),
    text: z.array(text).meta({ description: 'Lines in reading order' }).exactOptional(),
    logos: z.array(z.strictObject({ brand: z.string(), confidence: probability, box } satisfies Every<FoundLogo>)).exactOptional(),
    quality: quality.exactOptional(),
    dense: z.array(dense).meta({ description: 'Sentences about parts of the picture' }).exactOptional(),
    shots: z.array(shot).meta({ description: 'Of videos' }).exactOptional(),
    by: byStage.meta({ description: 'name@version of what each stage ran' }).exactOptional(),
    failed: byStage.meta({ description: 'Stages that could not find out anything' }).exactOptional(),
  } satisfies Every<Facts>)
  .meta({ id: 'Facts' }) satisfies z.ZodType<Facts>;
