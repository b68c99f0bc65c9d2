// Queues of a template, who takes from them, and the way of the bucket's events: nothing that fails may be lost.
import { MAX_RECEIVES, VISIBILITY_FACTOR } from '../queues.ts';
import { at, type Found, list, ofType, outputOf, policyOn, property, refersTo, refusesPlainHttp, type Template, unless } from './look.ts';

const RETENTION_S = 14 * 24 * 60 * 60;
const MAX_BATCH = 10;
const ALL_EVENTS = ['Object Created', 'Object Deleted'];

const deadLetterOf = (queue: Found): string | undefined => refersTo(property(queue, 'RedrivePolicy', 'deadLetterTargetArn'));

const queue = (template: Template, found: Found, dead: ReadonlySet<string | undefined>): string[] => [
  ...unless(found.resource.Properties?.SqsManagedSseEnabled === true, `queue ${found.id} is not encrypted`),
  ...unless(property(found, 'MessageRetentionPeriod') === RETENTION_S, `queue ${found.id} does not keep messages for 14 days`),
  ...unless(refusesPlainHttp(policyOn(template, 'AWS::SQS::QueuePolicy', found.id)), `queue ${found.id} takes plain HTTP`),
  ...(dead.has(found.id)
    ? []
    : [
        ...unless(template.Resources[deadLetterOf(found) ?? '']?.Type === 'AWS::SQS::Queue', `queue ${found.id} has no dead-letter queue`),
        ...unless(
          property(found, 'RedrivePolicy', 'maxReceiveCount') === MAX_RECEIVES,
          `queue ${found.id} does not give up after ${MAX_RECEIVES} deliveries`,
        ),
      ]),
];

const mapping = (template: Template, output: string): string[] => {
  const id = outputOf(template, output);
  const source = template.Resources[id ?? ''];
  const found = ofType(template, 'AWS::Lambda::EventSourceMapping').find((one) => refersTo(property(one, 'EventSourceArn')) === id);
  if (source === undefined || found === undefined) return [`nothing takes messages from the queue of ${output}`];
  const taker = template.Resources[refersTo(property(found, 'FunctionName')) ?? ''];
  const needed = Number(taker?.Properties?.Timeout) * VISIBILITY_FACTOR;
  return [
    ...unless(
      list(property(found, 'FunctionResponseTypes')).includes('ReportBatchItemFailures'),
      `one bad message of ${output} brings its whole batch back`,
    ),
    ...unless(Number(property(found, 'BatchSize')) <= MAX_BATCH, `batches of ${output} are larger than ${MAX_BATCH}`),
    ...unless(Number(property(found, 'ScalingConfig', 'MaximumConcurrency')) >= 2, `the functions of ${output} have no upper bound`),
    ...unless(property(found, 'Enabled') !== false, `the mapping of ${output} is off`),
    ...unless(Number(source.Properties?.VisibilityTimeout) >= needed, `messages of ${output} come again while they are worked on`),
  ];
};

const delivers = (template: Template, id: string | undefined, rule: string): boolean =>
  policyOn(template, 'AWS::SQS::QueuePolicy', id ?? '').some(
    ({ effect, actions, principal, condition }) =>
      effect === 'Allow' &&
      actions.includes('sqs:SendMessage') &&
      at(principal, 'Service') === 'events.amazonaws.com' &&
      refersTo(at(condition, 'ArnEquals', 'aws:SourceArn')) === rule,
  );

const rule = (template: Template, found: Found): string[] => {
  const uploads = outputOf(template, 'UploadsQueueUrl');
  const target = list(property(found, 'Targets')).find((one) => refersTo(at(one, 'Arn')) === uploads);
  const undelivered = refersTo(at(target, 'DeadLetterConfig', 'Arn'));
  const types = list(property(found, 'EventPattern', 'detail-type'));
  const bucket = at(template.Outputs?.BucketName?.Value);
  return [
    ...unless(
      ALL_EVENTS.every((type) => types.includes(type)),
      'the event rule lets some changes of objects pass by',
    ),
    ...unless(
      JSON.stringify(property(found, 'EventPattern', 'detail', 'bucket', 'name')) === JSON.stringify([bucket]),
      'the event rule is not about the bucket',
    ),
    ...unless(property(found, 'State') !== 'DISABLED', 'the event rule is off'),
    ...unless(target !== undefined, 'the event rule does not reach the uploads queue'),
    ...unless(undelivered !== undefined, 'an event that cannot be delivered is lost'),
    ...unless(delivers(template, uploads, found.id), 'EventBridge may not send to the uploads queue'),
    ...unless(delivers(template, undelivered, found.id), 'EventBridge may not send to the queue of undelivered events'),
  ];
};

/** What is wrong with queues, mappings and the event rule. */
export const checkQueues = (template: Template): string[] => {
  const queues = ofType(template, 'AWS::SQS::Queue');
  const dead = new Set(['UploadsDlqUrl', 'BackfillDlqUrl', 'InferenceDlqUrl'].map((name) => outputOf(template, name)));
  const rules = ofType(template, 'AWS::Events::Rule');
  return [
    ...queues.flatMap((found) => queue(template, found, dead)),
    ...['UploadsQueueUrl', 'BackfillQueueUrl'].flatMap((output) => mapping(template, output)),
    ...unless(rules.length === 1, 'there is not exactly one event rule'),
    ...rules.flatMap((found) => rule(template, found)),
  ];
};
