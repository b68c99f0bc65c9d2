// What a layout is: how one family of models lies in a repository, and what becomes of it.
import type { ManifestInput } from '../../captioner/manifest.ts';
import type { Choice } from '../choice.ts';
import type { Model } from '../onnx/model.ts';
import type { Split } from '../onnx/split-decoder.ts';

/** The settings of a repository: parsed JSON files, undefined where there is none. */
export type Settings = {
  readonly config: unknown;
  readonly generation: unknown;
  readonly preprocessor: unknown;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
};

/** The parts of a manifest that come from settings. */
type Described = Pick<ManifestInput, 'tokens' | 'search'> & { readonly vocabularySize: number };

/** A stage of the encoder, its graph still as data. */
export type Stage = { readonly file: string; readonly model: Model; readonly inputs: Readonly<Record<string, string>> };

/** A converted graph that is not yet written. */
export type Converted = Omit<Split, 'cross'> & { readonly stages: readonly Stage[] };

/** Reads one of the repository's graphs. */
export type ReadGraph = (path: string) => Promise<Model>;

/** One family of models. */
export type Layout = {
  readonly name: string;
  /** the graphs that are needed. @throws HubError when one is missing */
  graphs(listing: readonly string[], choice: Choice): string[];
  describe(settings: Settings): Described;
  build(listing: readonly string[], choice: Choice, read: ReadGraph, topK: number): Promise<Converted>;
};
