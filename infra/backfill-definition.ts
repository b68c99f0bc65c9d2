// The backfill in Amazon States Language: a distributed map over keys, ten at a time, each batch put on the queue and sent again where SQS refused a part.
import type { Settings } from './settings.ts';

const BATCH = 10;
const MAX_CONCURRENCY = 40;
const MOST_ITEMS = 100_000_000;
const RESEND_AFTER_S = 5;
const MOST_RESENDS = 5;

/** Where keys come from and go to. */
export type BackfillTarget = { bucketName: string; queueUrl: string; partition: string; settings: Settings };

/** Keys that uploads would be captioned for, as the event rule lets them through; folders' own keys are left out. */
const WANTED = `(
  $b := $states.input.BatchInput;
  $starts := function($key, $parts) { $count($parts[$substring($key, 0, $length($)) = $]) > 0 };
  $ends := function($key, $parts) { $count($parts[$substring($key, -$length($)) = $]) > 0 };
  $key := function($item) { $b.inventory ? $decodeUrlComponent($replace($item.Key, '+', ' ')) : $item.Key };
  $wanted := function($key) {
    $substring($key, -1) != '/'
    and ($count($b.keyPrefixes) = 0 or $starts($key, $b.keyPrefixes))
    and ($count($b.keySuffixes) = 0 or $ends($key, $b.keySuffixes))
    and ($b.outputPrefix = '' or $not($starts($key, [$b.outputPrefix])))
  };
  $message := function($item) {{
    'source': 'caption-on-upload.backfill',
    'detail-type': 'Object Observed',
    'time': $now(),
    'detail': {
      'bucket': { 'name': $b.bucketName },
      'object': {
        'key': $key($item),
        'etag': $replace($exists($item.Etag) ? $item.Etag : $item.ETag, '"', ''),
        'size': $number($item.Size)
      },
      'lastModified': $exists($item.LastModified) ? $fromMillis($item.LastModified * 1000) : $item.LastModifiedDate
    }
  }};
  $chosen := $filter($states.input.Items, function($item) { $wanted($key($item)) });
  [$map($chosen, function($item, $at) {{ 'Id': $string($at), 'MessageBody': $string($message($item)) }})]
)`;

const expression = (jsonata: string): string => `{% ${jsonata.replaceAll(/\s+/g, ' ')} %}`;

const processor = ({ queueUrl, partition }: BackfillTarget) => ({
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
  StartAt: 'Choose keys',
  States: {
    'Choose keys': {
      Type: 'Pass',
      Assign: { entries: expression(WANTED), resends: 0 },
      Next: 'Any?',
    },
    'Any?': { Type: 'Choice', Choices: [{ Condition: expression('$count($entries) > 0'), Next: 'Send' }], Default: 'Sent' },
    Send: {
      Type: 'Task',
      Resource: `arn:${partition}:states:::aws-sdk:sqs:sendMessageBatch`,
      Arguments: { QueueUrl: queueUrl, Entries: '{% $entries %}' },
      Assign: {
        entries: expression('($ids := $states.result.Failed.Id; [$entries[Id in $ids]])'),
        resends: expression('$resends + 1'),
      },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5, JitterStrategy: 'FULL' }],
      Next: 'All sent?',
    },
    'All sent?': {
      Type: 'Choice',
      Choices: [
        { Condition: expression('$count($entries) = 0'), Next: 'Sent' },
        { Condition: expression(`$resends > ${MOST_RESENDS}`), Next: 'Not sent' },
      ],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: RESEND_AFTER_S, Next: 'Send' },
    Sent: { Type: 'Succeed', Output: {} },
    'Not sent': { Type: 'Fail', Error: 'NotSent', Cause: 'SQS refused messages of a batch again and again' },
  },
});

const map = (target: BackfillTarget, inventory: boolean) => ({
  Type: 'Map',
  Label: inventory ? 'Inventory' : 'Listing',
  MaxConcurrency: MAX_CONCURRENCY,
  ToleratedFailureCount: 0,
  ItemReader: {
    Resource: `arn:${target.partition}:states:::s3:${inventory ? 'getObject' : 'listObjectsV2'}`,
    ReaderConfig: {
      ...(inventory && { InputType: 'MANIFEST' }),
      MaxItems: expression(`$exists($states.input.limit) ? $states.input.limit : ${MOST_ITEMS}`),
    },
    Arguments: inventory
      ? { Bucket: '{% $states.input.inventory.bucket %}', Key: '{% $states.input.inventory.key %}' }
      : { Bucket: '{% $states.input.bucket %}', Prefix: expression("$exists($states.input.prefix) ? $states.input.prefix : ''") },
  },
  ItemBatcher: {
    MaxItemsPerBatch: BATCH,
    BatchInput: {
      bucketName: '{% $states.input.bucket %}',
      inventory,
      keyPrefixes: target.settings.keyPrefixes,
      keySuffixes: target.settings.keySuffixes,
      outputPrefix: target.settings.outputPrefix,
    },
  },
  ItemProcessor: processor(target),
  Output: {},
  End: true,
});

/** Input: `{bucket, prefix?, limit?, inventory?: {bucket, key}}`; `inventory.key` is of a manifest.json in CSV form, below the output prefix. */
export const backfillDefinition = (target: BackfillTarget) => ({
  Comment: 'Puts keys that are in the bucket already on the backfill queue',
  QueryLanguage: 'JSONata',
  StartAt: 'Right bucket?',
  States: {
    'Right bucket?': {
      Type: 'Choice',
      Choices: [
        { Condition: `{% $states.input.bucket != '${target.bucketName}' %}`, Next: 'Other bucket' },
        { Condition: '{% $exists($states.input.inventory) %}', Next: 'Read inventory' },
      ],
      Default: 'List bucket',
    },
    'Other bucket': { Type: 'Fail', Error: 'OtherBucket', Cause: 'The input names another bucket than the one of this stack' },
    'List bucket': map(target, false),
    'Read inventory': map(target, true),
  },
});
