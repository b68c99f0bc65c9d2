// Pixels -> memory: the encoder's stages, one after the other, over batches of pictures.
import { type Feeds, type Graphs, int64Rows, joiner } from './graphs.ts';
import type { Manifest } from './manifest.ts';

const ATTENDED = 1;

/** What the stages take besides outputs of earlier ones. */
const sourcesOf = (planes: readonly Float32Array[], prompt: readonly number[], { width, height }: Manifest['image']): Feeds => {
  const [first] = planes;
  const size = first?.length ?? 0;
  const data = planes.length === 1 && first !== undefined ? first : new Float32Array(size * planes.length);
  if (planes.length > 1)
    planes.forEach((plane, i) => {
      data.set(plane, i * size);
    });
  return {
    image: { data, dims: [planes.length, 3, height, width] },
    prompt: int64Rows(prompt, planes.length),
    promptMask: int64Rows(
      prompt.map(() => ATTENDED),
      planes.length,
    ),
  };
};

const inputsOf = (inputs: Record<string, string>, values: Feeds): Feeds =>
  Object.fromEntries(Object.entries(inputs).flatMap(([input, source]) => (values[source] ? [[input, values[source]]] : [])));

const encodeSome = async (graphs: Graphs, { encoder, image }: Manifest, planes: readonly Float32Array[], prompt: readonly number[]) => {
  const values: Feeds = sourcesOf(planes, prompt, image);
  for (const [i, { inputs, outputs }] of encoder.stages.entries()) {
    const found = (await graphs.encode[i]?.(inputsOf(inputs, values))) ?? {};
    for (const name of outputs) if (found[name] !== undefined) values[name] = found[name];
  }
  return values;
};

/**
 * Encodes pictures, `graphs.encoderBatch` at a time: on a CPU a batch is no faster than one by one, on a GPU it is.
 * @param planes float32 [3, height, width] for each picture
 * @param prompt tokens for encoders that take a text; the same for all pictures
 * @param wanted the outputs that are kept: the decoder's memory unless told otherwise
 * @returns the wanted tensors, pictures on axis 0
 */
export const encodeBatch = async (
  graphs: Graphs,
  manifest: Manifest,
  planes: readonly Float32Array[],
  prompt: readonly number[] = [],
  wanted: readonly string[] = manifest.decoder.memory,
): Promise<Feeds> => {
  const batch = graphs.encoderBatch ?? 1;
  const kept = joiner(planes.length);
  for (let at = 0; at < planes.length; at += batch) {
    const values = await encodeSome(graphs, manifest, planes.slice(at, at + batch), prompt);
    for (const name of wanted) kept.add(name, values[name]);
  }
  return kept.joined();
};
