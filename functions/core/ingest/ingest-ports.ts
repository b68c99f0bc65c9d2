// What ingesting needs, what it is told, and what it tells.
import type { Captioner } from '../caption.ts';
import type { Clock, EventBus, NewToken, ObjectStore, Outbox, RecordStore, Telemetry } from '../ports.ts';
import type { InferenceJob, ObjectEvent } from '../record/object-event.ts';
import type { RefinePolicy } from '../record/policy.ts';
import type { RulePack } from '../rules/rule-pack.ts';

/** What ingesting needs from outside. */
export type IngestPorts = {
  store: RecordStore;
  objects: Pick<ObjectStore, 'fetch' | 'start'>;
  captioner: Captioner;
  bus: EventBus;
  /** absent without a GPU tier */
  inference?: Outbox<InferenceJob>;
  telemetry: Telemetry;
  now: Clock;
  newToken: NewToken;
};

/** Settings of ingesting. */
export type IngestSettings = {
  maxBytes: number;
  /** how long a picture may be worked on before another may take over, in ms */
  leaseMs: number;
  /** deliveries after which a transient failure becomes FAILED */
  maxReceives: number;
  tombstoneDays: number;
  refine: RefinePolicy;
  /** cost of a second of this function, in US dollars */
  usdPerSecond: number;
  /** objects below it are the service's own; '' when there are none */
  outputPrefix: string;
  /** that consumers are told of when a new picture breaks one */
  rulePacks: readonly RulePack[];
};

/** An event as it was delivered; `receives` counts deliveries, this one included. */
export type Delivery = { event: ObjectEvent; receives: number };

/** What became of a delivery. Those of `AGAIN` have to be delivered again. */
export type IngestEnd =
  | 'captioned'
  | 'abstained'
  | 'reused'
  | 'failed'
  | 'queued'
  | 'removed'
  | 'done'
  | 'superseded'
  | 'stale'
  | 'ignored'
  | 'busy'
  | 'retry'
  | 'gave up'
  | 'no time';

/** Ends after which the message must come again; after `gave up` it comes to the dead-letter queue. */
export const AGAIN: readonly IngestEnd[] = ['busy', 'retry', 'gave up', 'no time'];
