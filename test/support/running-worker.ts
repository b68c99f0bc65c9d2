// A worker on fakes that runs until the test ends, and what it has done so far.
import { onTestFinished } from 'vitest';
import type { Worker } from '../../functions/handlers/worker/worker-loop.ts';
import type { World } from './worker-world.ts';

/** A worker that runs until the test ends. */
export const started = (world: World): { worker: Worker; ended: () => boolean } => {
  const worker = world.worker();
  let over = false;
  const running = worker.run().then(() => {
    over = true;
  });
  onTestFinished(async () => {
    worker.stop();
    await world.clock.until(() => over);
    await running;
  });
  return { worker, ended: () => over };
};

/** How each job ended, in the order of the log. */
export const ends = (world: World) => world.log.filter(({ message }) => message === 'job').map(({ fields }) => fields.end);
/** Whether nothing is left in the queue. */
export const isEmpty = (world: World) => () => world.inbox.messages.size === 0;
