// As much of the speech engine's interface as the local run uses; the package has no types.
declare module 'espeak-ng' {
  type Files = { writeFile(name: string, content: string): void; readFile(name: string): Uint8Array };
  type Options = {
    arguments: string[];
    preRun: ((module: { FS: Files }) => void)[];
    print(line: string): void;
    printErr(line: string): void;
  };

  /** Runs the command `espeak-ng` once, with a file system in memory. */
  const espeakNg: (options: Options) => Promise<{ FS: Files }>;
  export = espeakNg;
}
