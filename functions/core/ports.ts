// What use cases need from outside; adapters and test fakes provide it.

/** A picture that can be read; `name` is how the user knows it. */
export type PictureFile = {
  readonly name: string;
  /** @throws PictureError SOURCE_GONE, EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT */
  read(): Promise<Uint8Array>;
};

/** Finds pictures. */
export type PictureFiles = {
  /** files as given; of a folder, every file in it (and below) whose content is a picture or a refused kind of picture */
  expand(paths: readonly string[]): Promise<PictureFile[]>;
  /** one path a line, below `root` */
  listed(listFile: string, root: string): Promise<PictureFile[]>;
};
