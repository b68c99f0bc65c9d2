// What translating needs from outside.

/** Something that translates short plain texts. */
export type Translator = {
  /** stands as the model with the texts that it has written */
  readonly name: string;
  /**
   * `text` in the language `to`; both are BCP 47 tags.
   * @throws RequestError TRANSLATION_OFF when there is nothing behind it, LANGUAGE_NOT_TRANSLATED; CodedError UNAVAILABLE, INTERNAL
   */
  translate(request: { text: string; from: string; to: string }): Promise<string>;
};
