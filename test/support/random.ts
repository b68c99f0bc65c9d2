// Random numbers that are the same for the same seed.

/** A number in [0, 1). */
export type Random = () => number;

/** Mulberry32. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A whole number from 0 to `below` - 1. */
export const whole = (random: Random, below: number): number => Math.floor(random() * below);

/** A copy in random order. */
export const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = whole(random, i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
};

/** Lets others run before about one call in `oneIn`. */
export const sometimesPausing =
  (random: Random, oneIn: number): (() => Promise<void>) =>
  async () => {
    if (whole(random, oneIn) === 0) await new Promise((resolve) => setImmediate(resolve));
  };
