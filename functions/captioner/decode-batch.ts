// The decoder loop for a batch of pictures: every step is ONE call of the decoder graph with all hypotheses of all pictures.
// How each picture is searched is its search's business (picture-search.ts); here rows are laid out, fed and handed back.
import type { Hypothesis, Row } from './beam.ts';
import { type Feeds, floatsOf, type Graphs, int64Vector, integersOf, pickRows } from './graphs.ts';
import type { Manifest } from './manifest.ts';
import { beginSearch, type Continuation, type PictureSearch, type SearchChoices } from './picture-search.ts';

/** When at most this share of a batch is unfinished, the rest leaves it: copying the memory costs less than more steps with their rows. */
const SHRINK_AT = 0.75;

type Step = { topTokens: number[]; topLogProbs: Float32Array; states: Feeds };

/** The pictures of a step: `rows` adjacent rows for each. `place` is the picture's place in the batch as it came. */
type Lane = { place: number; search: PictureSearch };

/** What the steps take besides tokens and states: `byPicture` has a picture on axis 0, `feeds` is as the graph wants it. */
type Memory = { byPicture: Feeds; feeds: Feeds; rows: number };

/** Zero states before the first step: `rows` is the number of pictures, `time` is 0. */
const zeroStates = ({ decoder }: Manifest, rows: number): Feeds =>
  Object.fromEntries(
    decoder.states.map(({ input, shape, type }) => {
      const dims = shape.map((size) => (size === 'rows' ? rows : size === 'time' ? 0 : size));
      const count = dims.reduce((product, size) => product * size, 1);
      return [input, type === 'float16' ? { data: new Uint16Array(count), dims, type } : { data: new Float32Array(count), dims }];
    }),
  );

const runStep = async (
  graphs: Graphs,
  { decoder }: Manifest,
  memory: Feeds,
  states: Feeds,
  tokens: number[],
  parents: number[],
): Promise<Step> => {
  const feeds = { ...memory, ...states, [decoder.tokens]: int64Vector(tokens), [decoder.parents]: int64Vector(parents) };
  const outputs = await graphs.step(feeds);
  return {
    topTokens: integersOf(outputs[decoder.topTokens], decoder.topTokens),
    topLogProbs: floatsOf(outputs[decoder.topLogProbs], decoder.topLogProbs),
    states: Object.fromEntries(decoder.states.flatMap(({ input, output }) => (outputs[output] ? [[input, outputs[output]]] : []))),
  };
};

const rowAt = (step: Step, row: number, topK: number): Row => ({
  tokens: step.topTokens.slice(row * topK, (row + 1) * topK),
  logProbs: step.topLogProbs.slice(row * topK, (row + 1) * topK),
});

/** `count` continuations of a picture: its own, then some that nobody reads. */
const padded = (next: readonly Continuation[], count: number, pad: number): Continuation[] =>
  Array.from({ length: count }, (_, i) => next[i] ?? { token: pad, parent: next[0]?.parent ?? 0 });

const picked = (feeds: Feeds, rows: readonly number[]): Feeds =>
  Object.fromEntries(Object.entries(feeds).map(([name, output]) => [name, pickRows(output, rows, name)]));

/** Memory for `rows` rows of each picture; it is repeated once, and only where the graph wants a row of memory for each row. */
const memoryFor = (byPicture: Feeds, pictures: number, rows: number, { decoder }: Manifest): Memory => {
  const repeats = decoder.memoryRows === 'rows' && rows > 1;
  const feeds = repeats
    ? picked(
        byPicture,
        Array.from({ length: pictures * rows }, (_, i) => Math.floor(i / rows)),
      )
    : byPicture;
  return { byPicture, feeds, rows };
};

const living = (lanes: readonly Lane[]): number[] => lanes.flatMap(({ search }, i) => (search.next.length > 0 ? [i] : []));

/** Feeds the start tokens but the last one, whose candidates begin the search. */
const feedStart = async (graphs: Graphs, manifest: Manifest, memory: Feeds, pictures: number, start: readonly number[]): Promise<Feeds> => {
  let states = zeroStates(manifest, pictures);
  const parents = Array.from({ length: pictures }, (_, i) => i);
  for (const token of start.slice(0, -1)) {
    const step = await runStep(
      graphs,
      manifest,
      memory,
      states,
      parents.map(() => token),
      parents,
    );
    states = step.states;
  }
  return states;
};

/**
 * The sentences of each picture, best first (up to `beamSize`). They do not depend on what else is in the batch.
 * @param byPicture the encoder's outputs, pictures on axis 0
 */
export const searchBatch = async (
  graphs: Graphs,
  manifest: Manifest,
  byPicture: Feeds,
  pictures: number,
  choices: SearchChoices,
): Promise<Hypothesis[][]> => {
  const { topK } = manifest.decoder;
  const found: Hypothesis[][] = [];
  let lanes: Lane[] = Array.from({ length: pictures }, (_, place) => ({ place, search: beginSearch(manifest, choices) }));
  let memory = memoryFor(byPicture, pictures, 1, manifest);
  let states = await feedStart(graphs, manifest, memory.feeds, pictures, choices.start);
  let firstRows = lanes.map((_, i) => i);
  for (let rows = 1; ; rows = choices.beamSize) {
    const { next, parents } = feedsOf(lanes, firstRows, rows, manifest.tokens.pad);
    if (rows !== memory.rows) memory = memoryFor(memory.byPicture, lanes.length, rows, manifest);
    const step = await runStep(graphs, manifest, memory.feeds, states, next, parents);
    lanes = lanes.map(({ place, search }, i) => ({
      place,
      search: search.next.length === 0 ? search : search.advance(search.next.map((_, row) => rowAt(step, i * rows + row, topK))),
    }));
    for (const { place, search } of lanes) if (search.next.length === 0) found[place] ??= search.ranked();
    const going = living(lanes);
    if (going.length === 0) return found;
    states = step.states;
    firstRows = lanes.map((_, i) => i * rows);
    if (going.length > lanes.length * SHRINK_AT) continue;
    lanes = going.flatMap((i) => lanes[i] ?? []);
    firstRows = going.map((i) => i * rows);
    memory = memoryFor(picked(memory.byPicture, going), going.length, rows, manifest);
  }
};

const feedsOf = (lanes: readonly Lane[], firstRows: readonly number[], rows: number, pad: number) => {
  const continuations = lanes.flatMap(({ search }, i) =>
    padded(search.next, rows, pad).map(({ token, parent }) => ({ token, parent: parent + (firstRows[i] ?? 0) })),
  );
  return { next: continuations.map(({ token }) => token), parents: continuations.map(({ parent }) => parent) };
};
