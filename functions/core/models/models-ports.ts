// What the models command needs from outside: a source of files, a converter, a place for packages, and cdk.json.
import type { ModelReference } from './model-reference.ts';
import type { CheckedFile, SourceFile, SourceListing } from './source-listing.ts';

/** Number formats of a repository's graphs, by the names that the hub's users know. */
export const DTYPES = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;

/** An entry of `DTYPES`. */
export type Dtype = (typeof DTYPES)[number];

/** Where a repository's files come from. All throw CodedError. */
export type ModelSource = {
  /** for messages */
  readonly where: string;
  list(): Promise<SourceListing>;
  /** bytes that a fetch of these files would still load */
  missingBytes(files: readonly SourceFile[], listing: SourceListing): Promise<number>;
  /** has the file's bytes here, checked against its digest; `told` hears how many bytes are here */
  fetch(file: SourceFile, listing: SourceListing, told: (bytes: number) => void): Promise<CheckedFile>;
  /** bytes of a file that was fetched */
  read(path: string, listing: SourceListing): Promise<Uint8Array<ArrayBuffer>>;
  /** the files are not needed any more; `keep` leaves them, with this text as SHA256SUMS. @returns where they stay */
  finish(listing: SourceListing, keep: string | undefined): Promise<string | undefined>;
};

/** A file of a converted package. */
export type ConvertedFile = { path: string; bytes: Uint8Array };

/** What converts a repository into a package of our own. */
export type ModelConverter = {
  /** @throws CodedError in one line when nothing can be made of it */
  filesNeeded(config: unknown, listing: readonly string[], dtype: Dtype): readonly string[];
  /** gives file after file, and at the end the manifest without its list of files */
  convert(
    source: ModelReference,
    files: { list: readonly string[]; read(path: string): Promise<Uint8Array> },
    dtype: Dtype,
  ): AsyncGenerator<ConvertedFile, Readonly<Record<string, unknown>>>;
};

/** A package that is being written; nobody sees it before it is placed. */
export type PackageDraft = {
  /** whole and on the disk when it resolves */
  write(path: string, bytes: Uint8Array): Promise<CheckedFile>;
  /** opens it as the runtime does. @throws PackageRefused */
  check(): Promise<void>;
  /** puts it at its final path by one rename; an older one of this name is gone then */
  place(): Promise<string>;
  discard(): Promise<void>;
};

/** What a manifest says of its package, as people ask for it. */
export type PackageSummary = {
  name: string;
  version: string;
  /** undefined: made here */
  repository: string | undefined;
  revision: string | undefined;
  dtype: string;
  licence: string;
  styles: readonly string[];
  /** of packages that caption nothing: the stage of the analysis that they are for */
  stage?: string;
  bytes: number;
  files: number;
};

/** A package on this machine; `summary` is undefined when its manifest cannot be read. */
export type FoundPackage = { name: string; place: 'shipped' | 'pulled'; summary: PackageSummary | undefined };

/** The packages on this machine. */
export type ModelStore = {
  /** in the order of their names, shipped ones first */
  packages(): Promise<FoundPackage[]>;
  /** every byte of it against its digests. @throws PackageRefused */
  verify(found: FoundPackage): Promise<void>;
  /** has the folder for itself, mended and without leftovers, until released. @throws CodedError when another process has it */
  lock(): Promise<() => void>;
  begin(name: string): Promise<PackageDraft>;
  remove(name: string): Promise<void>;
  /** bytes that can still be written */
  freeBytes(): Promise<number>;
  /** whether something of the checkout has this name */
  isReserved(name: string): Promise<boolean>;
};

/** cdk.json. */
export type ContextFile = {
  read(): Promise<string>;
  /** whole or not at all */
  write(text: string): Promise<void>;
};

/** Everything together. */
export type ModelsWorld = {
  /** of the hub, or of a folder */
  source(reference: ModelReference, from: string | undefined): ModelSource;
  converter: ModelConverter;
  store: ModelStore;
  context: ContextFile;
  /** a line about the work */
  say(line: string): void;
  /** how far a file has come; for terminals. `path` undefined: nothing is loaded any more */
  progress(path: string | undefined, bytes: number, of: number): void;
};
