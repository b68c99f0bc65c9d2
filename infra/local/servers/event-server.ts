// EventBridge's PutEvents for one machine, on the loopback interface only: hands every event to a callback.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { closeServer, isLoopbackHost, once, serve } from './loopback.ts';
import type { EventServer, EventServerOptions, PutEvent } from './server-types.ts';

const TARGET = 'AWSEvents.PutEvents';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
const MAX_ENTRIES = 10;
/** bytes of one request, as EventBridge has it */
const MAX_BYTES = 1024 * 1024;

const isJson = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
};

const entry = z
  .object({
    Source: z.string().min(1),
    DetailType: z.string().min(1),
    Detail: z.string().refine(isJson),
    EventBusName: z.string().default('default'),
    Resources: z.array(z.string()).default([]),
    Time: z.number().optional(),
  })
  .transform(
    ({ Source, DetailType, Detail, EventBusName, Resources, Time }): PutEvent => ({
      source: Source,
      detailType: DetailType,
      detail: Detail,
      // a bus may be named by its ARN
      busName: EventBusName.replace(/^arn:.*event-bus\//, ''),
      resources: Resources,
      time: Time === undefined ? Date.now() : Time * 1000,
    }),
  );

const input = z.object({ Entries: z.array(z.unknown()).min(1).max(MAX_ENTRIES) });

type Result = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const putEvents = async (
  body: string,
  onEvents: EventServerOptions['onEvents'],
): Promise<{ FailedEntryCount: number; Entries: Result[] }> => {
  const events: PutEvent[] = [];
  const results = input.parse(JSON.parse(body)).Entries.map((raw): Result => {
    const parsed = entry.safeParse(raw);
    if (!parsed.success) return { ErrorCode: 'InvalidArgument', ErrorMessage: 'An entry needs Source, DetailType and JSON in Detail.' };
    events.push(parsed.data);
    return { EventId: randomUUID() };
  });
  if (events.length > 0) await onEvents(events);
  return { FailedEntryCount: results.length - events.length, Entries: results };
};

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(JSON.stringify(body));
};

const handle = async (request: IncomingMessage, response: ServerResponse, onEvents: EventServerOptions['onEvents']): Promise<void> => {
  const { headers } = request;
  if (!isLoopbackHost(headers.host) || headers.origin !== undefined || headers['x-amz-target'] !== TARGET) {
    answer(response, 400, { __type: 'UnknownOperationException', message: 'Only PutEvents is served here.' });
    return;
  }
  let body: string;
  try {
    body = await bodyOf(request);
    input.parse(JSON.parse(body));
  } catch {
    answer(response, 400, { __type: 'ValidationException', message: `Between 1 and ${MAX_ENTRIES} entries are needed.` });
    return;
  }
  try {
    answer(response, 200, await putEvents(body, onEvents));
  } catch {
    answer(response, 500, { __type: 'InternalException', message: 'The events were not taken.' });
  }
};

/** Starts the server. */
export const startEventServer = async ({ port, onEvents }: EventServerOptions): Promise<EventServer> => {
  const { server, ...listening } = await serve(port, {}, (request, response) => void handle(request, response, onEvents));
  return { ...listening, close: once(() => closeServer(server)) };
};
