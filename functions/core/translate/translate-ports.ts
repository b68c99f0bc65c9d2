// What translating needs from outside.

/** A stretch of a text; `keep`: text in the picture, which stays as it is. */
export type TextStretch = { text: string; keep?: true };

/** Something that translates short texts. */
export type Translator = {
  /** stands as the model with the texts that it has written */
  readonly name: string;
  /**
   * The stretches as one text in the language `to`; both are BCP 47 tags. Each that is kept stands in it unchanged, perhaps elsewhere.
   * @throws RequestError TRANSLATION_OFF when there is nothing behind it, LANGUAGE_NOT_TRANSLATED, TEXT_TOO_LONG; CodedError UNAVAILABLE,
   * INTERNAL, also when a kept one got lost
   */
  translate(request: { stretches: readonly TextStretch[]; from: string; to: string }): Promise<string>;
};
