// The port to whatever reads a line of text: an OCR engine on this machine, or a cloud's. Where the lines are was found before it is asked.

/** A line of text cut out of the picture and turned upright: grey, uint8 [height, width], dark writing on light ground. */
export type LineImage = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** A word as it is written; `confidence` is 0..1, `known` says that the engine's dictionary has it. */
export type ReadWord = { text: string; confidence: number; known: boolean };

/** The words of a line from left to right, none where nothing is legible; `lang` (BCP 47) is the language of the dictionary where there is one. */
export type ReadLine = { words: ReadWord[]; lang?: string };

/** Reads lines. `by` is name@version of the engine. */
export type TextReader = {
  readonly by: string;
  /** one answer for each line, in their order; rejects when the engine fails or takes longer than its time limit */
  read(lines: readonly LineImage[]): Promise<ReadLine[]>;
};
