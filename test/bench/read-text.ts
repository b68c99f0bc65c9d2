// How well text in pictures is read: node --import ./functions/wiring/require-node.js test/bench/read-text.ts TRUTH.tsv PICTURES [PACKAGE]
// TRUTH.tsv: image, and what is written there, lines joined by " / "; nothing where nothing is written. Prints the character error rate,
// the share of lines read (up to a fifth of wrong letters, in any case), pictures with text where there is none, and what was read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxRun } from '../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { decodeForAnalysis } from '../../functions/adapters/model/sharp-analysis.ts';
import { tesseractReader } from '../../functions/adapters/ocr/tesseract-reader.ts';
import { openStagePackage } from '../../functions/captioner/analysis/stage-package.ts';
import { textStage } from '../../functions/captioner/analysis/text/text-stage.ts';
import type { FoundText } from '../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';

const TIMEOUT_MS = 120_000;
const PACKAGE = 'models/text';
/** Share of a line's letters that may be wrong for it to count as read. */
const MAX_WRONG = 0.2;

/** Fewest changed, missing and added letters; `within`: of the best place of `text`, else of the whole of it. */
const distance = (line: string, text: string, within: boolean): number => {
  let row = Array.from({ length: text.length + 1 }, (_, i) => (within ? 0 : i));
  for (const [i, letter] of [...line].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= text.length; j++) {
      const changed = (row[j - 1] as number) + (text[j - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return within ? Math.min(...row) : (row.at(-1) as number);
};

type Truth = { image: string; lines: string[] };

const truthOf = (path: string): Truth[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .filter((row) => row !== '')
    .map((row) => {
      const [image = '', text = ''] = row.split('\t');
      return { image, lines: text === '' ? [] : text.split(' / ') };
    });

const isRead = (line: string, read: string): boolean => distance(line.toLowerCase(), read.toLowerCase(), true) <= MAX_WRONG * line.length;

const stageOf = async (folder: string) => {
  const pkg = await openStagePackage(packageFolder(folder), 'text', (graph) => onnxRun(graph, { provider: 'cpu', threads: 1 }));
  return textStage(pkg, tesseractReader(TIMEOUT_MS));
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const [truthFile, pictures, folder = PACKAGE] = process.argv.slice(2);
if (truthFile === undefined || pictures === undefined) throw new Error('usage: read-text.ts TRUTH.tsv PICTURES [PACKAGE]');
const stage = await stageOf(folder);
const sums = { letters: 0, wrong: 0, lines: 0, read: 0, empty: 0, invented: 0 };
const times: number[] = [];

const count = ({ lines }: Truth, found: readonly FoundText[]): void => {
  const read = found.map(({ text }) => text).join(' ');
  const written = lines.join(' ');
  sums.letters += written.length;
  sums.wrong += lines.length === 0 ? 0 : distance(written, read, false);
  sums.lines += lines.length;
  sums.read += lines.filter((line) => isRead(line, read)).length;
  sums.empty += lines.length === 0 ? 1 : 0;
  sums.invented += lines.length === 0 && found.length > 0 ? 1 : 0;
};

for (const truth of truthOf(truthFile)) {
  const { pixels, encoding } = await decodeForAnalysis(readFileSync(join(pictures, truth.image)), DEFAULT_LIMITS);
  const began = performance.now();
  const { text = [] } = await stage.run({ pixels, size: pixels, encoding, found: {} });
  times.push(performance.now() - began);
  count(truth, text);
  const said = text.map((line) => `${line.text} (${(line.confidence ?? 0).toFixed(2)})`).join(' / ');
  if (truth.lines.length > 0 || text.length > 0) console.log(`${truth.image}\t${truth.lines.join(' / ')}\t${said}`);
}
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
console.log(`${stage.by}, ${times.length} pictures, median ${median(times).toFixed(0)} ms each`);
if (sums.letters > 0)
  console.log(
    `character error rate ${percent(sums.wrong, sums.letters)} of ${sums.letters} letters; lines read ${percent(sums.read, sums.lines)} of ${sums.lines}`,
  );
if (sums.empty > 0) console.log(`text invented on ${sums.invented} of ${sums.empty} pictures without text`);
process.exit(0);
