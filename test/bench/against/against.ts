// npm run bench -- --against: this runtime beside transformers.js and Python, same ONNX files, same pictures, one run, in turns.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineLine, median } from '../service.ts';
import { type Contender, type Running, startContender } from './contender.ts';
import { contendersFor, floorFor, NAMES } from './contenders.ts';
import { compareAll, type Equality } from './equality.ts';
import { type Options, readOptions } from './options.ts';
import { packageForRun } from './package-for-run.ts';
import { type Pictures, writePictures } from './pictures.ts';
import type { Answer } from './protocol.ts';
import { equalLines, figureLines, type Report, ratioLines, weightLines } from './report.ts';
import { type Figure, measureRounds } from './rounds.ts';

const RESULTS = fileURLToPath(new URL('../../../.local/', import.meta.url));

const say = (line: string): void => console.log(line);
const sayAll = (lines: readonly string[]): void => lines.forEach(say);
const firstLine = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split('\n').slice(0, 12).join('\n  ');

/** Those that start; the others are named with what they said. */
const startAll = async (contenders: readonly Contender[], files: readonly string[]): Promise<Running[]> => {
  const running: Running[] = [];
  for (const contender of contenders) {
    try {
      running.push(await startContender(contender, files));
    } catch (error) {
      say(`${contender.name} is left out: ${firstLine(error)}`);
    }
  }
  return running;
};

/** Starts of fresh processes, in turns; medians in ms by name. */
const coldStarts = async (contenders: readonly Contender[], photo: string, rounds: number): Promise<Map<string, number>> => {
  const seen = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const running = await startContender(contender, [photo]);
      seen.get(contender.name)?.push(running.coldMs);
      await running.stop();
    }
  }
  return new Map([...seen].map(([name, all]) => [name, median(all)]));
};

const compareOn = async (contenders: readonly Running[], files: readonly string[]): Promise<Equality[]> => {
  const answers: { name: string; answer: Answer }[] = [];
  for (const contender of contenders) answers.push({ name: contender.name, answer: await contender.ask(files) });
  // the library of the reference is Python's, where it is there
  const reference = [NAMES.torch, NAMES.onnxruntime, NAMES.transformersJs].find((name) => answers.some((one) => one.name === name));
  return compareAll(answers.toSorted((a, b) => Number(b.name === reference) - Number(a.name === reference)));
};

const ratiosOf = (figures: readonly Figure[]): Report['floorRatios'] =>
  figures
    .filter(({ name }) => name === NAMES.ours)
    .flatMap(({ threads, batch, ms }) => {
      const floor = figures.find((one) => one.name === NAMES.floor && one.threads === threads && one.batch === batch);
      return floor === undefined ? [] : [{ threads, batch, ratio: ms / floor.ms }];
    });

/** All figures for one number of threads. */
const measureThreads = async (options: Options, folder: string, pictures: Pictures, threads: number) => {
  const [photo = ''] = pictures.photos;
  const contenders = contendersFor(options, { folder, threads, say });
  const running = await startAll([...contenders, floorFor(options, folder, threads)], [photo]);
  const inRun = contenders.filter(({ name }) => running.some((one) => one.name === name));
  try {
    const shrunk = await compareOn(running, pictures.shrunk);
    sayAll(equalLines("token sequences on pictures of the model's own size", shrunk));
    const photos = await compareOn(running, pictures.photos);
    sayAll(equalLines('token sequences on photos', photos));
    const figures: Figure[] = [];
    for (const batch of options.batches) {
      const measured = await measureRounds(running, { photos: pictures.photos, batch, rounds: options.rounds, threads });
      sayAll(figureLines(measured));
      figures.push(...measured);
    }
    const weighed = running.map(({ name, coldMs, peakBytes }) => ({ name, threads, coldMs, peakBytes: peakBytes() }));
    for (const one of running) await one.stop();
    const cold = await coldStarts(inRun, photo, options.coldStarts);
    const weights = weighed
      .filter(({ name }) => name !== NAMES.floor)
      .map((one) => ({ ...one, coldMs: options.coldStarts > 0 ? (cold.get(one.name) ?? one.coldMs) : one.coldMs }));
    sayAll(weightLines(weights));
    return { shrunk, photos, figures, weights };
  } finally {
    for (const one of running) await one.stop();
  }
};

/** Runs the comparison and prints it. @param args the command line after `--against` */
export const benchAgainst = async (args: readonly string[]): Promise<void> => {
  const options = readOptions(args);
  if (typeof options === 'string') return say(options);
  const temporary = mkdtempSync(join(tmpdir(), 'caption-against-'));
  try {
    const machine = machineLine();
    say(machine);
    const { folder, image } = await packageForRun(options, join(temporary, 'package'));
    const pictures = await writePictures(temporary, options.photos, image, options.pictures);
    const report: Report = { machine, settings: options, shrunk: [], photos: [], figures: [], weights: [], floorRatios: [] };
    for (const threads of options.threads) {
      const { shrunk, photos, figures, weights } = await measureThreads(options, folder, pictures, threads);
      if (report.shrunk.length === 0) Object.assign(report, { shrunk, photos });
      report.figures.push(...figures);
      report.weights.push(...weights);
    }
    report.floorRatios = ratiosOf(report.figures);
    sayAll(['', ...ratioLines(report)]);
    mkdirSync(RESULTS, { recursive: true });
    const file = join(RESULTS, `bench-against-${options.layout}-beams-${options.beams}.json`);
    writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
    say(`as JSON: ${file}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};
