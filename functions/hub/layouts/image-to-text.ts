// Repositories of an image encoder and a text decoder (vision-encoder-decoder, BLIP): two graphs, and no prompt for the encoder.
import { type Choice, findGraph, requireGraph } from '../choice.ts';
import { HubError } from '../hub-error.ts';
import { ENCODER_STATES } from '../onnx/decoder-inputs.ts';
import { fuse, sameOpsets } from '../onnx/fuse.ts';
import { inlineBranch } from '../onnx/inline-branch.ts';
import type { Model } from '../onnx/model.ts';
import { prune } from '../onnx/prune.ts';
import { splitDecoder } from '../onnx/split-decoder.ts';
import type { Converted, ReadGraph } from './layout.ts';

const ENCODERS = ['encoder_model', 'vision_model'];
const WITH_PAST = ['decoder_with_past_model', 'text_decoder_with_past_model'];
const MERGED = ['decoder_model_merged', 'text_decoder_model_merged'];
const PIXELS = 'pixel_values';
const LAST_STATES = 'last_hidden_state';

/** The input of merged decoders that says whether there is a past. */
const USE_PAST = 'use_cache_branch';

/** The decoder as it is with a past, or without one. */
export const branchOf = (model: Model, withPast: boolean): Model => ({ ...model, graph: inlineBranch(model.graph, USE_PAST, withPast) });

const decoderPath = (listing: readonly string[], choice: Choice): string =>
  findGraph(WITH_PAST, listing, choice) ?? requireGraph([...MERGED, ...WITH_PAST], listing, choice);

/** The two graphs that are needed. */
export const imageToTextGraphs = (listing: readonly string[], choice: Choice): string[] => [
  requireGraph(ENCODERS, listing, choice),
  decoderPath(listing, choice),
];

/** The encoder with the decoder's keys and values at its end, and the step. */
export const buildImageToText = async (listing: readonly string[], choice: Choice, read: ReadGraph, topK: number): Promise<Converted> => {
  const [encoderPath = '', path = ''] = imageToTextGraphs(listing, choice);
  const encoder = await read(encoderPath);
  if (!(encoder.graph.input ?? []).some(({ name }) => name === PIXELS))
    throw new HubError(
      `Expected ${encoderPath} to take ${PIXELS} but it takes ${(encoder.graph.input ?? []).map(({ name }) => name).join(', ')}`,
    );
  const { cross, ...rest } = splitDecoder(branchOf(await read(path), true), undefined, topK);
  const inputs = { [PIXELS]: 'image' };
  const stages = sameOpsets(encoder, cross)
    ? [{ file: 'encoder.onnx', model: fuse(encoder, cross, { [ENCODER_STATES]: LAST_STATES }, 'cross/'), inputs }]
    : [
        { file: 'encoder.onnx', model: { ...encoder, graph: prune(encoder.graph, [LAST_STATES]) }, inputs },
        { file: 'encoder-memory.onnx', model: cross, inputs: { [ENCODER_STATES]: LAST_STATES } },
      ];
  return { stages, ...rest };
};
