// Telemetry, a bus and an outbox that only remember.
import type { CaptionEvent, EventBus, Outbox, Telemetry } from '../../functions/core/ports.ts';

/** What was counted and said. */
export type FakeTelemetry = Telemetry & {
  counts: Map<string, number>;
  lines: { level: 'info' | 'error'; message: string; fields: Record<string, string | number | boolean>; cause?: unknown }[];
  flushes: number;
};

/** Remembers. */
export const fakeTelemetry = (): FakeTelemetry => {
  const telemetry: FakeTelemetry = {
    counts: new Map(),
    lines: [],
    flushes: 0,
    count: (metric, value) => void telemetry.counts.set(metric, (telemetry.counts.get(metric) ?? 0) + value),
    info: (message, fields) => void telemetry.lines.push({ level: 'info', message, fields }),
    error: (message, fields, cause) => void telemetry.lines.push({ level: 'error', message, fields, cause }),
    flush: () => void telemetry.flushes++,
  };
  return telemetry;
};

/** An outbox that keeps what was sent; `fault` may throw first. */
export const fakeOutbox = <T>(fault: () => void = () => {}): Outbox<T> & { sent: T[] } => {
  const sent: T[] = [];
  return {
    sent,
    async send(messages) {
      fault();
      sent.push(...structuredClone(messages));
    },
  };
};

/** A bus that keeps what was published; `fault` may throw first. */
export const fakeBus = (fault: () => void = () => {}): EventBus & { published: CaptionEvent[] } => {
  const published: CaptionEvent[] = [];
  return {
    published,
    async publish(events) {
      fault();
      published.push(...structuredClone(events));
    },
  };
};
