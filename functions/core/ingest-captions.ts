// Gathers pictures that wait for a captioner into small batches, and captions the same bytes once.
import type { Captioned, Captioner } from './caption.ts';
import { asPictureError } from './errors.ts';

/** More pictures in one batch are no faster on CPUs, and the first of them waits longer. */
export const MAX_BATCH = 4;

/** Captions pictures one by one for its callers. */
export type Captions = {
  /** how many different pictures went to the captioner */
  readonly inferences: number;
  /**
   * What is said about these bytes, of which `sha256` is the digest.
   * @throws PictureError
   */
  caption(sha256: string, bytes: Uint8Array): Promise<Captioned>;
};

type Waiting = { bytes: Uint8Array; resolve: (captioned: Captioned) => void; reject: (error: Error) => void };

/** Remembers what it was asked, so make one for each batch of events. */
export const gatheredCaptions = (captioner: Captioner): Captions => {
  const asked = new Map<string, Promise<Captioned>>();
  const waiting: Waiting[] = [];
  let running = 0;
  let inferences = 0;

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    running++;
    inferences += batch.length;
    const pictures = batch.map(({ bytes }) => ({ bytes }));
    const outcomes = await captioner.caption(pictures, {}).catch((thrown: unknown) => batch.map(() => asPictureError(thrown)));
    running--;
    for (const [i, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[i] ?? asPictureError(undefined);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }
    start();
  };
  const start = (): void => {
    while (running < captioner.lanes && waiting.length > 0) {
      const fair = Math.ceil(waiting.length / (captioner.lanes - running));
      void run(waiting.splice(0, Math.min(fair, MAX_BATCH)));
    }
  };

  return {
    get inferences() {
      return inferences;
    },
    caption(sha256, bytes) {
      const known = asked.get(sha256);
      if (known !== undefined) return known;
      const answer = new Promise<Captioned>((resolve, reject) => waiting.push({ bytes, resolve, reject }));
      asked.set(sha256, answer);
      start();
      return answer;
    },
  };
};
