// What the bench and the programs that it compares say to each other: a JSON order as argument, then a line of JSON for each request.

/** What a contender is started with. */
export type Order = {
  layout: string;
  /** folder as on the hub */
  repository: string;
  /** the same, converted for this runtime */
  package: string;
  /** intra-op threads of its engine */
  threads: number;
  beams: number;
  /** new tokens of every sentence, no more and no fewer */
  tokens: number;
  /** of this runtime: captioners side by side, each with `threads` */
  lanes?: number;
};

/** Pictures to caption as one batch. */
export type Request = { files: string[] };

/** Milliseconds of a batch by what was done in it. */
export type Shares = { decode: number; encoder: number; steps: number };

/** A batch's captions, as new tokens or as text for each file, the wall time from files to captions, and where it went where that is known. */
export type Answer = { ms: number; sequences?: number[][]; texts?: string[]; shares?: Shares };

/** A line of a contender's output. */
export type Line = Answer | { error: string };

/** The program's order. */
export const orderOf = (args: readonly string[]): Order => JSON.parse(args[2] ?? '{}') as Order;
