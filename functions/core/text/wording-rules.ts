// Settings of the wording of machines' texts.
import type { Vocabulary } from '../tags/vocabulary.ts';

/** How machines' texts are worded; people's never are. */
export type WordingRules = {
  /** person, people and child instead of man, woman, boy and girl */
  genderNeutral: boolean;
  /** terms of tags; the shipped one where none is set */
  vocabulary?: Vocabulary;
};
