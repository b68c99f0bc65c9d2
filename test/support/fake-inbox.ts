// A queue in memory: what is taken is hidden for a while, comes again, and goes to the dead letters after too many deliveries.
import type { Inbox, TakenJob } from '../../functions/core/ports.ts';
import type { FakeClock } from './fake-clock.ts';

/** A message of the queue; `visibleAt` in ms. */
export type FakeMessage = { body: string; receives: number; visibleAt: number };

/** The queue, and what tests look at. `broken` makes every call fail. */
export type FakeInbox = Inbox & {
  messages: Set<FakeMessage>;
  dead: FakeMessage[];
  /** how many each take has brought */
  takes: number[];
  hides: number[];
  broken: boolean;
  send(...bodies: string[]): void;
};

/** Seconds that a taken message is hidden, deliveries before it is dead, and messages of one take at most. */
export type FakeInboxOptions = { visibilityS: number; maxReceives: number; most?: number };

const MS_PER_S = 1_000;
const MOST_OF_SQS = 10;

/** An empty queue. */
export const fakeInbox = (clock: FakeClock, { visibilityS, maxReceives, most = MOST_OF_SQS }: FakeInboxOptions): FakeInbox => {
  let arrival = new AbortController();
  const arrived = (): void => {
    arrival.abort();
    arrival = new AbortController();
  };
  const check = (): void => {
    if (inbox.broken) throw new Error('queue away');
  };
  const takenOf = (message: FakeMessage): TakenJob => {
    const receipt = message.receives;
    const isOurs = (): boolean => inbox.messages.has(message) && message.receives === receipt;
    return {
      body: message.body,
      receives: message.receives,
      async done() {
        check();
        if (isOurs()) inbox.messages.delete(message);
      },
      async hide(seconds) {
        check();
        inbox.hides.push(seconds);
        if (isOurs()) message.visibleAt = clock.now() + seconds * MS_PER_S;
        arrived();
      },
    };
  };
  const deliver = (max: number): TakenJob[] => {
    const visible = [...inbox.messages].filter(({ visibleAt }) => visibleAt <= clock.now()).slice(0, Math.min(max, most));
    return visible.flatMap((message) => {
      message.receives += 1;
      message.visibleAt = clock.now() + visibilityS * MS_PER_S;
      if (message.receives <= maxReceives) return [takenOf(message)];
      inbox.messages.delete(message);
      inbox.dead.push(message);
      return [];
    });
  };
  const inbox: FakeInbox = {
    messages: new Set(),
    dead: [],
    takes: [],
    hides: [],
    broken: false,
    send(...bodies) {
      for (const body of bodies) inbox.messages.add({ body, receives: 0, visibleAt: clock.now() });
      arrived();
    },
    async take(max, waitS, signal) {
      check();
      const end = clock.now() + waitS * MS_PER_S;
      for (;;) {
        const taken = signal.aborted ? [] : deliver(max);
        if (taken.length > 0) inbox.takes.push(taken.length);
        if (taken.length > 0 || signal.aborted || clock.now() >= end) return taken;
        const next = Math.min(end, ...[...inbox.messages].map(({ visibleAt }) => visibleAt));
        await clock.sleep(next - clock.now(), AbortSignal.any([signal, arrival.signal]));
      }
    },
  };
  return inbox;
};
