// The execution environments of a function: one from the start, more when all are busy, as Lambda does; few, because cores are few.
import { type HostOptions, InvocationError, LambdaHost } from './lambda-host.ts';

type Job = { event: unknown; resolve(result: unknown): void; reject(error: unknown): void };

/** Invokes a function; each environment does one invocation at a time. */
export class HostPool {
  #options: HostOptions;
  #size: number;
  #hosts: LambdaHost[];
  #free: LambdaHost[] = [];
  #jobs: Job[] = [];
  #waiters: (() => void)[] = [];
  #stopping = false;

  /** `size`: most environments */
  constructor(options: HostOptions, size: number) {
    this.#options = options;
    this.#size = size;
    const first = new LambdaHost(options);
    this.#hosts = [first];
    this.#joins(first);
  }

  get pids(): number[] {
    return this.#hosts.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Rejects when the function cannot be loaded. */
  ready(): Promise<void> {
    return this.#hosts[0]?.ready() ?? Promise.resolve();
  }

  /** Resolves when an invocation would begin at once, or another environment may be started for it. */
  async vacancy(): Promise<void> {
    while (this.#jobs.length > 0 || (this.#free.length === 0 && this.#hosts.length >= this.#size)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.push(resolve);
      await promise;
    }
  }

  /** @throws InvocationError */
  invoke(event: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#jobs.push({ event, resolve, reject });
    if (this.#free.length === 0 && this.#hosts.length < this.#size) {
      const host = new LambdaHost(this.#options);
      this.#hosts.push(host);
      this.#joins(host);
    }
    this.#assign();
    return promise;
  }

  /** What still runs after `graceMs` is ended by force. */
  async stop(graceMs?: number): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#hosts.map((host) => host.stop(graceMs)));
  }

  /** The host takes jobs from when it is ready, also when only a later process of it is. */
  #joins(host: LambdaHost): void {
    host.ready().then(
      () => {
        this.#free.push(host);
        this.#assign();
      },
      () => {
        if (!this.#stopping) this.#joins(host);
      },
    );
  }

  /** What no handler has seen goes to the next environment. */
  #failed(job: Job, thrown: unknown): void {
    if (this.#stopping || !(thrown instanceof InvocationError) || thrown.failure !== 'not begun') job.reject(thrown);
    else this.#jobs.unshift(job);
  }

  #assign(): void {
    while (this.#free.length > 0 && this.#jobs.length > 0) {
      const host = this.#free.shift();
      const job = this.#jobs.shift();
      if (host === undefined || job === undefined) return;
      host
        .invoke(job.event)
        .then(job.resolve, (thrown: unknown) => this.#failed(job, thrown))
        .finally(() => this.#joins(host));
    }
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
