// Tells consumers on an EventBridge bus.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { asciiJson } from '../../core/ascii-json.ts';
import type { EventBus } from '../../core/ports.ts';
import { EVENT_SOURCE, eventDetail } from '../../core/record/event-detail.ts';
import { requestSettings } from './aws-requests.ts';
import { sendInBatches } from './send-batches.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 5000, attempts: 4, sockets: 32 };
const WHAT = 'the event bus';

/** Entries that were not taken for these reasons may be taken another time. */
const TRANSIENT_CODES = new Set(['InternalException', 'InternalFailure', 'ThrottlingException', 'ServiceUnavailable']);

/** A client for buses; one for each process. */
export const eventBridgeClient = (region: string): EventBridgeClient => new EventBridgeClient({ region, ...requestSettings(BOUNDS) });

/** Publishes on the bus. @throws CodedError UNAVAILABLE or INTERNAL; some events may have been told then */
export const eventBridgeBus = ({ client, busName }: { client: EventBridgeClient; busName: string }): EventBus => ({
  publish: (events) => {
    const entries = events.map((event) => ({ type: event.type, body: asciiJson(eventDetail(event)) }));
    return sendInBatches(WHAT, entries, async (batch) => {
      const put = batch.map(({ type, body }) => ({ EventBusName: busName, Source: EVENT_SOURCE, DetailType: type, Detail: body }));
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: put }));
      return Entries.flatMap(({ ErrorCode }, index) =>
        ErrorCode === undefined ? [] : [{ index, code: ErrorCode, retryable: TRANSIENT_CODES.has(ErrorCode) }],
      );
    });
  },
});
