// Which input of an exported decoder is what. The names are those of the exporters of the transformers ecosystem.
import { HubError } from '../hub-error.ts';
import type { Graph, Value } from './model.ts';
import { toNumber } from './model.ts';
import { type Size, symbol } from './sizes.ts';

/** A growing state: what is fed, what comes back, and its sizes but for rows and time (axes 0 and 2). */
export type State = {
  readonly input: string;
  readonly output: string;
  readonly heads: number;
  readonly width: number;
  readonly elemType: number;
};

/** Names of an exported decoder's inputs; `memory` comes from the encoder. */
export type DecoderInputs = { readonly states: readonly State[]; readonly memory: readonly string[] };

/** The encoder's last hidden states, as decoders call them. */
export const ENCODER_STATES = 'encoder_hidden_states';
/** Which tokens so far are words. */
export const ATTENTION_MASK = 'attention_mask';
/** Which of the encoder's states are there. */
export const ENCODER_MASK = 'encoder_attention_mask';
/** The tokens that are fed. */
export const TOKEN_IDS = 'input_ids';

const STATE = /^past_key_values\.(\d+)\.(?:decoder\.)?(?:key|value)$/;
const ENCODER_STATE = /^past_key_values\.\d+\.encoder\.(?:key|value)$/;

/** The output that continues a past. */
const presentOf = (past: string): string => past.replace('past_key_values', 'present');

const dimensionsOf = ({ type }: Value) => type?.tensorType?.shape?.dim ?? [];

const stateOf = (value: Value): State => {
  const [, heads, , width] = dimensionsOf(value).map(({ dimValue }) => toNumber(dimValue));
  if (!heads || !width)
    throw new HubError(`Expected the decoder's input ${value.name} to be [rows, heads, time, width] with heads and width known`);
  return { input: value.name, output: presentOf(value.name), heads, width, elemType: value.type?.tensorType?.elemType ?? 0 };
};

/** Sorts the inputs. @throws HubError when there is one that no step can be given, or no past */
export const decoderInputs = (graph: Graph): DecoderInputs => {
  const inputs = graph.input ?? [];
  const states = inputs.filter(({ name }) => STATE.test(name)).map(stateOf);
  const memory = inputs.map(({ name }) => name).filter((name) => name === ENCODER_STATES || ENCODER_STATE.test(name));
  const known = new Set([...states.map(({ input }) => input), ...memory, ATTENTION_MASK, ENCODER_MASK, TOKEN_IDS]);
  const unknown = inputs.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new HubError(`Expected a decoder of tokens, past and encoder states but it also takes ${unknown.join(', ')}`);
  if (states.length === 0) throw new HubError('Expected a decoder that takes past_key_values but it takes none: export it with past');
  if (memory.length === 0) throw new HubError(`Expected a decoder that takes ${ENCODER_STATES} but it takes nothing of an encoder`);
  return { states, memory };
};

/** Sizes of the inputs of the encoder: equal names of sizes are equal sizes, and axis 0 is that of pictures in all of them. */
export const memorySizes = (graph: Graph, memory: readonly string[]): Record<string, readonly Size[]> => {
  const symbols = new Map<string, string>();
  const sizes: Record<string, readonly Size[]> = {};
  for (const value of (graph.input ?? []).filter(({ name }) => memory.includes(name)))
    sizes[value.name] = dimensionsOf(value).map(({ dimValue, dimParam }, axis) => {
      if (dimValue !== undefined && axis > 0) return toNumber(dimValue);
      const key = axis === 0 ? 'rows' : (dimParam ?? symbol(value.name, axis));
      const known = symbols.get(key) ?? symbol(value.name, axis);
      symbols.set(key, known);
      return known;
    });
  return sizes;
};
