// What `npm run bench -- --against` is told.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Layouts of hub repositories that are compared. */
export const LAYOUTS = ['vit-gpt2', 'blip', 'florence2'] as const;

/** A layout of a hub repository. */
export type Layout = (typeof LAYOUTS)[number];

/** The run: paths are absolute. */
export type Options = {
  layout: Layout;
  /** folder as on the hub: config.json, tokenizer.json, onnx/ */
  repository: string;
  /** converted package; left out, the repository is converted for the run */
  package: string | undefined;
  beams: number;
  batches: number[];
  threads: number[];
  rounds: number;
  /** every sentence gets exactly so many new tokens */
  tokens: number;
  photos: number;
  /** folder with photos; left out, crops of the sample photos */
  pictures: string | undefined;
  python: string | undefined;
  /** folder with model.safetensors for torch */
  weights: string;
  coldStarts: number;
};

const HELP = `npm run bench -- --against --repository DIR [--layout ${LAYOUTS.join('|')}] [--package DIR] [--beams 1] [--batch 1,16]
  [--threads 1,2] [--rounds 5] [--max-new-tokens 20] [--photos 16] [--pictures DIR] [--python PYTHON [--weights DIR]]
  [--cold-starts 3]`;

const FLAGS = {
  against: { type: 'boolean' },
  layout: { type: 'string', default: 'vit-gpt2' },
  repository: { type: 'string' },
  package: { type: 'string' },
  beams: { type: 'string', default: '1' },
  batch: { type: 'string', default: '1,16' },
  threads: { type: 'string', default: '1,2' },
  rounds: { type: 'string', default: '5' },
  'max-new-tokens': { type: 'string', default: '20' },
  photos: { type: 'string', default: '16' },
  pictures: { type: 'string' },
  python: { type: 'string' },
  weights: { type: 'string' },
  'cold-starts': { type: 'string', default: '3' },
  help: { type: 'boolean' },
} as const;

const counts = (flag: string, value: string, least: number): number[] =>
  value.split(',').map((one) => {
    const count = Number(one);
    if (Number.isInteger(count) && count >= least) return count;
    throw new TypeError(`Expected integers of ${least} or more for --${flag} but received "${value}"`);
  });

const count = (flag: string, value: string, least: number): number => counts(flag, value, least)[0] ?? least;
const path = (given: string | undefined): string | undefined => (given === undefined ? undefined : resolve(given));

/** Reads the flags. @returns the help text where that is asked for @throws TypeError naming a wrong flag */
export const readOptions = (args: readonly string[]): Options | string => {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true });
  if (values.help === true) return HELP;
  const layout = LAYOUTS.find((one) => one === values.layout);
  if (layout === undefined) throw new TypeError(`Expected ${LAYOUTS.join(', ')} for --layout but received "${values.layout}"`);
  if (values.repository === undefined) throw new TypeError(`Expected a folder for --repository but received none\n${HELP}`);
  return {
    layout,
    repository: resolve(values.repository),
    package: path(values.package),
    beams: count('beams', values.beams, 1),
    batches: counts('batch', values.batch, 1),
    threads: counts('threads', values.threads, 1),
    rounds: count('rounds', values.rounds, 1),
    tokens: count('max-new-tokens', values['max-new-tokens'], 2),
    photos: count('photos', values.photos, 1),
    pictures: path(values.pictures),
    python: values.python,
    weights: resolve(values.weights ?? values.repository),
    coldStarts: count('cold-starts', values['cold-starts'], 0),
  };
};
