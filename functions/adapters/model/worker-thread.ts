// The main thread's side of one caption worker: one request at a time, a time limit, and an error for whatever goes wrong.
import { Worker } from 'node:worker_threads';
import type { CaptionedBatch } from '../../captioner/caption-pixels.ts';
import type { CaptionChoices } from '../../core/caption.ts';
import { type CodedError, isReason, PackageRefused, PictureError } from '../../core/errors.ts';
import { besideModule } from './beside.ts';
import type { Loaded, WorkerAnswer, WorkerOrders, WorkerRequest } from './caption-worker.ts';
import { endThread, nativeGate } from './native-gate.ts';

const WORKER_FILE = besideModule(import.meta.url, 'caption-worker');

type Waiting = { resolve(answer: WorkerAnswer): void; reject(error: CodedError): void };

const errorOf = ({ code, message }: Extract<WorkerAnswer, { kind: 'failed' }>): CodedError =>
  code === 'PACKAGE_REFUSED' ? new PackageRefused(message) : new PictureError(isReason(code) ? code : 'INTERNAL', message);

/** A running worker. After an error that ended it, `alive` is false and it must be replaced. */
export class WorkerThread {
  alive = true;
  /** settles when the package was checked and its sessions are made; rejects with PackageRefused or PictureError */
  readonly loaded: Promise<Loaded>;
  #gate = nativeGate();
  #worker: Worker;
  #waiting: Waiting | undefined;

  constructor(orders: WorkerOrders) {
    this.#worker = new Worker(WORKER_FILE, { workerData: { ...orders, gate: this.#gate } });
    this.#worker.on('message', (answer: WorkerAnswer) => this.#settle((waiting) => waiting.resolve(answer)));
    this.#worker.once('error', (cause) => this.#end(new PictureError('INFERENCE_UNAVAILABLE', 'the model worker failed', cause)));
    this.#worker.once('exit', () => this.#end(new PictureError('INFERENCE_UNAVAILABLE', 'the model worker ended')));
    this.loaded = this.#answer().then((answer) => {
      if (answer.kind === 'loaded') return answer.loaded;
      throw this.#end(answer.kind === 'failed' ? errorOf(answer) : new PictureError('INTERNAL', 'the worker spoke out of turn'));
    });
    this.loaded.catch(() => {});
  }

  /**
   * @param features whether the grid features are wanted, too
   * @throws PictureError INFERENCE_TIMEOUT, INFERENCE_UNAVAILABLE, INTERNAL
   */
  async caption(pixels: Uint8Array[], choices: CaptionChoices, timeoutMs: number, features = false): Promise<CaptionedBatch> {
    const watchdog = setTimeout(
      () => this.#end(new PictureError('INFERENCE_TIMEOUT', `the model took longer than ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const answer = this.#answer();
      const request: WorkerRequest = { pixels, choices, features };
      this.#worker.postMessage(request);
      const answered = await answer;
      if (answered.kind === 'captions') return answered;
      throw answered.kind === 'failed' ? errorOf(answered) : new PictureError('INTERNAL', 'the worker spoke out of turn');
    } finally {
      clearTimeout(watchdog);
    }
  }

  close(): void {
    this.#end(new PictureError('INFERENCE_UNAVAILABLE', 'the model worker was closed'));
  }

  #answer(): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }

  #end(error: CodedError): CodedError {
    this.alive = false;
    endThread(this.#gate, () => void this.#worker.terminate());
    this.#settle((waiting) => waiting.reject(error));
    return error;
  }
}
