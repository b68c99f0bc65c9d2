// Changes of objects as EventBridge events of S3, and the template's rules that send them to queues.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { asciiJson } from '../../functions/core/ascii-json.ts';
import type { ObjectChange } from './servers/server-types.ts';
import type { EventRule } from './storage.ts';
import { HERE } from './template.ts';

/** SQS takes no more at once. */
const MAX_BATCH = 10;
/** SQS delays no longer, in seconds. */
const MAX_DELAY_S = 900;

/** An event of S3 as EventBridge has it. */
export type S3Event = { source: 'aws.s3'; 'detail-type': string; time: string; detail: Record<string, unknown> };

/** Seconds are what S3 tells. */
const inSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** The event of a change. */
export const s3Event = (change: ObjectChange): S3Event => {
  const { bucket, key, kind, versionId, etag, size, sequencer, time, deletionType } = change;
  const version = versionId === undefined ? {} : { 'version-id': versionId };
  const facts = kind === 'created' ? { size, etag } : {};
  const event = {
    version: '0',
    id: randomUUID(),
    'detail-type': kind === 'created' ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3' as const,
    account: HERE.account,
    time: inSeconds(time),
    region: HERE.region,
    resources: [`arn:${HERE.partition}:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...facts, ...version, sequencer },
      'request-id': randomUUID(),
      requester: HERE.account,
      'source-ip-address': '127.0.0.1',
      reason: kind === 'created' ? 'PutObject' : 'DeleteObject',
      ...(kind === 'removed' && { 'deletion-type': deletionType ?? 'Permanently Deleted' }),
    },
  };
  return event;
};

/** A message for the queues that rules send `matchedBy` to; `delayS` seconds from now. */
export type Notice = { matchedBy: S3Event; body: unknown; delayS?: number };

/** Sends notices to the queues of the rules that match. @throws Error when a queue does not take one */
export type SendNotices = (notices: readonly Notice[]) => Promise<void>;

/** Applies the rules of a template. */
export const noticeSender = (sqs: SQSClient, rules: readonly EventRule[], queueUrl: (name: string) => string): SendNotices => {
  const sendTo = async (queue: string, notices: readonly Notice[]): Promise<void> => {
    for (let at = 0; at < notices.length; at += MAX_BATCH) {
      const Entries = notices.slice(at, at + MAX_BATCH).map(({ body, delayS = 0 }, index) => ({
        Id: String(index),
        MessageBody: asciiJson(body),
        DelaySeconds: Math.min(MAX_DELAY_S, Math.ceil(delayS)),
      }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl(queue), Entries }));
      if (Failed[0] !== undefined) throw new Error(`the queue ${queue} does not take a message: ${Failed[0].Message ?? Failed[0].Code}`);
    }
  };
  return async (notices) => {
    for (const { matches, queues } of rules) {
      const matched = notices.filter(({ matchedBy }) => matches(matchedBy));
      for (const queue of matched.length > 0 ? queues : []) await sendTo(queue, matched);
    }
  };
};
