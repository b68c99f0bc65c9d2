// Who works when: free lanes are taken in turn, and on one lane one piece of work follows the other.

/** Takes free lanes in turn; whoever finds none waits. */
export const laneQueue = <L>(lanes: readonly L[]) => {
  const free = [...lanes];
  const waiting: ((lane: L) => void)[] = [];
  return {
    take: (): Promise<L> => {
      const lane = free.pop();
      return lane === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(lane);
    },
    give: (lane: L): void => {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    },
  };
};

/** Gives work its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** One piece of work after the other, in the order of asking. */
export const turns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
};
