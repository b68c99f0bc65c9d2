// Gathers pictures for a captioner into small batches, and captions the same bytes once. A batch of one costs a quarter more for each picture
// than one of four or five, so a small one waits for those who are fetching theirs.
import type { Captioned, Captioner } from '../caption.ts';
import { asPictureError } from '../errors.ts';

/** Half of what a queue gives at once, so that two lanes share it out; more in one batch are hardly faster on CPUs, and the first waits longer. */
export const MAX_BATCH = 5;

/** Captions pictures for many callers. */
export type Captions = {
  /** how many different pictures went to the captioner */
  readonly inferences: number;
  /** a place for one caller; until it asks or leaves, small batches wait for it */
  place(): Place;
};

/** Captions one picture for its caller. */
export type Place = {
  /**
   * What is said about these bytes, of which `sha256` is the digest.
   * @throws PictureError
   */
  caption(sha256: string, bytes: Uint8Array): Promise<Captioned>;
  /** the caller will not ask any more */
  leave(): void;
};

type Waiting = { bytes: Uint8Array; resolve: (captioned: Captioned) => void; reject: (error: Error) => void };

/** Remembers what it was asked, so make one for each batch of events. */
export const gatheredCaptions = (captioner: Captioner): Captions => {
  const asked = new Map<string, Promise<Captioned>>();
  const waiting: Waiting[] = [];
  let coming = 0;
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
      if (coming > 0 && waiting.length < MAX_BATCH) return;
      void run(waiting.splice(0, coming > 0 ? MAX_BATCH : Math.min(fair, MAX_BATCH)));
    }
  };
  const ask = (sha256: string, bytes: Uint8Array): Promise<Captioned> => {
    const known = asked.get(sha256);
    if (known !== undefined) return known;
    const answer = new Promise<Captioned>((resolve, reject) => waiting.push({ bytes, resolve, reject }));
    asked.set(sha256, answer);
    return answer;
  };

  return {
    get inferences() {
      return inferences;
    },
    place() {
      coming++;
      let isComing = true;
      const arrive = (): void => {
        if (isComing) coming--;
        isComing = false;
        start();
      };
      return {
        caption(sha256, bytes) {
          const answer = ask(sha256, bytes);
          arrive();
          return answer;
        },
        leave: arrive,
      };
    },
  };
};
