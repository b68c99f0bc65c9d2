// Which of a repository's graphs are taken: the number format, and where files of that format lie.
import { HubError } from './hub-error.ts';

/** The suffix of a graph's file name for each number format, as on the hub. */
const SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

/** The number format that is wanted. */
export type Choice = { readonly dtype: keyof typeof SUFFIXES };

const FOLDERS = ['onnx/', ''];

const pathsOf = (bases: readonly string[], suffix: string): string[] =>
  bases.flatMap((base) => FOLDERS.map((folder) => `${folder}${base}${suffix}.onnx`));

/** The first of these graphs that the repository has in the wanted format; undefined when it has none. */
export const findGraph = (bases: readonly string[], listing: readonly string[], { dtype }: Choice): string | undefined =>
  pathsOf(bases, SUFFIXES[dtype]).find((path) => listing.includes(path));

/** The same, where there has to be one. @throws HubError that names the formats that are there */
export const requireGraph = (bases: readonly string[], listing: readonly string[], choice: Choice): string => {
  const found = findGraph(bases, listing, choice);
  if (found !== undefined) return found;
  const others = Object.entries(SUFFIXES).filter(([, suffix]) => pathsOf(bases, suffix).some((path) => listing.includes(path)));
  const there =
    others.length === 0
      ? 'it has none in any format: export it with optimum-onnx, task image-to-text-with-past'
      : `it is there as ${others.map(([name]) => name).join(', ')}`;
  throw new HubError(`Expected the repository to have ${bases.join(' or ')} as ${choice.dtype}; ${there}`);
};

/** Files that hold a graph's larger constants. */
export const dataFilesOf = (path: string, listing: readonly string[]): string[] =>
  listing.filter((other) => other.startsWith(`${path}_data`) || [`${path}.data`, path.replace(/\.onnx$/, '.data')].includes(other));
