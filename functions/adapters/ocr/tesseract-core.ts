// Tesseract as WebAssembly, with its English data, from two packages on this machine: nothing is ever downloaded. One engine reads one
// line at a time and blocks its thread while it does. https://github.com/naptha/tesseract.js-core
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CodedError } from '../../core/errors.ts';
import type { LineImage, ReadLine, ReadWord } from '../../core/facts/text-reader.ts';

/** Where the engine's files are. */
export type TesseractFiles = { script: string; binary: string; data: string; version: string };

const ENGINE = 'tesseract.js-core';
const DATA = '@tesseract.js-data/eng';
/** The build with SIMD, which every CPU of this service has, and without the old engine, whose data is not here. */
const BUILD = 'tesseract-core-simd-lstm';
/** LSTM weights as integers: 3 MB instead of 11, and twice as fast, for the same letters. */
const WEIGHTS = join('4.0.0_best_int', 'eng.traineddata.gz');
const LANGUAGE = { code: 'eng', tag: 'en' };

/** Tesseract's own numbers: its network alone; a picture is one line, without any search for lines; a word as unit of the answer. */
const LSTM_ONLY = 1;
const RAW_LINE = '13';
const WORD = 3;
/** Tesseract guesses a resolution where none is told, and warns. */
const DPI = '300';

type Words = { Begin(): void; Next(level: number): boolean; GetUTF8Text(level: number): string | null; Confidence(level: number): number };
type Api = {
  Init(path: null, language: string, mode: number): number;
  SetVariable(name: string, value: string): boolean;
  SetImageFile(exif: number, angle: number): number;
  Recognize(monitor: null): number;
  GetIterator(): Words;
  IsValidWord(word: string): number;
  Clear(): void;
};
type Core = { FS: { writeFile(path: string, bytes: Uint8Array): void }; TessBaseAPI: new () => Api; destroy(what: Words): void };
type LoadCore = (options: Record<string, unknown>) => Promise<Core>;

const folderOf = (name: string, resolve: (name: string) => string): string => dirname(resolve(`${name}/package.json`));

/**
 * Finds the engine's files, before anything is started.
 * @param resolve how packages are found; by default from node_modules or the layer
 * @throws CodedError CONFIG naming the package that is missing
 */
export const tesseractFiles = (resolve: (name: string) => string = createRequire(import.meta.url).resolve): TesseractFiles => {
  const missing = (what: string, cause?: unknown): CodedError =>
    new CodedError(
      'CONFIG',
      `TEXT_READER: tesseract needs ${what}, which is not here; install the packages, or set TEXT_READER=off`,
      cause,
    );
  const found = [ENGINE, DATA].map((name) => {
    try {
      return folderOf(name, resolve);
    } catch (cause) {
      throw missing(name, cause);
    }
  });
  const [engine, data] = found as [string, string];
  const versions = found.map((folder) => (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version);
  const files = { script: join(engine, `${BUILD}.js`), binary: join(engine, `${BUILD}.wasm`), data: join(data, WEIGHTS) };
  const absent = Object.values(files).find((file) => !existsSync(file));
  if (absent !== undefined) throw missing(absent);
  return { ...files, version: `${ENGINE}@${versions[0]}+${LANGUAGE.code}@${versions[1]}` };
};

/** A grey picture as Netpbm's PGM, which Tesseract's picture library reads. */
const asPgm = ({ data, width, height }: LineImage): Uint8Array => Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);

const lettersOnly = (text: string): string => text.replace(/[^\p{L}]/gu, '');

const wordsOf = (words: Words, isKnown: (word: string) => boolean): ReadWord[] => {
  const found: ReadWord[] = [];
  words.Begin();
  do {
    const text = words.GetUTF8Text(WORD)?.trim() ?? '';
    const confidence = words.Confidence(WORD) / 100;
    if (text !== '' && confidence > 0) found.push({ text, confidence, known: isKnown(lettersOnly(text)) });
  } while (words.Next(WORD));
  return found;
};

/**
 * Starts the engine. @returns what reads a line
 * @throws Error when the data do not fit the engine
 */
export const startTesseract = async ({ script, binary, data }: TesseractFiles): Promise<(line: LineImage) => ReadLine> => {
  const load: LoadCore = createRequire(import.meta.url)(script);
  const silent = (): void => {};
  const core = await load({ wasmBinary: readFileSync(binary), TesseractProgress: silent, print: silent, printErr: silent });
  core.FS.writeFile(`${LANGUAGE.code}.traineddata`, gunzipSync(readFileSync(data)));
  const api = new core.TessBaseAPI();
  if (api.Init(null, LANGUAGE.code, LSTM_ONLY) !== 0) throw new Error(`Tesseract does not take ${data}`);
  api.SetVariable('tessedit_pageseg_mode', RAW_LINE);
  api.SetVariable('user_defined_dpi', DPI);
  const isKnown = (word: string): boolean => word !== '' && api.IsValidWord(word) > 0;
  return (line) => {
    core.FS.writeFile('/input', asPgm(line));
    if (api.SetImageFile(1, 0) !== 0) throw new Error('Tesseract does not take the line as a picture');
    if (api.Recognize(null) !== 0) throw new Error('Tesseract failed on a line');
    const words = api.GetIterator();
    const read = { words: wordsOf(words, isKnown), lang: LANGUAGE.tag };
    core.destroy(words);
    api.Clear();
    return read;
  };
};
