// Reads lines with Tesseract in a thread of its own. The thread starts with the first line that is to be read, is ended when it takes
// too long or fails, and started anew for the next picture.
import { Worker } from 'node:worker_threads';
import { CodedError, PictureError } from '../../core/errors.ts';
import type { LineImage, ReadLine, TextReader } from '../../core/facts/text-reader.ts';
import { besideModule } from '../model/beside.ts';
import { type TesseractFiles, tesseractFiles } from './tesseract-core.ts';
import type { TesseractAnswer } from './tesseract-worker.ts';

const WORKER_FILE = besideModule(import.meta.url, 'tesseract-worker');

/** A reader whose thread can be ended. */
export type TesseractReader = TextReader & { close(): Promise<void> };

/** Holds the thread; one read at a time. */
class TesseractThread {
  #files: TesseractFiles;
  #worker: Worker | undefined;
  #before: Promise<unknown> = Promise.resolve();

  constructor(files: TesseractFiles) {
    this.#files = files;
  }

  read(lines: readonly LineImage[], timeoutMs: number): Promise<ReadLine[]> {
    const reading = this.#before.then(() => this.#ask(lines, timeoutMs));
    this.#before = reading.catch(() => {});
    return reading;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(lines: readonly LineImage[], timeoutMs: number): Promise<ReadLine[]> {
    this.#worker ??= new Worker(WORKER_FILE, { workerData: this.#files });
    try {
      return await answerOf(this.#worker, lines, timeoutMs);
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }
}

/** While it is asked, the thread keeps the process alive; else it does not. */
const answerOf = async (worker: Worker, lines: readonly LineImage[], timeoutMs: number): Promise<ReadLine[]> => {
  const { promise, resolve, reject } = Promise.withResolvers<ReadLine[]>();
  const onMessage = (answer: TesseractAnswer): void =>
    answer.kind === 'read' ? resolve(answer.lines) : reject(new CodedError('INTERNAL', answer.message));
  const onError = (cause: unknown): void => reject(new CodedError('INTERNAL', 'the text reader failed', cause));
  const onExit = (): void => reject(new CodedError('INTERNAL', 'the text reader ended'));
  const watchdog = setTimeout(
    () => reject(new PictureError('INFERENCE_TIMEOUT', `reading text took longer than ${timeoutMs} ms`)),
    timeoutMs,
  );
  worker.ref();
  worker.once('message', onMessage).once('error', onError).once('exit', onExit);
  try {
    worker.postMessage(lines);
    return await promise;
  } finally {
    clearTimeout(watchdog);
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    worker.unref();
  }
};

/**
 * Tesseract. @param timeoutMs for all lines of a picture together
 * @throws CodedError CONFIG when its files are not here
 */
export const tesseractReader = (timeoutMs: number, files: TesseractFiles = tesseractFiles()): TesseractReader => {
  const thread = new TesseractThread(files);
  return { by: files.version, read: (lines) => thread.read(lines, timeoutMs), close: () => thread.close() };
};
