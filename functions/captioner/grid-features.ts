// The captioner's grid features of a picture, which stages of the analysis read instead of encoding the picture once more.
import { floatsOf, type Output } from './graphs.ts';
import type { Manifest } from './manifest.ts';

/** float32 [cells, channels], cells row by row; equal names say that two packages' features mean the same. */
export type GridFeatures = { name: string; data: Float32Array; cells: number; channels: number };

/** The output of the encoder that holds them; none where the package gives none. */
export const featuresOutput = ({ encoder }: Manifest): string[] => (encoder.features === undefined ? [] : [encoder.features.output]);

/**
 * One picture's features each, copied out of the batch's tensor.
 * @param output float32 [pictures, cells, channels]
 * @returns nothing for packages that give none
 * @throws TypeError when the output is not there or of another kind
 */
export const gridFeatures = ({ encoder }: Manifest, output: Output | undefined): GridFeatures[] => {
  if (encoder.features === undefined) return [];
  const { name } = encoder.features;
  const all = floatsOf(output, encoder.features.output);
  const [pictures = 0, cells = 0, channels = 0] = output?.dims ?? [];
  const size = cells * channels;
  return Array.from({ length: pictures }, (_, i) => ({ name, data: all.slice(i * size, (i + 1) * size), cells, channels }));
};
