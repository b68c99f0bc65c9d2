// The five graphs of Florence-2 as three: vision, prompt and text encoder, decoder step.
import { type Choice, findGraph, requireGraph } from '../choice.ts';
import { HubError } from '../hub-error.ts';
import { ENCODER_STATES } from '../onnx/decoder-inputs.ts';
import { fuse } from '../onnx/fuse.ts';
import type { Graph, Model } from '../onnx/model.ts';
import { intAttribute, node } from '../onnx/nodes.ts';
import { splitDecoder } from '../onnx/split-decoder.ts';
import { fillMask } from '../onnx/step-edits.ts';
import { branchOf } from './image-to-text.ts';
import type { Converted, ReadGraph } from './layout.ts';

const VISION = ['vision_encoder'];
const EMBED = ['embed_tokens'];
const ENCODER = ['encoder_model'];
const MERGED = ['decoder_model_merged'];
const FIRST = ['decoder_model'];
const WITH_PAST = ['decoder_with_past_model'];

const FEATURES = 'image_features';
const EMBEDS = 'inputs_embeds';
const MASK = 'attention_mask';

/** The graphs that are needed. */
export const florence2Graphs = (listing: readonly string[], choice: Choice): string[] => {
  const merged = findGraph(MERGED, listing, choice);
  const decoders =
    merged === undefined && findGraph(WITH_PAST, listing, choice) !== undefined
      ? [requireGraph(WITH_PAST, listing, choice), requireGraph(FIRST, listing, choice)]
      : [requireGraph(MERGED, listing, choice)];
  return [...[VISION, EMBED, ENCODER].map((bases) => requireGraph(bases, listing, choice)), ...decoders];
};

const requireOutput = ({ graph }: Model, path: string, name: string): void => {
  const names = (graph.output ?? []).map((output) => output.name);
  if (!names.includes(name)) throw new HubError(`Expected ${path} to give ${name} but it gives ${names.join(', ')}`);
};

/** Image features, then the prompt's embeddings, on the axis of time. */
const joined = (like: Model, embeds: Graph): Model => {
  const type = (embeds.output ?? []).find(({ name }) => name === EMBEDS)?.type;
  const value = (name: string) =>
    type === undefined ? { name } : { name, type: { tensorType: { elemType: type.tensorType?.elemType ?? 1 } } };
  return {
    ...like,
    functions: [],
    graph: {
      name: 'join',
      node: [node('Concat', [FEATURES, 'prompt_embeds'], ['joined'], [intAttribute('axis', 1)])],
      input: [value(FEATURES), value('prompt_embeds')],
      output: [value('joined')],
    },
  };
};

const masked = (encoder: Model): Model => ({
  ...encoder,
  graph: fillMask(encoder.graph, MASK, [
    { source: EMBEDS, axis: 0 },
    { source: EMBEDS, axis: 1 },
  ]),
});

/** Vision stage, text stage with the decoder's keys and values at its end, and the step with the embedding in front. */
export const buildFlorence2 = async (listing: readonly string[], choice: Choice, read: ReadGraph, topK: number): Promise<Converted> => {
  const [visionPath = '', embedPath = '', encoderPath = '', decoderPath = '', firstPath] = florence2Graphs(listing, choice);
  const [vision, embed, encoder, decoder] = [
    await read(visionPath),
    await read(embedPath),
    await read(encoderPath),
    await read(decoderPath),
  ];
  requireOutput(vision, visionPath, FEATURES);
  requireOutput(embed, embedPath, EMBEDS);
  const first = firstPath === undefined ? branchOf(decoder, false) : await read(firstPath);
  const withPast = fuse(embed, branchOf(decoder, true), { [EMBEDS]: EMBEDS }, 'decoder/');
  const { cross, ...rest } = splitDecoder(withPast, first, topK);
  const prompt = fuse(embed, joined(embed, embed.graph), { prompt_embeds: EMBEDS }, 'join/');
  const text = fuse(
    fuse(prompt, masked(encoder), { [EMBEDS]: 'joined' }, 'text/'),
    cross,
    { [ENCODER_STATES]: 'last_hidden_state' },
    'cross/',
  );
  return {
    stages: [
      { file: 'encoder-vision.onnx', model: vision, inputs: { pixel_values: 'image' } },
      { file: 'encoder-text.onnx', model: text, inputs: { [FEATURES]: FEATURES, input_ids: 'prompt' } },
    ],
    ...rest,
  };
};
