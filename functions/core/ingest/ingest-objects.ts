// The use case of ingesting: a batch of object events in, records and events out, and for each delivery what became of it.
import { changeRecord } from '../record/change-record.ts';
import { imageId } from '../record/image-id.ts';
import { isOwnFile } from '../record/key-filter.ts';
import { remove } from '../record/record-rules.ts';
import { gatheredCaptions, MAX_BATCH } from './ingest-captions.ts';
import { planBatch } from './ingest-order.ts';
import { type IngestContext, ingestPicture } from './ingest-picture.ts';
import type { Delivery, IngestEnd, IngestPorts, IngestSettings } from './ingest-ports.ts';

const removeObject = async ({ ports, settings }: IngestContext, { event }: Delivery): Promise<IngestEnd> => {
  const id = await imageId(event.bucket, event.key);
  const decide = (before: Parameters<typeof remove>[0]) => remove(before, event, id, ports.now(), settings.tombstoneDays);
  const { outcome } = await changeRecord(ports.store, id, decide);
  return outcome === 'ignored' ? 'stale' : outcome;
};

const ingestOne = async (context: IngestContext, delivery: Delivery, hasTime: () => boolean): Promise<IngestEnd> => {
  if (isOwnFile(delivery.event.key, context.settings.outputPrefix)) return 'ignored';
  if (!hasTime()) return 'no time';
  try {
    return await (delivery.event.kind === 'removed' ? removeObject(context, delivery) : ingestPicture(context, delivery));
  } catch (thrown) {
    context.ports.telemetry.error('delivery failed', { kind: delivery.event.kind, receives: delivery.receives }, thrown);
    return 'retry';
  }
};

/** Works on all deliveries, at most `most` at the same time, so that memory is bounded. */
const inTurn = async <T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
};

/**
 * What becomes of each delivery of a batch, in its place. Nothing new is started once `hasTime` says no.
 * Never throws for a delivery: what could not be done has an end of `AGAIN`.
 */
export const ingestObjects = async (
  ports: IngestPorts,
  settings: IngestSettings,
  deliveries: readonly Delivery[],
  hasTime: () => boolean,
): Promise<IngestEnd[]> => {
  const captions = gatheredCaptions(ports.captioner);
  const rounds = planBatch(deliveries.map((delivery, place) => ({ ...delivery, place })));
  const ends = new Array<IngestEnd>(deliveries.length).fill('superseded');
  for (const round of rounds) {
    await inTurn(round, ports.captioner.lanes * MAX_BATCH, async (delivery) => {
      const captioning = captions.place();
      const context: IngestContext = { ports, settings, captioning };
      ends[delivery.place] = await ingestOne(context, delivery, hasTime).finally(captioning.leave);
    });
  }
  if (captions.inferences > 0) ports.telemetry.count('Inferences', captions.inferences);
  return ends;
};
