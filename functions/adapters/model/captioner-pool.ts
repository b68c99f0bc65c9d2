// A captioner made of lanes. A lane is a decoder process and a model worker; a batch of pictures goes through one lane.
// The main thread only passes bytes on: it never decodes, hashes or computes.
import type { CaptionChoices, Captioned, Captioner, EncodedPicture } from '../../core/caption.ts';
import { asPictureError, PackageRefused } from '../../core/errors.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import type { Loaded, WorkerOrders } from './caption-worker.ts';
import { decoderProcess, type PixelDecoder } from './decoder-process.ts';
import type { DecodedPicture } from './sharp-pixels.ts';
import { WorkerThread } from './worker-thread.ts';

/** How a pool is made. */
export type PoolSettings = WorkerOrders & {
  lanes: number;
  limits: PictureLimits;
  /** longest time of a batch in the model or, of a large model (`patient`), of each picture of the batch */
  inferenceTimeoutMs: number;
  patient?: boolean;
  /** NODE_PATH of the decoder processes, where natives come from a layer */
  nodePath?: string | undefined;
};

type Lane = { decoder: PixelDecoder; worker: WorkerThread; modelTurn: ReturnType<typeof turns> };
type Decoded = DecodedPicture & { decodeMs: number };

const decodeAll = async ({ decoder }: Lane, pictures: readonly EncodedPicture[], { image }: Loaded): Promise<(Decoded | Error)[]> => {
  const decoded: (Decoded | Error)[] = [];
  for (const { bytes } of pictures) {
    const began = performance.now();
    try {
      decoded.push({ ...(await decoder.decode(bytes, image)), decodeMs: performance.now() - began });
    } catch (thrown) {
      decoded.push(asPictureError(thrown));
    }
  }
  return decoded;
};

/** Takes free lanes in turn; whoever finds none waits. */
const laneQueue = (lanes: Lane[]) => {
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  return {
    take: (): Promise<Lane> => {
      const lane = free.pop();
      return lane === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(lane);
    },
    give: (lane: Lane): void => {
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else next(lane);
    },
  };
};

/** One piece of work after the other, in the order of asking. */
const turns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
};

const loadAll = async (lanes: readonly Lane[], folder: string): Promise<Loaded> => {
  const loaded = await Promise.all(lanes.map(({ worker }) => worker.loaded));
  const [first] = loaded;
  if (first === undefined) throw new RangeError('Expected at least 1 lane but received 0');
  if (loaded.some(({ fingerprint }) => fingerprint !== first.fingerprint)) throw changed(folder);
  return first;
};

const changed = (folder: string) => new PackageRefused(`model package ${folder} refused: manifest.json changed while it was in use`);

/** Replaces a worker that ended. @throws PackageRefused when the package on disk is no longer the same */
const revive = async (lane: Lane, orders: WorkerOrders, loaded: Loaded): Promise<void> => {
  if (lane.worker.alive) return;
  lane.worker = new WorkerThread(orders);
  if ((await lane.worker.loaded).fingerprint === loaded.fingerprint) return;
  lane.worker.close(); // or the next batch would find it alive
  throw changed(orders.folder);
};

/**
 * Starts all lanes; resolves when every worker has checked the package.
 * @throws PackageRefused before any picture is taken; PictureError INFERENCE_UNAVAILABLE when the provider is not there
 */
export const captionerPool = async ({
  folder,
  session,
  lanes: count,
  limits,
  inferenceTimeoutMs,
  patient = false,
  nodePath,
}: PoolSettings): Promise<Captioner> => {
  const orders = { folder, session: { ...session, alone: count === 1 } };
  const lanes: Lane[] = Array.from({ length: count }, () => ({
    worker: new WorkerThread(orders),
    decoder: decoderProcess(limits, { nodePath }),
    modelTurn: turns(),
  }));
  const close = async (): Promise<void> => {
    for (const { decoder, worker } of lanes) {
      decoder.close();
      worker.close();
    }
  };
  const loaded = await loadAll(lanes, folder).catch(async (thrown: unknown) => {
    await close();
    throw thrown;
  });
  const queue = laneQueue(lanes);

  const captionDecoded = async (lane: Lane, decoded: readonly Decoded[], choices: CaptionChoices): Promise<(Captioned | Error)[]> => {
    if (decoded.length === 0) return [];
    try {
      await revive(lane, orders, loaded);
      const pixels = decoded.map((one) => one.pixels);
      const captions = (
        await lane.worker.caption(pixels, choices, patient ? inferenceTimeoutMs * pixels.length : inferenceTimeoutMs)
      ).values();
      return decoded.map(({ picture, decodeMs }) => {
        const caption = captions.next().value;
        return caption === undefined ? asPictureError(undefined) : { ...caption, picture, ms: { ...caption.ms, decode: decodeMs } };
      });
    } catch (thrown) {
      if (decoded.length > 1 && lane.worker.alive) return await oneByOne(lane, decoded, choices);
      return decoded.map(() => asPictureError(thrown));
    }
  };

  /** After a batch that failed as a whole: which of its pictures it was is seen when each is alone. */
  const oneByOne = async (lane: Lane, decoded: readonly Decoded[], choices: CaptionChoices): Promise<(Captioned | Error)[]> => {
    const outcomes: (Captioned | Error)[] = [];
    for (const one of decoded) outcomes.push(...(await captionDecoded(lane, [one], choices)));
    return outcomes;
  };

  const captionOn = async (lane: Lane, pictures: readonly EncodedPicture[], choices: CaptionChoices, whenDecoded: () => void) => {
    const outcomes = await decodeAll(lane, pictures, loaded);
    whenDecoded();
    const readable = outcomes.flatMap((outcome) => (outcome instanceof Error ? [] : [outcome]));
    const captions = (await lane.modelTurn(() => captionDecoded(lane, readable, choices))).values();
    return outcomes.map((outcome) => (outcome instanceof Error ? outcome : (captions.next().value ?? asPictureError(undefined))));
  };

  return {
    model: loaded.model,
    styles: loaded.styles,
    // the only lane decodes a batch while it captions the one before; of several, others are at work meanwhile
    lanes: count === 1 ? 2 : count,
    models: count,
    runsOn: `${session.provider}, ${count} ${count === 1 ? 'lane' : 'lanes'} of ${session.threads} ${session.threads === 1 ? 'thread' : 'threads'}`,
    async caption(pictures, choices) {
      if (pictures.length === 0) return [];
      const lane = await queue.take();
      let held = true;
      const give = (): void => {
        if (held) queue.give(lane);
        held = false;
      };
      try {
        return await captionOn(lane, pictures, choices, () => count === 1 && give());
      } finally {
        give();
      }
    },
    close,
  };
};
