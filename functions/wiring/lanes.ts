// How many lanes and threads to use. Many pictures: one thread for each of many lanes; one picture, or a large model: all threads for one.

/** What is known before starting; what is undefined is derived. */
export type LaneWishes = {
  cores: number;
  pictures: number;
  provider: 'cpu' | 'cuda';
  batch: number | undefined;
  lanes: number | undefined;
  threads: number | undefined;
  /** size of the model package in bytes */
  bytes?: number;
};

/** Lanes of work, threads of each, and pictures in a batch; `patient`: the time limit is for each picture, not for a batch. */
export type LanePlan = { lanes: number; threads: number; batch: number; patient: boolean };

/** Larger batches are no faster on CPUs and wait longer for the first caption. */
const MAX_CPU_BATCH = 8;
const MAX_GPU_BATCH = 64;

/** A larger package is not loaded once for each core, and one of its pictures may take seconds. */
const LARGE_PACKAGE_BYTES = 200_000_000;

/** Each lane holds its own copy of the model (about 150 MB with its decoder process, some 300 MB more with its analysis). */
const MAX_LANES = 8;

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));

/** The plan for these wishes; never more lanes than batches. */
export const planLanes = ({ cores, pictures, provider, batch, lanes, threads, bytes = 0 }: LaneWishes): LanePlan => {
  const patient = bytes > LARGE_PACKAGE_BYTES;
  const wanted = lanes ?? (provider === 'cuda' || patient ? 1 : between(1, Math.floor(cores / (threads ?? 1)), MAX_LANES));
  const size = batch ?? between(1, Math.ceil(pictures / wanted), provider === 'cuda' ? MAX_GPU_BATCH : MAX_CPU_BATCH);
  const used = between(1, wanted, Math.ceil(pictures / size));
  return { lanes: used, batch: size, threads: threads ?? Math.max(1, Math.floor(cores / used)), patient };
};
