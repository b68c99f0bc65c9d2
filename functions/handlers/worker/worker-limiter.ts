// Runs at most some pieces of work at the same time; the others wait their turn.

/** Starts `work` when there is room, and passes on what comes of it. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

/** A limiter for `most` at the same time. */
export const limiter = (most: number): Limiter => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};
