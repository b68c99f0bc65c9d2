// What the worker needs: a queue, a captioner, the stores of a job, and time.
import type { Captioner } from '../../core/caption.ts';
import type { Inbox, Telemetry } from '../../core/ports.ts';
import type { RefineContext } from '../../core/refine/refine-job.ts';

/** Time for durations: `now` in ms from any beginning, never set back or ahead; `sleep` ends early, without an error, when `signal` aborts. */
export type Timing = { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };

/** Pictures in a micro-batch, how long the first waits for the others, and how long a taken job stays hidden without a heartbeat. */
export type WorkerBounds = { batchMax: number; lingerMs: number; visibilityS: number };

/** Everything the worker works with. `context.now` is the time of day, which a machine may correct at any moment. */
export type WorkerPorts = {
  inbox: Inbox;
  captioner: Captioner;
  context: RefineContext;
  telemetry: Telemetry;
  timing: Timing;
  bounds: WorkerBounds;
};
