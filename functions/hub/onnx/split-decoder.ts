// Makes of an exported decoder with a past a decoder step of our contract, and the graph of what needs the encoder's outputs only.

import { HubError } from '../hub-error.ts';
import {
  ATTENTION_MASK,
  type DecoderInputs,
  decoderInputs,
  ENCODER_MASK,
  ENCODER_STATES,
  memorySizes,
  type State,
  TOKEN_IDS,
} from './decoder-inputs.ts';
import { fold } from './fold.ts';
import { fuse } from './fuse.ts';
import { hoist } from './hoist.ts';
import { infer } from './infer.ts';
import type { Graph, Model } from './model.ts';
import { prune } from './prune.ts';
import { shareMemory } from './share-memory.ts';
import { type Size, symbol } from './sizes.ts';
import { fillMask, giveTop, reorderStates, takeTokens } from './step-edits.ts';
import { describeStep } from './step-values.ts';

/** `cross` takes the encoder's last hidden states and gives `memory`, which `step` takes: one row per picture, or per row of the step. */
export type Split = {
  readonly cross: Model;
  readonly step: Model;
  readonly memory: readonly string[];
  readonly memoryRows: 'pictures' | 'rows';
  readonly states: readonly State[];
};

const LOGITS = 'logits';
const TIME_AXIS = 2;

const fillMasks = (graph: Graph, { states, memory }: DecoderInputs): Graph => {
  const [first] = states;
  const past = { source: first?.input ?? '', axis: TIME_AXIS, more: 1 };
  const [source = ''] = memory;
  const pictures = { source, axis: 0 };
  const length = { source, axis: source === ENCODER_STATES ? 1 : TIME_AXIS };
  return fillMask(fillMask(graph, ATTENTION_MASK, [{ source: 'tokens', axis: 0 }, past]), ENCODER_MASK, [pictures, length]);
};

const stateSizes = (states: readonly State[]): Record<string, readonly Size[]> => {
  const [first = ''] = states.map(({ input }) => input);
  return Object.fromEntries(states.map(({ input, heads, width }) => [input, [symbol(first, 0), heads, symbol(first, TIME_AXIS), width]]));
};

/** Rows of tokens and parents are the same. */
const ROWS = symbol('tokens', 0);

/** Works out and folds sizes until the graph is as small as it gets this way. */
const simplify = (graph: Graph, sizes: Record<string, readonly Size[]>, rows: ReadonlySet<Size> = new Set()): Graph =>
  prune(
    fold(graph, infer(graph, sizes), rows),
    (graph.output ?? []).map(({ name }) => name),
  );

/** The encoder's keys and values of each layer, from the decoder without a past. */
const encoderStates = (first: Graph, wanted: readonly string[]): Graph => {
  const half = prune(first, wanted);
  const sizes = memorySizes(half, [ENCODER_STATES]);
  const pictures = symbol(ENCODER_STATES, 0);
  const others = (half.input ?? []).filter(({ name }) => name !== ENCODER_STATES);
  const same = others.map(({ name, type }): [string, readonly Size[]] => [
    name,
    (type?.tensorType?.shape?.dim ?? []).map((_, axis) => (axis === 0 ? pictures : symbol(name, axis))),
  ]);
  return simplify(half, { ...sizes, ...Object.fromEntries(same) });
};

/**
 * @param withPast the decoder as it is with a past, taking input_ids
 * @param first the decoder as it is without a past; needed when the past holds the encoder's keys and values
 * @throws HubError when the decoder is not one of these
 */
export const splitDecoder = (withPast: Model, first: Model | undefined, topK: number): Split => {
  const { states } = decoderInputs(withPast.graph);
  const pruned = prune(withPast.graph, [LOGITS, ...states.map(({ output }) => output)]);
  const inputs = decoderInputs(pruned);
  const { memory } = inputs;
  const edited = takeTokens(
    giveTop(
      reorderStates(
        fillMasks(pruned, inputs),
        states.map(({ input }) => input),
      ),
      LOGITS,
      topK,
    ),
    TOKEN_IDS,
  );
  const fromEncoder = memorySizes(edited, memory);
  const sizes = { ...fromEncoder, ...stateSizes(states), tokens: [ROWS], parents: [ROWS] };
  const pictures = new Set<Size>(Object.values(fromEncoder).map(([size]) => size));
  const rows = new Set<Size>([...pictures, ROWS]);
  const graph = simplify(simplify(edited, sizes, rows), sizes, rows);
  const halves = hoist(graph, infer(graph, sizes), { memory: new Set(memory), rows: pictures, like: 'tokens' });
  const shared = shareMemory(halves.step, infer(halves.step, sizes), halves.memory);
  const memoryRows = shared === undefined ? 'rows' : 'pictures';
  const cross = { ...withPast, graph: halves.cross };
  const cached = (halves.cross.input ?? []).map(({ name }) => name).filter((name) => name !== ENCODER_STATES);
  const wires = Object.fromEntries(cached.map((name) => [name, name.replace('past_key_values', 'present')]));
  if (first === undefined && cached.length > 0)
    throw new HubError(`Expected a decoder that takes ${ENCODER_STATES} with a past too but it takes ${cached[0]}, which is not supported`);
  const before = first && cached.length > 0 ? { ...first, graph: encoderStates(first.graph, Object.values(wires)) } : undefined;
  return {
    cross: before === undefined ? cross : fuse(before, cross, wires, 'cross/'),
    step: { ...withPast, graph: describeStep(shared ?? halves.step, states, halves.memory, memoryRows) },
    memory: halves.memory,
    memoryRows,
    states,
  };
};
