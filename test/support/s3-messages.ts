// Object events as the messages that S3, EventBridge, the backfill and SQS make of them.
import type { SQSEvent } from 'aws-lambda';
import type { ObjectEvent } from '../../functions/core/record/object-event.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** The body of a message about `event` by way of EventBridge, or of the backfill for an observed one. */
export const bridgeBody = (event: ObjectEvent): string => {
  const { kind, bucket, key, etag, size, sequencer, versionId, versionOnly, at } = event;
  if (kind === 'observed') {
    const detail = { bucket: { name: bucket }, object: { key, etag, size }, lastModified: iso(at) };
    return JSON.stringify({ source: 'caption-on-upload.backfill', 'detail-type': 'Object Observed', time: iso(at), detail });
  }
  const object = { key, size, etag, sequencer, 'version-id': versionId };
  const deletion = { 'deletion-type': versionOnly === true ? 'Permanently Deleted' : 'Delete Marker Created' };
  const detail = { version: '0', bucket: { name: bucket }, object, 'request-id': 'R', ...(kind === 'removed' && deletion) };
  const type = kind === 'created' ? 'Object Created' : 'Object Deleted';
  return JSON.stringify({
    version: '0',
    id: 'i',
    'detail-type': type,
    source: 'aws.s3',
    account: '1',
    time: iso(at),
    resources: [],
    detail,
  });
};

/** A key as S3 writes it into its own notifications. */
export const notificationKey = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+');

const nameOf = ({ kind, versionOnly, versionId }: ObjectEvent): string => {
  if (kind !== 'removed') return 'ObjectCreated:Put';
  return versionOnly === true || versionId === undefined ? 'ObjectRemoved:Delete' : 'ObjectRemoved:DeleteMarkerCreated';
};

/** The body of S3's own notification about `events`. */
export const directBody = (events: readonly ObjectEvent[]): string =>
  JSON.stringify({
    Records: events.map((event) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventTime: iso(event.at),
      eventName: nameOf(event),
      s3: {
        bucket: { name: event.bucket, arn: `arn:aws:s3:::${event.bucket}` },
        object: {
          key: notificationKey(event.key),
          size: event.size,
          eTag: event.etag,
          versionId: event.versionId,
          sequencer: event.sequencer,
        },
      },
    })),
  });

/** A message of a batch. */
export type SentMessage = { id: string; body: string; receives: number };

/** What Lambda is called with for these messages. */
export const sqsEvent = (messages: readonly SentMessage[]): SQSEvent => ({
  Records: messages.map(({ id, body, receives }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'A',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:1:uploads',
    awsRegion: 'eu-west-1',
  })),
});
