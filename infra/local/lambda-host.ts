// One execution environment of a function: a child process that is started again when it ends, with growing pauses.
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionPlan } from './compute.ts';
import type { FromHost, ToHost } from './host-messages.ts';
import type { FrontPlan } from './http-front.ts';

const CHILD_FILE = fileURLToPath(new URL('./lambda-child.ts', import.meta.url));
const END_WITH_PARENT = new URL('./end-with-parent.ts', import.meta.url).href;

const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 10_000;
/** A process that has lived so long is healthy: the next pause is short again. */
const HEALTHY_MS = 10_000;
const DEFAULT_GRACE_MS = 7500;
/** How an invocation failed: the handler threw; its process ended (killed at its timeout, crashed); or it ended before the handler was called. */
export type Failure = 'thrown' | 'ended' | 'not begun';

/** An invocation that has no result. */
export class InvocationError extends Error {
  readonly failure: Failure;

  constructor(message: string, failure: Failure) {
    super(message);
    this.failure = failure;
  }
}

/** How a function's process is started. */
export type HostOptions = {
  plan: FunctionPlan;
  /** all variables of the process */
  environment: Record<string, string>;
  logFile: string;
  /** serves HTTP as soon as it is loaded */
  front?: FrontPlan;
  log(line: string): void;
};

type Running = { begun: boolean; resolve(result: unknown): void; reject(error: InvocationError): void; timer: NodeJS.Timeout };

/** A function's process and its invocations, one at a time. */
export class LambdaHost {
  #options: HostOptions;
  #child: ChildProcess | undefined;
  #running = new Map<number, Running>();
  #ready = Promise.withResolvers<void>();
  #nextId = 1;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#ready.promise.catch(() => {});
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Resolves when the handler is loaded (and listens, where it serves HTTP). Rejects when the process ends before; ask again for the next. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** @throws InvocationError */
  async invoke(event: unknown): Promise<unknown> {
    await this.#ready.promise;
    const { plan } = this.#options;
    if (this.#stopping) throw new InvocationError(`${plan.name} is being stopped`, 'not begun');
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#options.log(`${plan.name} is stopped: it ran longer than its ${plan.timeoutMs / 1000} s`);
      this.#child?.kill('SIGKILL');
    }, plan.timeoutMs);
    this.#running.set(id, { begun: false, resolve, reject, timer });
    this.#tell({ type: 'invoke', id, event, deadline: Date.now() + plan.timeoutMs });
    return promise;
  }

  /** Lets it finish what it does, then ends it; after `graceMs` by force. */
  async stop(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    this.#tell({ type: 'stop' });
    await promise;
    clearTimeout(timer);
  }

  #tell(message: ToHost): void {
    // a process that has ended is noticed by its exit
    this.#child?.send(message, () => {});
  }

  #start(): void {
    const { plan, environment, logFile } = this.#options;
    const output = openSync(logFile, 'a');
    const child = fork(CHILD_FILE, { env: environment, execArgv: ['--import', END_WITH_PARENT], stdio: ['ignore', output, output, 'ipc'] });
    closeSync(output);
    this.#child = child;
    const startedAt = Date.now();
    child.on('message', (message: FromHost) => this.#hear(message));
    child.once('error', (error) => this.#ready.reject(error));
    child.once('exit', (code, signal) => this.#ended(`${plan.name} ended (${signal ?? `code ${code}`})`, Date.now() - startedAt));
    const [file = '', exportName = ''] = plan.handler.split('.');
    const { name, memoryMb, timeoutMs } = plan;
    this.#tell({ type: 'load', file: join(plan.folder, `${file}.js`), exportName, functionName: name, memoryMb, timeoutMs });
  }

  #hear(message: FromHost): void {
    if (message.type === 'loaded') {
      const { front } = this.#options;
      if (front === undefined) this.#ready.resolve();
      else this.#tell({ type: 'listen', front });
    } else if (message.type === 'listening') {
      this.#ready.resolve();
    } else if (message.type === 'broken') {
      this.#ready.reject(new Error(`${this.#options.plan.name} does not start: ${message.message}`));
    } else {
      this.#settle(message);
    }
  }

  #settle(message: Extract<FromHost, { id: number }>): void {
    const running = this.#running.get(message.id);
    if (running === undefined) return;
    if (message.type === 'begun') {
      running.begun = true;
      return;
    }
    this.#running.delete(message.id);
    clearTimeout(running.timer);
    if (message.type === 'result') running.resolve(message.result);
    else running.reject(new InvocationError(message.message, 'thrown'));
  }

  #ended(how: string, livedMs: number): void {
    for (const { begun, reject, timer } of this.#running.values()) {
      clearTimeout(timer);
      reject(new InvocationError(how, begun ? 'ended' : 'not begun'));
    }
    this.#running.clear();
    this.#ready.reject(new InvocationError(how, 'not begun'));
    if (this.#stopping) return;
    this.#ready = Promise.withResolvers<void>();
    this.#ready.promise.catch(() => {});
    this.#pauseMs = livedMs >= HEALTHY_MS ? FIRST_PAUSE_MS : Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
    this.#options.log(`${how}; starting it again in ${this.#pauseMs / 1000} s, its words are in ${this.#options.logFile}`);
    this.#restart = setTimeout(() => this.#start(), this.#pauseMs);
  }
}
