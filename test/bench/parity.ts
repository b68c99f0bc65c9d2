// npm run bench -- --parity: a repository's golden.json (what transformers' generate() says, models/training/hub) against this runtime,
// photo file in, tokens out. Exit code 1 when one sentence differs.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxGraphs } from '../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { decodePicture, restrictSharp } from '../../functions/adapters/model/sharp-pixels.ts';
import { tokenizerWords } from '../../functions/adapters/model/tokenizer-words.ts';
import type { Hypothesis } from '../../functions/captioner/beam.ts';
import { searchBatch } from '../../functions/captioner/decode-batch.ts';
import { encodeBatch } from '../../functions/captioner/encode-batch.ts';
import type { Graphs } from '../../functions/captioner/graphs.ts';
import type { Manifest } from '../../functions/captioner/manifest.ts';
import { openPackage } from '../../functions/captioner/package.ts';
import { toPlanes } from '../../functions/captioner/preprocess.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { goldenOf } from '../support/hub-repository.ts';
import { writeConverted } from './against/package-for-run.ts';

const HELP = 'npm run bench -- --parity REPOSITORY... [--photos DIR] [--package DIR] [--threads 2]';
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const BATCH = 4;
const MAX_DIFFERENCE = 1e-3; // of log p

type Golden = Awaited<ReturnType<typeof goldenOf>>;
type Case = Golden['cases'][number];

/** A token that is forced has a log probability of 0 in a search, whatever the model thinks of it. */
const isForced = ({ search }: Manifest, at: number, length: number): boolean =>
  search.kind === 'generate' && ((at === 0 && search.forcedFirst !== undefined) || (at === length - 1 && search.forcedLast !== undefined));

const differencesOf = (manifest: Manifest, { topLogProbs }: Case, found: readonly (Hypothesis | undefined)[]): number[] =>
  topLogProbs.flatMap((steps, i) =>
    steps.flatMap(({ chosen }, j) => (isForced(manifest, j, steps.length) ? [] : [Math.abs(chosen - (found[i]?.logProbs[j] ?? 0))])),
  );

const sentencesOf = async (
  graphs: Graphs,
  manifest: Manifest,
  planes: readonly Float32Array[],
  { style, beams, maxNewTokens }: Case,
): Promise<(Hypothesis | undefined)[]> => {
  const { start = [], prompt = [] } = manifest.tokens.styles[style] ?? {};
  const limited = { ...manifest, search: { ...manifest.search, maxTokens: maxNewTokens } };
  const found: (Hypothesis | undefined)[] = [];
  for (let first = 0; first < planes.length; first += BATCH) {
    const batch = planes.slice(first, first + BATCH);
    const memory = await encodeBatch(graphs, manifest, batch, prompt);
    const ranked = await searchBatch(graphs, limited, memory, batch.length, { start, beamSize: beams });
    found.push(...ranked.map(([best]) => best));
  }
  return found;
};

/** Prints a line for each case. @returns whether every sentence is equal */
const compare = async (repository: string, folder: string, photos: string, threads: number): Promise<boolean> => {
  const modelPackage = await openPackage(packageFolder(folder), tokenizerWords);
  const { manifest } = modelPackage;
  const graphs = await onnxGraphs(modelPackage, { provider: 'cpu', threads, alone: true });
  const golden = await goldenOf(repository);
  const planes: Float32Array[] = [];
  for (const { file } of golden.photos) {
    const { pixels } = await decodePicture(await readFile(join(photos, file)), manifest.image, LIMITS);
    planes.push(toPlanes(pixels, manifest.image));
  }
  let allEqual = true;
  for (const one of golden.cases) {
    const found = await sentencesOf(graphs, manifest, planes, one);
    const equal = found.filter((best, i) => JSON.stringify(best?.tokens) === JSON.stringify(one.sequences[i])).length;
    const worst = Math.max(0, ...differencesOf(manifest, one, found));
    const distinct = new Set(one.sequences.map((sequence) => sequence.join(' '))).size;
    console.log(
      `${repository.split('/').at(-1)} ${one.style} ${one.beams === 1 ? 'greedy' : `${one.beams} beams`}: ${equal} of ${found.length} sentences equal ` +
        `(${distinct} distinct), log p differs by at most ${worst.toExponential(1)} on ${one.topLogProbs.length} photos`,
    );
    allEqual = allEqual && equal === found.length && found.length > 0 && worst <= MAX_DIFFERENCE;
  }
  return allEqual;
};

/** Compares each repository that `args` name. @throws TypeError for a wrong command line */
export const benchParity = async (args: readonly string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      parity: { type: 'boolean' },
      photos: { type: 'string', default: 'test/fixtures/photos' },
      package: { type: 'string' },
      threads: { type: 'string', default: '2' },
    },
  });
  if (positionals.length === 0 || !(Number(values.threads) >= 1)) throw new TypeError(`Expected folders of repositories\n${HELP}`);
  restrictSharp();
  for (const repository of positionals.map((given) => resolve(given))) {
    const made = await mkdtemp(join(tmpdir(), 'parity-'));
    try {
      const folder = values.package ?? (await writeConverted(repository, join(made, 'package')));
      if (!(await compare(repository, folder, resolve(values.photos), Number(values.threads)))) process.exitCode = 1;
    } finally {
      await rm(made, { recursive: true });
    }
  }
};
