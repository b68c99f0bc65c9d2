// What the models command says about itself.

/** Exit codes of the models command. */
export const MODELS_EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Its help. */
export const MODELS_HELP = `Usage: npm run models -- COMMAND [options]

Model packages on this machine: those of this checkout, and those made of repositories of a hub.

  pull OWNER/NAME@REVISION  loads a repository (best at a commit), converts it to models/pulled/NAME
      --dtype D       fp32 (default) fp16 q8 int8 uint8 q4 q4f16 bnb4, if the repository has it
      --name N        name of the package (default: the repository's, in lower case)
      --pin SHA256    refuses source files that are not those whose pin an earlier pull has printed
      --from DIR      no network: takes the files from DIR; a SHA256SUMS file there is checked
      --keep          keeps the loaded files with a SHA256SUMS file, to carry them to another machine
      --json          what was pulled as JSON
  list                all packages: source, numbers, size, styles, and which tier of cdk.json uses them
      --json          as JSON
  verify [NAME]       every byte of one package, or of all, against its digests
      --json          as JSON
  remove NAME         removes a pulled package that no tier uses
  use NAME            writes it into cdk.json
      --tier T        upload (answers at once), or worker (refines; gpu is the same)
  --help              this text

HF_ENDPOINT (a mirror), HF_TOKEN (gated and private repositories), HF_HUB_DOWNLOAD_TIMEOUT (seconds without
a byte, default 30), HTTPS_PROXY, HTTP_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are heeded. A pull that was
interrupted goes on where it stopped; a package is placed whole or not at all.
The weights are your choice, under the licence of their authors.

Exit code: 0 done, 1 the hub, the disk or a package failed, 2 wrong command line.
`;
