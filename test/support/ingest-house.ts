// A whole ingest function on fakes: bucket, store, captioner, bus, and a queue that delivers at least once.

import type { IngestPorts, IngestSettings } from '../../functions/core/ingest/ingest-ports.ts';
import type { InferenceJob, ObjectEvent } from '../../functions/core/record/object-event.ts';
import { type IngestHandler, ingestBatch } from '../../functions/handlers/ingest/ingest-batch.ts';
import { type FakeCaptionerOptions, fakeCaptioner } from './fake-captioner.ts';
import { type FakeBucketOptions, fakeBucket } from './fake-objects.ts';
import { type FakeStoreOptions, fakeStore } from './fake-store.ts';
import { fakeBus, fakeOutbox, fakeTelemetry } from './fake-telemetry.ts';
import { bridgeBody, type SentMessage, sqsEvent } from './s3-messages.ts';

/** Settings as the stack gives them. */
export const SETTINGS: IngestSettings = {
  maxBytes: 1000,
  leaseMs: 60_000,
  maxReceives: 5,
  tombstoneDays: 30,
  refine: 'abstained',
  usdPerSecond: 0.00003,
  outputPrefix: 'caption-on-upload/',
  rulePacks: [],
};

/** What of the house is not as usual. */
export type HouseOptions = {
  store?: FakeStoreOptions;
  bucket?: FakeBucketOptions;
  captioner?: FakeCaptionerOptions;
  settings?: Partial<IngestSettings>;
  gpu?: boolean;
  busFault?: () => void;
};

const BEGAN = 1_700_000_000_000;
const LONG_MS = 100_000;

/** The house. `clock.now` only moves when a test moves it. */
export const ingestHouse = (options: HouseOptions = {}) => {
  const clock = { now: BEGAN };
  const store = fakeStore(options.store);
  const bucket = fakeBucket({ now: () => clock.now, ...options.bucket });
  const captioner = fakeCaptioner(options.captioner);
  const bus = fakeBus(options.busFault);
  const inference = fakeOutbox<InferenceJob>();
  const telemetry = fakeTelemetry();
  let tokens = 0;
  const ports: IngestPorts = {
    store,
    objects: bucket,
    captioner,
    bus,
    telemetry,
    ...(options.gpu === true && { inference }),
    now: () => clock.now,
    newToken: () => `owner-${++tokens}`,
  };
  const settings = { ...SETTINGS, ...options.settings };
  const handler = ingestBatch(ports, settings);
  /** one batch; the numbers of the deliveries that must come again */
  const deliver = async (events: readonly ObjectEvent[], receives = 1): Promise<number[]> => {
    const messages = events.map((event, i) => ({ id: String(i), body: bridgeBody(event), receives }));
    return (await deliverMessages(handler, messages)).map(Number);
  };
  return { clock, store, bucket, captioner, bus, inference, telemetry, ports, settings, handler, deliver };
};

/** The ids of the messages that must come again. */
export const deliverMessages = async (handler: IngestHandler, messages: readonly SentMessage[]): Promise<string[]> => {
  const { batchItemFailures } = await handler(sqsEvent(messages), { getRemainingTimeInMillis: () => LONG_MS });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
