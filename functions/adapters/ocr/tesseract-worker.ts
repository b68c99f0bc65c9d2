// The thread that reads lines with Tesseract, which blocks while it reads: whoever waits can end it at any time.
import { parentPort, workerData } from 'node:worker_threads';
import type { LineImage, ReadLine } from '../../core/facts/text-reader.ts';
import { startTesseract, type TesseractFiles } from './tesseract-core.ts';

/** What the thread sends for each request. */
export type TesseractAnswer = { kind: 'read'; lines: ReadLine[] } | { kind: 'failed'; message: string };

const port = parentPort;
if (port === null) throw new Error('tesseract-worker.ts runs as a worker thread only');
const engine = startTesseract(workerData as TesseractFiles);

port.on('message', (lines: LineImage[]) => {
  const answer = (message: TesseractAnswer): void => port.postMessage(message);
  engine
    .then((read) => answer({ kind: 'read', lines: lines.map(read) }))
    .catch((thrown: unknown) => answer({ kind: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) }));
});
