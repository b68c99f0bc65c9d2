// Everything around a worker, in memory: queue, bucket, store, bus, captioner and log, on a clock that tests move.
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import type { Captioned, Captioner } from '../../functions/core/caption.ts';
import { PictureError, type Reason } from '../../functions/core/errors.ts';
import type { StagesBy } from '../../functions/core/facts/known-facts.ts';
import type { CaptionEvent, ObjectStore } from '../../functions/core/ports.ts';
import type { InferenceJob } from '../../functions/core/record/object-event.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import type { RefineContext } from '../../functions/core/refine/refine-job.ts';
import { inferenceWorker, type Worker } from '../../functions/handlers/worker/worker-loop.ts';
import type { WorkerBounds } from '../../functions/handlers/worker/worker-ports.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type FakeInbox, fakeInbox } from './fake-inbox.ts';
import { type FakeStore, type FakeStoreOptions, fakeStore } from './fake-store.ts';
import { sampleRecord } from './record-samples.ts';
import { ABSTAINED } from './worker-records.ts';

/** The model of the worker. */
export const LARGE = 'large@1.0.0';

/** What the larger model says about bytes that hold this word. */
export const captionedOf = (word: string): Captioned => {
  const said = {
    plain: `a ${word}`,
    confidence: 0.9,
    features: {},
    nBest: [],
    words: [],
    model: LARGE,
    style: 'alt',
    ms: { decode: 1, encode: 20, steps: 30 },
    picture: { width: 4, height: 3, format: 'jpeg' as const, dhash: '00ff00ff00ff00ff', embedded: {} },
  };
  return word.startsWith('unsure')
    ? { ...said, status: 'abstained', reason: 'LOW_CONFIDENCE', sure: [] }
    : { ...said, status: 'captioned', text: `A ${word}.`, generalised: [] };
};

/** Words in a picture's bytes that are failures of the captioner: `error REASON ...`. */
const outcomeOf = (bytes: Uint8Array): Captioned | Error => {
  const word = new TextDecoder().decode(bytes);
  const [kind, reason] = word.split(' ');
  return kind === 'error' ? new PictureError(reason as Reason, 'for a test') : captionedOf(word);
};

/** A bucket in memory: bytes by key; `fault` is thrown by reads. */
export type FakeObjects = {
  bytes: Map<string, string>;
  etag(key: string): string;
  fault?: (key: string) => Error | undefined;
  reading: number;
  mostReading: number;
};

/** A captioner that says what the bytes tell it; `delayMs` for each call; `calls` are the sizes of its batches; `analysed` counts pictures. */
export type FakeCaptioner = Captioner & { delayMs: number; calls: number[]; running: number; mostRunning: number; analysed: number };

/** A line of the log. */
export type Line = { level: 'info' | 'error'; message: string; fields: Record<string, string | number | boolean> };

/** All of it. */
export type World = {
  clock: FakeClock;
  inbox: FakeInbox;
  store: FakeStore;
  objects: FakeObjects;
  captioner: FakeCaptioner;
  context: RefineContext;
  events: CaptionEvent[];
  log: Line[];
  counts: Map<string, number>;
  bus: { broken: boolean };
  /** stores a record and its picture, and queues its job */
  add(key: string, kind: InferenceJob['kind'], word: string, changes?: Partial<CaptionRecord>): Promise<InferenceJob>;
  record(job: InferenceJob): CaptionRecord | undefined;
  worker(): Worker;
};

/** Bounds that tests may change. */
export type WorldOptions = Partial<WorkerBounds> & {
  lanes?: number;
  maxReceives?: number;
  leaseMs?: number;
  fetchMs?: number;
  /** what the captioner's analysis runs */
  analysis?: StagesBy;
  store?: FakeStoreOptions;
};

const fakeCaptioner = (clock: FakeClock, lanes: number, analysis: StagesBy | undefined): FakeCaptioner => {
  const captioner: FakeCaptioner = {
    model: LARGE,
    styles: ['alt'],
    lanes,
    models: 1,
    runsOn: 'a test',
    delayMs: 100,
    calls: [],
    analysed: 0,
    ...(analysis && { analysis }),
    running: 0,
    mostRunning: 0,
    async caption(pictures) {
      captioner.calls.push(pictures.length);
      captioner.analysed += pictures.filter(({ analyse }) => analyse !== false).length;
      captioner.running += 1;
      captioner.mostRunning = Math.max(captioner.mostRunning, captioner.running);
      await clock.sleep(captioner.delayMs);
      captioner.running -= 1;
      return pictures.map(({ bytes }) => outcomeOf(bytes));
    },
    close: async () => {},
  };
  return captioner;
};

const unused = async (): Promise<never> => {
  throw new Error('not used by the worker');
};

const objectStore = (clock: FakeClock, objects: FakeObjects, fetchMs: number): ObjectStore => ({
  async fetch({ key, etag }) {
    objects.reading += 1;
    objects.mostReading = Math.max(objects.mostReading, objects.reading);
    await clock.sleep(fetchMs);
    objects.reading -= 1;
    const fault = objects.fault?.(key);
    if (fault !== undefined) throw fault;
    const word = objects.bytes.get(key);
    if (word === undefined) throw new PictureError('SOURCE_GONE', 'the object is gone');
    if (etag !== undefined && etag !== objects.etag(key)) throw new PictureError('SOURCE_CHANGED', 'another version is there');
    return { bytes: new TextEncoder().encode(word), etag: objects.etag(key) };
  },
  start: unused,
  head: unused,
  list: () => {
    throw new Error('not used by the worker');
  },
  presignPut: unused,
  presignGet: unused,
  put: unused,
  remove: unused,
});

/** Digests take no time: the real ones end whenever the thread pool has computed them, and tests would depend on that. */
const digestAtOnce = (): void => {
  vi.spyOn(globalThis.crypto.subtle, 'digest').mockImplementation(async (_, data) => {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return new Uint8Array(createHash('sha256').update(bytes).digest()).buffer;
  });
};

/** A world with nothing in it. */
export const worldOf = (options: WorldOptions = {}): World => {
  digestAtOnce();
  const { lanes = 1, maxReceives = 3, leaseMs = 60_000, fetchMs = 5, batchMax = 4, lingerMs = 100, visibilityS = 30 } = options;
  const clock = fakeClock();
  const inbox = fakeInbox(clock, { visibilityS, maxReceives });
  const store = fakeStore(options.store);
  const bytes = new Map<string, string>();
  const objects: FakeObjects = { bytes, etag: (key) => `etag of ${bytes.get(key)}`, reading: 0, mostReading: 0 };
  const captioner = fakeCaptioner(clock, lanes, options.analysis);
  const events: CaptionEvent[] = [];
  const log: Line[] = [];
  const counts = new Map<string, number>();
  const bus = { broken: false };
  let tokens = 0;
  const publish = async (published: readonly CaptionEvent[]): Promise<void> => {
    if (bus.broken) throw new Error('bus away');
    events.push(...published);
  };
  const newToken = (): string => {
    tokens += 1;
    return `worker-${tokens}`;
  };
  const context = {
    store,
    objects: objectStore(clock, objects, fetchMs),
    bus: { publish },
    now: clock.now,
    newToken,
    leaseMs,
    maxReceives,
    maxBytes: 1_000,
    usdPerSecond: 0.001,
  };
  const telemetry = {
    count: (metric: string, value: number) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    info: (message: string, fields: Line['fields']) => void log.push({ level: 'info', message, fields }),
    error: (message: string, fields: Line['fields']) => void log.push({ level: 'error', message, fields }),
    flush: () => {},
  };
  return {
    clock,
    inbox,
    store,
    objects,
    captioner,
    context,
    events,
    log,
    counts,
    bus,
    async add(key, kind, word, changes = {}) {
      bytes.set(key, word);
      const state: Partial<CaptionRecord> = kind === 'caption' ? {} : { state: 'READY', refine: 'queued', machine: ABSTAINED };
      const record = await sampleRecord(key, { etag: objects.etag(key), ...state, ...changes });
      store.records.set(record.id, record);
      const { id, bucket, sequencer, etag } = record;
      const job: InferenceJob = { kind, id, bucket, key, sequencer, ...(etag !== undefined && { etag }) };
      inbox.send(JSON.stringify(job));
      return job;
    },
    record: ({ id }) => store.records.get(id),
    worker: () => inferenceWorker({ inbox, captioner, context, telemetry, timing: clock, bounds: { batchMax, lingerMs, visibilityS } }),
  };
};
