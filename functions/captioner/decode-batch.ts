// Encoder -> decoder loop for a batch of pictures: every step is ONE call of the decoder graph with all hypotheses of all pictures.
import { advance, emptyHypothesis, type Hypothesis, type Row, rank } from './beam.ts';
import { type Feeds, floatsOf, type Graphs, int64Vector, integersOf, type Output, stack } from './graphs.ts';
import type { Manifest } from './manifest.ts';
import { rulesOf, type SearchRules } from './search-rules.ts';

/** Choices of a search: the token that starts a sentence in the wanted style, and the beam's width. */
export type SearchChoices = { start: number; beamSize: number };

type Step = { topTokens: number[]; topLogProbs: Float32Array; states: Feeds };
type Lane = { hypotheses: readonly Hypothesis[]; parents: readonly number[]; done: boolean };

/**
 * Encodes pictures one by one: on a CPU a batch is no faster, and a picture's numbers do not depend on its neighbours.
 * @param planes float32 [3, height, width] for each picture
 * @returns the memory tensors, pictures on axis 0
 */
export const encodeBatch = async (graphs: Graphs, manifest: Manifest, planes: readonly Float32Array[]): Promise<Feeds> => {
  const { encoder, decoder, image } = manifest;
  const encoded: Record<string, Output>[] = [];
  const [input] = Object.keys(encoder.stages[0]?.inputs ?? {});
  const [run] = graphs.encode;
  for (const data of planes) encoded.push((await run?.({ [input ?? '']: { data, dims: [1, 3, image.height, image.width] } })) ?? {});
  return Object.fromEntries(
    decoder.memory.map((name) => [
      name,
      stack(
        encoded.map((outputs) => outputs[name]),
        name,
      ),
    ]),
  );
};

/** Zero states before the first step: `rows` is the number of pictures, `time` is 0. */
const zeroStates = ({ decoder }: Manifest, rows: number): Feeds =>
  Object.fromEntries(
    decoder.states.map(({ input, shape }) => {
      const dims = shape.map((size) => (size === 'rows' ? rows : size === 'time' ? 0 : size));
      return [input, { data: new Float32Array(dims.reduce((product, size) => product * size, 1)), dims }];
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

/** A picture's next beam; `firstRow` is where its rows begin. A picture without continuations stops as it is. */
const advanceLane = (lane: Lane, step: Step, firstRow: number, topK: number, beamSize: number, rules: SearchRules): Lane => {
  if (lane.done) return { ...lane, parents: lane.hypotheses.map((_, i) => firstRow + i) };
  const rows = lane.hypotheses.map((_, i) => rowAt(step, firstRow + i, topK));
  const beams = advance(lane.hypotheses, rows, beamSize, rules);
  if (beams.length === 0) return { ...lane, done: true, parents: lane.hypotheses.map((_, i) => firstRow + i) };
  return {
    hypotheses: beams.map(({ hypothesis }) => hypothesis),
    parents: beams.map(({ parent }) => firstRow + parent),
    done: beams.every(({ hypothesis }) => hypothesis.finished),
  };
};

/** `count` entries: the values, then `filler` for rows that nobody reads. */
const padded = (values: readonly number[], count: number, filler: number): number[] =>
  Array.from({ length: count }, (_, i) => values[i] ?? filler);

/**
 * The sentences of each picture, best first (up to `beamSize`).
 * @param memory the encoder's outputs, pictures on axis 0
 */
export const searchBatch = async (
  graphs: Graphs,
  manifest: Manifest,
  memory: Feeds,
  pictures: number,
  { start, beamSize }: SearchChoices,
): Promise<Hypothesis[][]> => {
  if (manifest.search.kind !== 'caption') throw new RangeError('Expected the search of kind caption');
  const rules = rulesOf(manifest.tokens, manifest.search);
  const { topK } = manifest.decoder;
  let lanes: Lane[] = Array.from({ length: pictures }, (_, i) => ({ hypotheses: [emptyHypothesis], parents: [i], done: false }));
  let tokens = lanes.map(() => start);
  let parents = lanes.map((_, i) => i);
  let states = zeroStates(manifest, pictures);
  let rowsPerPicture = 1;
  for (let length = 0; length < rules.maxTokens; length += 1) {
    const step = await runStep(graphs, manifest, memory, states, tokens, parents);
    lanes = lanes.map((lane, i) => advanceLane(lane, step, i * rowsPerPicture, topK, beamSize, rules));
    if (lanes.every(({ done }) => done)) break;
    states = step.states;
    parents = lanes.flatMap((lane) => padded(lane.parents, beamSize, lane.parents[0] ?? 0));
    tokens = lanes.flatMap(({ hypotheses }) => padded(lastTokens(hypotheses, manifest.tokens.pad), beamSize, manifest.tokens.pad));
    rowsPerPicture = beamSize;
  }
  return lanes.map(({ hypotheses }) => rank(hypotheses, rules));
};

const lastTokens = (hypotheses: readonly Hypothesis[], pad: number): number[] =>
  hypotheses.map(({ tokens, finished }) => (finished ? pad : (tokens.at(-1) ?? pad)));
