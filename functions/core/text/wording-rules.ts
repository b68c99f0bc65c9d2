// Settings of the wording of machines' texts.

/** How machines' texts are worded; people's never are. */
export type WordingRules = {
  /** person, people and child instead of man, woman, boy and girl */
  genderNeutral: boolean;
};
