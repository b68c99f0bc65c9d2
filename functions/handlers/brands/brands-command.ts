// The brands command: arguments in, one thing done to the brands that the logo stage knows, a few lines out.
import { type AddedBrand, ALIKE, type BrandStore } from '../../core/brands/brand-store.ts';
import { CodedError, UsageError } from '../../core/errors.ts';
import { type BrandsCommand, parseBrandsArguments } from './brands-arguments.ts';

/** What the command works on, and where it writes: results, and what went wrong. */
export type BrandsPorts = { brands: BrandStore; out(line: string): void; say(line: string): void };

/** Exit codes. */
export const BRANDS_EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Help of the command. */
export const BRANDS_HELP = `Usage: npm run brands -- COMMAND [options]

The brands whose marks are found on photos (the stage logos of the analysis; its package is models/logos).

  add FILE.svg --name NAME  adds a brand by its drawing alone, or renews it; nothing is trained
  list                      the names of all brands
  remove NAME               takes a brand out
  --help                    this text

The SVG is not kept: the package holds the name and 128 numbers made of the drawing. Names and marks belong to
their owners. Deploy again, or start the service again, to use what was changed.

Exit code: 0 done, 1 the package is not sound or cannot be written, 2 wrong command line or no usable SVG.`;

const PERCENT = 100;

const addedLines = (name: string, { version, count, nearest }: AddedBrand): string[] => [
  `${name} is known now: ${count} brands (version ${version})`,
  ...(nearest !== undefined && nearest.cosine >= ALIKE
    ? [`its mark looks much like that of ${nearest.brand} (${Math.round(nearest.cosine * PERCENT)} %): one may be taken for the other`]
    : []),
];

const run = async (command: BrandsCommand, { brands }: BrandsPorts): Promise<readonly string[]> => {
  switch (command.name) {
    case 'help':
      return [BRANDS_HELP];
    case 'list':
      return brands.names();
    case 'add':
      return addedLines(command.brand, await brands.add(command.svg, command.brand));
    case 'remove': {
      const { version, count } = await brands.remove(command.brand);
      return [`${command.brand} is no longer known: ${count} brands (version ${version})`];
    }
  }
};

/** Runs the command. @returns its exit code; it never throws for what a user can cause */
export const brandsCommand = async (argv: string[], ports: BrandsPorts): Promise<number> => {
  try {
    for (const line of await run(parseBrandsArguments(argv), ports)) ports.out(line);
    return BRANDS_EXIT.done;
  } catch (thrown) {
    if (!(thrown instanceof CodedError)) throw thrown;
    const isUsage = thrown instanceof UsageError;
    ports.say(isUsage ? `${thrown.message} (try --help)` : thrown.message);
    return isUsage ? BRANDS_EXIT.usage : BRANDS_EXIT.failed;
  }
};
