// Both halves of a split decoder, fed token by token with changing parents, give what the exported decoder gives for the whole prefix.
import { describe, expect, it } from 'vitest';
import { branchOf } from '../../functions/hub/layouts/image-to-text.ts';
import { fuse } from '../../functions/hub/onnx/fuse.ts';
import { type Model, readModel } from '../../functions/hub/onnx/model.ts';
import { splitDecoder } from '../../functions/hub/onnx/split-decoder.ts';
import { fixtureRepository, folderFiles } from '../support/hub-repository.ts';
import { type Feed, runModel, someFloats } from '../support/onnx-graphs.ts';

const MAX_DIFFERENCE = 1e-4;
const ROWS = 4; // two of each of two pictures
const LENGTH = 7; // of the encoder's states
const WIDTH = 24;
const TOP = 20;

const reader = async (name: string) => {
  const { read } = await folderFiles(fixtureRepository(name));
  return async (path: string): Promise<Model> => readModel(await read(`onnx/${path}.onnx`), path);
};

/** The decoders with and without a past, taking input_ids. */
const DECODERS: Record<string, () => Promise<{ withPast: Model; first: Model }>> = {
  'vit-gpt2': async () => {
    const merged = await (await reader('vit-gpt2'))('decoder_model_merged');
    return { withPast: branchOf(merged, true), first: branchOf(merged, false) };
  },
  blip: async () => {
    const read = await reader('blip');
    return { withPast: await read('decoder_with_past_model'), first: await read('decoder_model') };
  },
  florence2: async () => {
    const read = await reader('florence2');
    const [embed, merged] = [await read('embed_tokens'), await read('decoder_model_merged')];
    const fused = (past: boolean) => fuse(embed, branchOf(merged, past), { inputs_embeds: 'inputs_embeds' }, 'decoder/');
    return { withPast: fused(true), first: fused(false) };
  },
};

const integers = (numbers: readonly number[], dims: readonly number[]): Feed => ({ data: numbers.map(BigInt), dims });

const logSoftmax = (logits: readonly number[]): number[] => {
  const highest = Math.max(...logits);
  const logSum = highest + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - highest), 0));
  return logits.map((x) => x - logSum);
};

/** Log probabilities after each row's tokens, by the exported decoder; what it does not take is left out. */
const expectedOf = async (first: Model, histories: readonly (readonly number[])[], states: Feed): Promise<number[][]> => {
  const time = histories[0]?.length ?? 0;
  const all: Record<string, Feed> = {
    input_ids: integers(histories.flat(), [ROWS, time]),
    attention_mask: integers(new Array<number>(ROWS * time).fill(1), [ROWS, time]),
    encoder_hidden_states: states,
    encoder_attention_mask: integers(new Array<number>(ROWS * LENGTH).fill(1), [ROWS, LENGTH]),
  };
  const empty = (first.graph.input ?? [])
    .filter(({ name }) => name.startsWith('past_key_values'))
    .map(({ name }) => [name, someFloats([ROWS, 2, 1, 12])]);
  const wanted = new Set((first.graph.input ?? []).map(({ name }) => name));
  const feeds = Object.fromEntries([...Object.entries(all), ...empty].filter(([name]) => wanted.has(String(name))));
  const { logits } = await runModel(first, feeds);
  const words = logits?.dims[2] ?? 0;
  return histories.map((_, row) => logSoftmax(logits?.data.slice(((row + 1) * time - 1) * words, (row + 1) * time * words) ?? []));
};

describe.each(Object.keys(DECODERS))('the decoder of %s', (name) => {
  it('is the same in halves', async () => {
    const decoders = await DECODERS[name]?.();
    if (decoders === undefined) throw new Error(`no decoder of ${name}`);
    const [one, other] = [someFloats([LENGTH, WIDTH], 3).data.map(Number), someFloats([LENGTH, WIDTH], 5).data.map(Number)];
    const states = { data: [...one, ...one, ...other, ...other], dims: [ROWS, LENGTH, WIDTH] };
    const { cross, step, memory, memoryRows, states: names } = splitDecoder(decoders.withPast, decoders.first, TOP);
    expect(memoryRows).toBe('pictures');
    const fromEncoder = await runModel(cross, { encoder_hidden_states: { data: [...one, ...other], dims: [2, LENGTH, WIDTH] } });
    let past: Record<string, Feed> = Object.fromEntries(
      names.map(({ input, heads, width }) => [input, someFloats([ROWS, heads, 0, width])]),
    );
    let histories: number[][] = [[], [], [], []];
    for (const { tokens, parents } of [
      { tokens: [5, 6, 7, 5], parents: [0, 1, 2, 3] },
      { tokens: [9, 11, 5, 6], parents: [1, 0, 2, 2] },
      { tokens: [12, 8, 5, 9], parents: [0, 0, 3, 2] },
    ]) {
      histories = tokens.map((token, row) => [...(histories[parents[row] ?? 0] ?? []), token]);
      const found = await runModel(step, {
        ...Object.fromEntries(memory.map((output) => [output, fromEncoder[output] ?? someFloats([])])),
        ...past,
        tokens: integers(tokens, [ROWS]),
        parents: integers(parents, [ROWS]),
      });
      past = Object.fromEntries(names.map(({ input, output }) => [input, found[output] ?? someFloats([])]));
      const expected = await expectedOf(decoders.first, histories, states);
      const differences = (found.top_tokens?.data ?? []).map((token, i) =>
        Math.abs((expected[Math.floor(i / TOP)]?.[token] ?? 0) - (found.top_log_probs?.data[i] ?? Number.NaN)),
      );
      expect(differences).toHaveLength(ROWS * TOP);
      expect(Math.max(...differences)).toBeLessThanOrEqual(MAX_DIFFERENCE);
    }
  });

  it('leaves to the step nothing that depends on the encoder only, and little arithmetic of shapes', async () => {
    const decoders = await DECODERS[name]?.();
    if (decoders === undefined) throw new Error(`no decoder of ${name}`);
    const { step, memory } = splitDecoder(decoders.withPast, decoders.first, TOP);
    const readers = (step.graph.node ?? []).filter(({ input = [] }) => input.some((value) => memory.includes(value)));
    expect(new Set(readers.map(({ opType }) => opType))).toEqual(new Set(['MatMul', 'Shape']));
    expect(memory).toHaveLength(4);
    const defined = [...(step.graph.initializer ?? []), ...(step.graph.input ?? [])].map(({ name }) => name);
    expect(defined.filter((each, i) => defined.indexOf(each) !== i)).toEqual([]);
    expect(step.graph.node?.length).toBeLessThan((decoders.withPast.graph.node?.length ?? 0) * 0.75);
  });
});

describe('a decoder', () => {
  it("is refused where it takes the encoder's keys and values with a past, and nothing gives them", async () => {
    const { withPast } = (await DECODERS.florence2?.()) ?? {};
    expect(() => splitDecoder(withPast as Model, undefined, TOP)).toThrow('with a past too but it takes past_key_values.0.encoder.key');
  });

  it('is refused where it takes nothing of an encoder', async () => {
    const { withPast } = (await DECODERS['vit-gpt2']?.()) ?? {};
    const { graph, ...rest } = withPast as Model;
    const input = (graph.input ?? []).filter(({ name }) => name !== 'encoder_hidden_states');
    expect(() => splitDecoder({ ...rest, graph: { ...graph, input } }, undefined, TOP)).toThrow('but it takes nothing of an encoder');
  });
});
