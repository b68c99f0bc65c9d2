// What the operator's commands need from outside: queues as an operator handles them, records, objects, and where a backfill has got to.

import type { TextWriter } from '../embed/file-texts.ts';
import type { Clock, ObjectStore, Outbox, RecordStore } from '../ports.ts';
import type { KeyFilter } from '../record/key-filter.ts';
import type { InferenceJob } from '../record/object-event.ts';
import type { WordingRules } from '../text/wording-rules.ts';

/** Messages of a queue by state; SQS says roughly how many. */
export type QueueDepth = { waiting: number; inFlight: number; delayed: number };

/** A message taken from a queue; `sentAt` in ms since 1970 is when it was first sent. */
export type TakenMessage = { body: string; receipt: string; sentAt: number };

/** A queue as an operator handles it. All throw CodedError UNAVAILABLE or INTERNAL. */
export type OperatorQueue = {
  depth(): Promise<QueueDepth>;
  /** up to `max` messages (10 at most), hidden from others for a while; empty when none comes within a moment */
  take(max: number): Promise<TakenMessage[]>;
  /** bodies as they are; some may have been taken when it throws */
  put(bodies: readonly string[]): Promise<void>;
  remove(messages: readonly TakenMessage[]): Promise<void>;
  /** makes them visible again at once */
  giveBack(messages: readonly TakenMessage[]): Promise<void>;
};

/** Names of the service's queues. */
export type QueueName = 'uploads' | 'backfill' | 'inference';

/** A queue and where messages go that it cannot get rid of. */
export type QueuePair = { name: QueueName; queue: OperatorQueue; dlq: OperatorQueue };

/**
 * How far a backfill or recaption has got: everything up to and including `after` was sent or needs no message. `models`: from which to which
 * model a recaption goes.
 */
export type BackfillPosition = { bucket: string; prefix: string; after: string; models?: string };

/** Where that is kept. */
export type BackfillPlace = {
  load(): Promise<BackfillPosition | undefined>;
  /** whole or not at all, also when the process is killed */
  save(position: BackfillPosition): Promise<void>;
  clear(): Promise<void>;
};

/** What a state machine is told that puts a bucket's keys on the backfill queue. */
export type MachineInput = { bucket: string; prefix?: string; limit?: number };

/** A running service as an operator reaches it. */
export type Operations = {
  bucket: string;
  /** a queue for the inference container is only there with a GPU tier */
  queues: readonly QueuePair[];
  /** events that EventBridge could not put on the uploads queue; where the service tells of it */
  undelivered?: OperatorQueue;
  store: RecordStore;
  objects: Pick<ObjectStore, 'list' | 'head' | 'fetch' | 'put' | 'remove'>;
  textWriter: TextWriter;
  /** how the service words machines' texts */
  wording: WordingRules;
  backfill: Outbox<unknown>;
  place: BackfillPlace;
  /** asks the worker; only there with one */
  inference?: Outbox<InferenceJob>;
  recaptionPlace: BackfillPlace;
  /** name@version of the worker's package, where the service tells of it */
  workerModel?: string;
  /** starts the state machine of a stack and gives the execution's name; absent on one machine */
  startMachine?(input: MachineInput): Promise<string>;
  /** undefined: the service does not tell */
  keys: KeyFilter | undefined;
  tombstoneDays: number;
  clock: Clock;
  pause(ms: number): Promise<void>;
};
