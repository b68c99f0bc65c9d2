// A service as an operator reaches it, in memory: queues, store, bucket, and a clock that only pauses move.

import type {
  BackfillPosition,
  MachineInput,
  Operations,
  OperatorQueue,
  TakenMessage,
} from '../../functions/core/operate/operate-ports.ts';
import type { KeyFilter } from '../../functions/core/record/key-filter.ts';
import type { InferenceJob } from '../../functions/core/record/object-event.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { fakeBucket } from './fake-objects.ts';
import { fakeStore } from './fake-store.ts';
import { fakeOutbox } from './fake-telemetry.ts';
import { fakeTextWriter } from './fake-text-writer.ts';

/** When the world's clock begins, in ms since 1970. */
export const WORLD_BEGAN = 1_700_000_000_000;

/** A queue, and what tests look at; `fault` may throw before a call of that name. */
export type FakeQueue = OperatorQueue & {
  messages: TakenMessage[];
  hidden: TakenMessage[];
  fault: (call: string) => void;
  add(...bodies: string[]): void;
};

/** An empty queue; messages that are put are sent at `now`. */
export const fakeQueue = (now: () => number): FakeQueue => {
  let receipts = 0;
  const without = (from: TakenMessage[], gone: readonly TakenMessage[]): TakenMessage[] =>
    from.filter(({ receipt }) => gone.every((one) => one.receipt !== receipt));
  const queue: FakeQueue = {
    messages: [],
    hidden: [],
    fault: () => {},
    add: (...bodies) => void queue.messages.push(...bodies.map((body) => ({ body, receipt: `r${++receipts}`, sentAt: now() - 1 }))),
    depth: async () => ({ waiting: queue.messages.length, inFlight: queue.hidden.length, delayed: 0 }),
    async take(max) {
      queue.fault('take');
      const taken = queue.messages.splice(0, Math.min(10, max));
      queue.hidden.push(...taken);
      return taken;
    },
    async put(bodies) {
      queue.fault('put');
      queue.messages.push(...bodies.map((body) => ({ body, receipt: `r${++receipts}`, sentAt: now() })));
    },
    async remove(messages) {
      queue.fault('remove');
      queue.hidden = without(queue.hidden, messages);
    },
    async giveBack(messages) {
      queue.hidden = without(queue.hidden, messages);
      queue.messages.push(...messages);
    },
  };
  return queue;
};

/** A place in memory, and all that were saved. */
const fakePlace = () => {
  const place = {
    saved: [] as BackfillPosition[],
    position: undefined as BackfillPosition | undefined,
    load: async () => place.position,
    async save(position: BackfillPosition) {
      place.position = position;
      place.saved.push(position);
    },
    async clear() {
      place.position = undefined;
    },
  };
  return place;
};

/** What of the world is not as usual. */
export type WorldOptions = { records?: readonly CaptionRecord[]; keys?: KeyFilter; gpu?: boolean; machine?: boolean; workerModel?: string };

/** The world. */
export const operateWorld = ({ records = [], keys, gpu = true, machine = false, workerModel }: WorldOptions = {}) => {
  const clock = { now: WORLD_BEGAN };
  const now = (): number => clock.now;
  const pair = <N extends string>(name: N) => ({ name, queue: fakeQueue(now), dlq: fakeQueue(now) });
  const uploads = pair('uploads');
  const backfill = pair('backfill');
  const inference = pair('inference');
  const undelivered = fakeQueue(now);
  const store = fakeStore({}, records);
  const bucket = fakeBucket({ now });
  const outbox = fakeOutbox<unknown>();
  const started: MachineInput[] = [];
  const jobs = fakeOutbox<InferenceJob>();
  const place = fakePlace();
  const recaptionPlace = fakePlace();
  const pauses: number[] = [];
  const operations: Operations = {
    bucket: 'photos',
    queues: gpu ? [uploads, backfill, inference] : [uploads, backfill],
    undelivered,
    store,
    objects: bucket,
    textWriter: fakeTextWriter(),
    wording: { genderNeutral: true },
    backfill: outbox,
    place,
    recaptionPlace,
    ...(gpu && { inference: jobs }),
    ...(workerModel !== undefined && { workerModel }),
    ...(machine && {
      async startMachine(input: MachineInput) {
        started.push(input);
        return 'arn:execution';
      },
    }),
    keys,
    tombstoneDays: 30,
    clock: now,
    async pause(ms) {
      pauses.push(ms);
      clock.now += ms;
    },
  };
  return {
    clock,
    uploads,
    backfill,
    inference,
    undelivered,
    store,
    bucket,
    outbox,
    jobs,
    started,
    place,
    recaptionPlace,
    pauses,
    operations,
  };
};
