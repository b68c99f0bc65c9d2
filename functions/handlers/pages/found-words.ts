// What the parts of an analysis are called on the pages, and what it measures in plain words.
import type { Attribute, Stage } from '../../core/facts/facts.ts';
import type { TagSource } from '../../core/tags/tag.ts';

/** Names of the stages. */
export const STAGE_WORDS: Record<Stage, string> = {
  objects: 'Objects and people',
  attributes: 'Product and scene',
  colours: 'Colours',
  text: 'Text',
  logos: 'Logos',
  quality: 'Quality',
  dense: 'Sentences about parts',
};

/** Names of the product's attributes. */
export const ATTRIBUTE_WORDS: Record<Attribute, string> = {
  type: 'Type',
  colour: 'Colour',
  material: 'Material',
  pattern: 'Pattern',
  fit: 'Fit',
  gender: 'Made for',
  usage: 'Used for',
};

/** Where tags come from. */
export const TAG_SOURCE_WORDS: Record<TagSource, string> = {
  product: 'product',
  object: 'objects',
  scene: 'scene',
  caption: 'texts',
  colour: 'colours',
};

const MS_PER_S = 1_000;
const S_PER_MIN = 60;

/** A time in a video: 0:07, 1:30. */
export const clockWords = (ms: number): string => {
  const seconds = Math.floor(ms / MS_PER_S);
  return `${Math.floor(seconds / S_PER_MIN)}:${String(seconds % S_PER_MIN).padStart(2, '0')}`;
};
