// A RecordStore in memory with the promises of the real one, and faults on demand.
import type { RecordStore } from '../../functions/core/ports.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { riskPlace } from '../../functions/core/review/risk-place.ts';

/** What goes wrong with a write: refused although nobody was faster, thrown before or after it was committed, or committed and then refused. */
export type PutFault = 'conflict' | 'throw' | 'committed-throw' | 'committed-conflict';

/** Faults and pauses; each is asked before every call. */
export type FakeStoreOptions = {
  putFault?: (record: CaptionRecord) => PutFault | undefined;
  readFault?: () => boolean;
  /** entries that one call of `keys` sees */
  keysAtOnce?: number;
  /** lets others run between a call and its effect */
  pause?: () => Promise<void>;
};

/** The store, and what tests look at. */
export type FakeStore = RecordStore & { records: Map<string, CaptionRecord>; puts: number; refused: number };

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const MAX_IDS = 100;
const USUAL_KEYS = 1000;

/** A store that holds `records`; stored values are copies. */
export const fakeStore = (options: FakeStoreOptions = {}, records: readonly CaptionRecord[] = []): FakeStore => {
  const stored = new Map(records.map((record) => [record.id, structuredClone(record)]));
  const { keysAtOnce = USUAL_KEYS, pause = async () => {}, putFault = () => undefined, readFault = () => false } = options;
  const before = async (): Promise<void> => {
    await pause();
    if (readFault()) throw new Error('ProvisionedThroughputExceededException');
  };
  const all = (): CaptionRecord[] => [...stored.values()].map((record) => structuredClone(record));

  const store: FakeStore = {
    records: stored,
    puts: 0,
    refused: 0,
    async get(id) {
      await before();
      return structuredClone(stored.get(id));
    },
    async getMany(ids) {
      await before();
      if (ids.length > MAX_IDS) throw new RangeError(`Expected at most ${MAX_IDS} ids but received ${ids.length}`);
      return ids.map((id) => structuredClone(stored.get(id)));
    },
    async put(record, seen) {
      await pause();
      store.puts++;
      const fault = putFault(record);
      if (fault === 'throw') throw new Error('ThrottlingException');
      if (fault === 'conflict' || stored.get(record.id)?.revision !== seen) {
        store.refused++;
        return false;
      }
      stored.set(record.id, structuredClone(record));
      await pause();
      if (fault === 'committed-throw') throw new Error('TimeoutError');
      return fault !== 'committed-conflict';
    },
    async bySha256(sha256) {
      await before();
      return structuredClone([...stored.values()].find(({ state, picture }) => state === 'READY' && picture?.sha256 === sha256));
    },
    async listByKey({ bucket, prefix, state, after, limit }) {
      await before();
      const found = all()
        .filter((record) => record.bucket === bucket && record.key.startsWith(prefix) && (state === undefined || record.state === state))
        .filter(({ key }) => after === undefined || byUtf8(key, after) > 0)
        .toSorted((a, b) => byUtf8(a.key, b.key));
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { records: page, ...(found.length > limit && last !== undefined && { next: last.key }) };
    },
    async keys({ bucket, prefix, after }) {
      await before();
      const found = all()
        .filter(
          (record) => record.bucket === bucket && record.key.startsWith(prefix) && (after === undefined || byUtf8(record.key, after) > 0),
        )
        .toSorted((a, b) => byUtf8(a.key, b.key));
      const page = found.slice(0, keysAtOnce);
      const last = page.at(-1);
      const keys = page.filter(({ state }) => state !== 'DELETED').map(({ key }) => key);
      return { keys, ...(found.length > keysAtOnce && last !== undefined && { next: last.key }) };
    },
    async listByRisk({ bucket, prefixes, after, limit }) {
      await before();
      const found = all()
        .flatMap((record) => {
          const place = riskPlace(record);
          return place === undefined ? [] : [{ record, place }];
        })
        .filter(({ record }) => record.bucket === bucket && prefixes.some((prefix) => record.key.startsWith(prefix)))
        .filter(({ place }) => after === undefined || place > after)
        .toSorted((a, b) => (a.place < b.place ? -1 : 1));
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { records: page.map(({ record }) => record), ...(found.length > limit && last !== undefined && { next: last.place }) };
    },
    async changes({ after, until, limit }) {
      await before();
      const found = all()
        .filter(({ changedAt, id }) => {
          if (changedAt > until) return false;
          return after === undefined || changedAt > after.changedAt || (changedAt === after.changedAt && id > after.id);
        })
        .toSorted((a, b) => a.changedAt - b.changedAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit);
      const last = found.at(-1);
      return {
        records: found,
        next: last === undefined ? (after ?? { changedAt: 0, id: '' }) : { changedAt: last.changedAt, id: last.id },
      };
    },
  };
  return store;
};
