// The port to whatever reads a line of text: an OCR engine on this machine, or a cloud's. Where the lines are was found before it is asked.

/** A line of text cut out of the picture and turned upright: grey, uint8 [height, width], 0 black. */
export type LineImage = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** What a line says, as it is written, never translated; `confidence` is 0..1, `lang` BCP 47. Nothing legible: text '' and confidence 0. */
export type ReadLine = { text: string; confidence: number; lang?: string };

/** Reads lines. `by` is name@version of the engine. */
export type TextReader = {
  readonly by: string;
  /** one answer for each line, in their order; rejects when the engine fails or takes longer than its time limit */
  read(lines: readonly LineImage[]): Promise<ReadLine[]>;
};
