// One micro-batch: claim and fetch each job, caption the pictures in one call and each video in its own, write each result. One bad job never
// fails the others.
import type { Captioned } from '../../core/caption.ts';
import { asPictureError } from '../../core/errors.ts';
import { isAnalysed } from '../../core/facts/known-facts.ts';
import { sniffVideo } from '../../core/picture/video-format.ts';
import { claimForJob, type FetchedJob, fetchForJob, keepLease, releaseJob } from '../../core/refine/refine-job.ts';
import { reuseForJob, settleOutcome } from '../../core/refine/refine-result.ts';
import { backoffS } from '../../core/refine/refine-verdict.ts';
import type { Hold } from './worker-hold.ts';
import type { Ending, WorkItem } from './worker-item.ts';
import type { Limiter } from './worker-limiter.ts';
import { inferenceJobOf } from './worker-message.ts';
import type { WorkerPorts } from './worker-ports.ts';

/** Jobs that were delivered this often are captioned one by one: one picture that stops the model would fail its neighbours again. */
export const ALONE_FROM_RECEIVES = 3;

/** What the batches of a worker share: `fetching` bounds claims and reads, `lane` the calls to the captioner. */
export type Workshop = WorkerPorts & { ending: Ending; hold: Hold; fetching: Limiter; lane: Limiter; stopping(): boolean };

/** A video's bytes are let go while it waits: those of all that are in hand would be some GB. */
type Ready = { item: WorkItem; fetched: FetchedJob; isVideo: boolean };
type Said = Ready & { outcome: Captioned | Error };

const prepare = async ({ context, captioner, ending, stopping, timing }: Workshop, item: WorkItem): Promise<Ready | undefined> => {
  if (stopping()) return void (await ending.giveBack(item));
  const { body, receives } = item.taken;
  const job = inferenceJobOf(body);
  if (job === undefined) return void (await ending.end(item, { end: 'unreadable', message: { hideS: backoffS(receives) } }));
  item.job = job;
  const began = timing.now();
  const claimed = await claimForJob(context, { job, receives, model: captioner.model });
  if ('end' in claimed) return void (await ending.end(item, claimed));
  item.claimed = claimed;
  if (item.ended) return void (await releaseJob(context, claimed)); // given back meanwhile
  const fetched = await fetchForJob(context, claimed);
  item.fetchMs = timing.now() - began;
  if ('end' in fetched) return void (await ending.end(item, fetched));
  const reused = await reuseForJob(context, captioner, fetched);
  if (reused !== undefined) return void (await ending.end(item, reused));
  const isVideo = sniffVideo(fetched.bytes) !== undefined;
  return { item, fetched: isVideo ? { ...fetched, bytes: new Uint8Array(0) } : fetched, isVideo };
};

const leased = async ({ context, ending }: Workshop, { item, fetched, isVideo }: Ready): Promise<Ready | undefined> => {
  const kept = await keepLease(context, fetched);
  const read = isVideo && !('end' in kept) ? await fetchForJob(context, kept) : kept;
  if ('end' in read) return void (await ending.end(item, read));
  return { item, fetched: read, isVideo };
};

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);

/** A video takes minutes: whoever is beside it would wait for it. */
const isAlone = ({ item, isVideo }: Ready): boolean => item.taken.receives >= ALONE_FROM_RECEIVES || isVideo;

const groupsOf = (ready: readonly Ready[]): Ready[][] => {
  const together = ready.filter((each) => !isAlone(each));
  const alone = ready.filter(isAlone).map((each) => [each]);
  return together.length === 0 ? alone : [together, ...alone];
};

const captionGroup = async ({ captioner, telemetry, timing }: Workshop, group: readonly Ready[]): Promise<Said[]> => {
  const began = timing.now();
  const pictures = group.map(({ fetched: { bytes, record } }) => ({
    bytes,
    ...(isAnalysed(record.facts, captioner.analysis) && { analyse: false as const }),
  }));
  const outcomes = await captioner.caption(pictures, {}).catch((thrown: unknown) => group.map(() => asPictureError(thrown)));
  const modelMs = timing.now() - began;
  telemetry.count('BatchPictures', group.length);
  telemetry.count('BatchMs', modelMs, 'Milliseconds');
  return group.map((each, i) => {
    Object.assign(each.item, { batch: group.length, modelMs });
    return { ...each, outcome: outcomes[i] ?? asPictureError(undefined) };
  });
};

const settle = async ({ context, captioner, ending }: Workshop, said: readonly Said[]): Promise<void> => {
  await Promise.all(
    said.map(async ({ item, fetched, outcome }) => {
      if (!item.ended) await ending.end(item, await settleOutcome(context, captioner, fetched, outcome));
    }),
  );
};

const workGroup = async (shop: Workshop, group: readonly Ready[]): Promise<Said[]> => {
  if (shop.stopping()) {
    await Promise.all(group.map(({ item }) => shop.ending.giveBack(item)));
    return [];
  }
  for (const { item } of group) shop.hold.begin(item.taken);
  // a group may have waited for the one before
  const kept = present(await Promise.all(group.map((each) => leased(shop, each))));
  return kept.length === 0 ? [] : await captionGroup(shop, kept);
};

/** @returns what is still being written down: the model need not wait for that */
const captionAll = async (shop: Workshop, ready: readonly Ready[]): Promise<Promise<void>[]> => {
  const settling: Promise<void>[] = [];
  for (const group of groupsOf(ready)) settling.push(settle(shop, await workGroup(shop, group)));
  return settling;
};

/** Does the jobs of one micro-batch; resolves when each has ended, and never rejects. */
export const workBatch = async (shop: Workshop, items: readonly WorkItem[]): Promise<void> => {
  const ready = present(await Promise.all(items.map((item) => shop.fetching(() => prepare(shop, item)))));
  if (ready.length > 0) await Promise.all(await shop.lane(() => captionAll(shop, ready)));
  shop.telemetry.flush();
};
