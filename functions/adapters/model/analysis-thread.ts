// The main thread's side of one analysis worker: one picture at a time, a time limit for each stage, and what was found before a stage hung.
import { Worker } from 'node:worker_threads';
import type { Analysis } from '../../captioner/analysis/run-stages.ts';
import type { Caption } from '../../core/caption.ts';
import { PackageRefused } from '../../core/errors.ts';
import type { Stage } from '../../core/facts/facts.ts';
import type { AnalysisRequest, FromAnalysis, ToAnalysis } from './analysis-service.ts';
import type { AnalysisOrders } from './analysis-stages.ts';

import { besideModule } from './beside.ts';
import { endThread, nativeGate } from './native-gate.ts';

const WORKER_FILE = besideModule(import.meta.url, 'analysis-worker');

/** Most memory of the stages' own code, in MB; a stage that wants more ends its thread and not the process. Models are held outside of it. */
const MAX_HEAP_MB = 512;

/** What came of a picture; `lost` when the thread ended within a stage. */
export type Outcome = { analysis: Analysis; lost?: { stage: Stage | undefined; why: string } };

/** Captions crops that have the size that the captioner takes. */
export type CaptionCrops = (pixels: Uint8Array[]) => Promise<Caption[]>;

type Working = { analysis: Analysis; stage: Stage | undefined; captionCrops: CaptionCrops; resolve(outcome: Outcome): void };

/** A running worker. After `lost`, `alive` is false and it must be replaced. */
export class AnalysisThread {
  alive = true;
  /** name@version of what each stage runs; rejects with PackageRefused */
  readonly loaded: Promise<Partial<Record<Stage, string>>>;
  #gate = nativeGate();
  #worker: Worker;
  #load = Promise.withResolvers<Partial<Record<Stage, string>>>();
  #working: Working | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #stageTimeoutMs: number;

  /**
   * @param stageTimeoutMs longest time of one stage
   * @param program speaks as analysis-worker.ts does
   */
  constructor(orders: AnalysisOrders, stageTimeoutMs: number, program = WORKER_FILE) {
    this.#stageTimeoutMs = stageTimeoutMs;
    this.loaded = this.#load.promise;
    this.loaded.catch(() => {});
    this.#worker = new Worker(program, {
      workerData: { ...orders, gate: this.#gate },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker.on('message', (message: FromAnalysis) => this.#receive(message));
    this.#worker.once('error', (cause) => this.#end(`it crashed: ${cause instanceof Error ? cause.message : String(cause)}`));
    this.#worker.once('exit', () => this.#end('its thread ended'));
  }

  /** Never rejects: what goes wrong with the thread is `lost`. */
  analyse(request: AnalysisRequest, captionCrops: CaptionCrops): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#working = { analysis: request.before, stage: undefined, captionCrops, resolve };
      if (!this.alive) this.#end('its thread ended');
      this.#watch();
      this.#tell({ kind: 'analyse', request });
    });
  }

  close(): void {
    this.#end('it was closed');
  }

  #tell(message: ToAnalysis): void {
    this.#worker.postMessage(message);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#working === undefined) return;
    this.#watchdog = setTimeout(() => this.#end(`it took longer than ${this.#stageTimeoutMs} ms`), this.#stageTimeoutMs);
  }

  #receive(message: FromAnalysis): void {
    if (message.kind === 'loaded') this.#load.resolve(message.by);
    else if (message.kind === 'failed') this.#refuse(message.message);
    else this.#progress(message);
  }

  #progress(message: Exclude<FromAnalysis, { kind: 'loaded' | 'failed' }>): void {
    const working = this.#working;
    if (working === undefined) return;
    if (message.kind === 'begin') working.stage = message.stage;
    if (message.kind === 'done') working.analysis = message.analysis;
    if (message.kind === 'crops') void this.#captionCrops(working, message.pixels);
    else if (message.kind === 'end') this.#settle({ analysis: message.analysis });
    else this.#watch();
  }

  /** The captioner has a time limit of its own. */
  async #captionCrops({ captionCrops }: Working, pixels: Uint8Array[]): Promise<void> {
    clearTimeout(this.#watchdog);
    try {
      this.#tell({ kind: 'captions', captions: await captionCrops(pixels) });
    } catch {
      this.#tell({ kind: 'no captions' });
    }
    this.#watch();
  }

  #settle(outcome: Outcome): void {
    clearTimeout(this.#watchdog);
    const working = this.#working;
    this.#working = undefined;
    working?.resolve(outcome);
  }

  #refuse(message: string): void {
    this.#load.reject(new PackageRefused(message));
    this.#end(message);
  }

  #end(why: string): void {
    this.alive = false;
    endThread(this.#gate, () => void this.#worker.terminate());
    this.#load.reject(new PackageRefused(`the analysis does not run: ${why}`));
    if (this.#working !== undefined) this.#settle({ analysis: this.#working.analysis, lost: { stage: this.#working.stage, why } });
  }
}
