// The part of a template that holds things: buckets, queues, tables, buses, and the rules that send events of buckets to queues.
import { z } from 'zod';
import { TABLE } from '../../functions/core/record/table.ts';
import { eventPattern, type Matches } from './event-pattern.ts';
import type { Resolve } from './intrinsics.ts';
import { allows, type PolicyDocument, policyDocument } from './policy.ts';
import { namesOf, valuesOf } from './resource-values.ts';
import type { BucketSpec, QueueSpec, TableServerOptions } from './servers/server-types.ts';
import { propertiesOf, type Resource, resourcesOf, type Template, TemplateError } from './template.ts';

/** A rule that sends events of the default bus to queues. */
export type EventRule = { name: string; matches: Matches; queues: string[] };

/** What the embedded servers hold. */
export type Storage = {
  buckets: (BucketSpec & { sendsEvents: boolean })[];
  queues: QueueSpec[];
  tables: TableServerOptions['tables'];
  rules: EventRule[];
};

const texts = z.array(z.string());
const asText = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const corsRule = z.object({
  AllowedOrigins: texts,
  AllowedMethods: texts,
  AllowedHeaders: texts.optional(),
  ExposedHeaders: texts.optional(),
  MaxAge: z.number().optional(),
});

const bucket = z.object({
  VersioningConfiguration: z.object({ Status: z.string() }).optional(),
  CorsConfiguration: z.object({ CorsRules: z.array(corsRule) }).optional(),
  NotificationConfiguration: z.object({ EventBridgeConfiguration: z.object({}).loose().optional() }).optional(),
});

const notifications = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.object({ EventBridgeConfiguration: z.object({}).loose().optional() }),
});

/** Attributes of queues that work here; the others are about encryption and access, or are refused. */
const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'DelaySeconds',
  'MaximumMessageSize',
];
const QUEUE_IGNORED = ['SqsManagedSseEnabled', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'QueueName', 'Tags', 'RedriveAllowPolicy'];
const redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int() });

const table = z.object({
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']), NonKeyAttributes: texts.optional() }),
      }),
    )
    .default([]),
  TimeToLiveSpecification: z.object({ AttributeName: z.string() }).optional(),
});

const target = z.strictObject({
  Arn: z.string(),
  Id: z.string(),
  DeadLetterConfig: z.unknown().optional(),
  RetryPolicy: z.unknown().optional(),
});
const rule = z.object({
  EventPattern: z.unknown(),
  EventBusName: z.literal('default').optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target).min(1),
});
const queuePolicy = z.object({ PolicyDocument: policyDocument, Queues: z.array(z.unknown()).min(1) });

const without = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** Reads the storage of a template. @throws TemplateError when AWS would not do what the template wants, or the local run cannot */
export const readStorage = (template: Template, resolve: Resolve): Storage => {
  const names = namesOf(template);
  const value = valuesOf(template);
  const { ofType, read } = resourcesOf(template, resolve);
  const nameOf = (id: string): string => names.get(id) ?? id;

  const notified = ofType('Custom::S3BucketNotifications').map((one) => read(one, notifications));
  const buckets = ofType('AWS::S3::Bucket').map((one) => {
    const found = read(one, bucket);
    const name = nameOf(one[0]);
    const custom = notified.some(
      (each) => each.BucketName === name && each.NotificationConfiguration.EventBridgeConfiguration !== undefined,
    );
    return {
      name,
      versioned: found.VersioningConfiguration?.Status === 'Enabled',
      sendsEvents: custom || found.NotificationConfiguration?.EventBridgeConfiguration !== undefined,
      cors: (found.CorsConfiguration?.CorsRules ?? []).map((cors) =>
        without({
          allowedOrigins: cors.AllowedOrigins,
          allowedMethods: cors.AllowedMethods,
          allowedHeaders: cors.AllowedHeaders,
          exposedHeaders: cors.ExposedHeaders,
          maxAgeS: cors.MaxAge,
        }),
      ),
    };
  });

  const queueNames = new Map(ofType('AWS::SQS::Queue').map(([id]) => [value(id, 'Arn'), nameOf(id)]));
  const queueSpec = (one: [string, Resource]): QueueSpec => {
    const { RedrivePolicy, ...attributes } = read(one, z.record(z.string(), z.unknown()));
    const unknown = Object.keys(attributes).filter((name) => !QUEUE_ATTRIBUTES.includes(name) && !QUEUE_IGNORED.includes(name));
    if (unknown.length > 0) throw new TemplateError(`the local run does not know ${unknown.join(', ')} of the queue ${one[0]}`);
    const kept = QUEUE_ATTRIBUTES.filter((name) => name in attributes).map((name) => [name, asText.parse(attributes[name])]);
    if (RedrivePolicy === undefined) return { name: nameOf(one[0]), attributes: Object.fromEntries(kept) };
    const policy = propertiesOf(one[0], 'its RedrivePolicy', redrive, RedrivePolicy);
    if (!queueNames.has(policy.deadLetterTargetArn)) throw new TemplateError(`the dead-letter queue of ${one[0]} is not in the template`);
    return { name: nameOf(one[0]), attributes: { ...Object.fromEntries(kept), RedrivePolicy: JSON.stringify(policy) } };
  };

  const tables = ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((one) => {
    const { TimeToLiveSpecification, GlobalSecondaryIndexes, ...rest } = read(one, table);
    if (TimeToLiveSpecification?.AttributeName !== TABLE.timeToLive) {
      throw new TemplateError(`${one[0]}: expected the time to live ${TABLE.timeToLive}, without which tombstones stay for ever`);
    }
    const indexes = GlobalSecondaryIndexes.map((index) => ({ ...index, Projection: without(index.Projection) }));
    return {
      TableName: nameOf(one[0]),
      BillingMode: 'PAY_PER_REQUEST' as const,
      ...rest,
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
    };
  });

  const policies = policiesOfQueues(template, resolve, value);
  const eventRule = (one: [string, Resource]): EventRule => {
    const found = read(one, rule);
    const queues = found.Targets.map(({ Arn }) => {
      const name = queueNames.get(Arn);
      if (name === undefined) throw new TemplateError(`the rule ${one[0]} has a target that is not a queue of the template: ${Arn}`);
      const wish = { service: 'events.amazonaws.com', action: 'sqs:SendMessage', resource: Arn };
      const context = { 'aws:SourceArn': value(one[0], 'Arn'), 'aws:SecureTransport': 'true' };
      if (!allows(policies.get(Arn) ?? [], { ...wish, context })) {
        throw new TemplateError(`no queue policy lets EventBridge send to ${name}: the events of ${one[0]} would be lost`);
      }
      return name;
    });
    return { name: nameOf(one[0]), matches: found.State === 'ENABLED' ? eventPattern(found.EventPattern) : () => false, queues };
  };

  return { buckets, queues: ofType('AWS::SQS::Queue').map(queueSpec), tables, rules: ofType('AWS::Events::Rule').map(eventRule) };
};

/** Policies by the queue's ARN. `Queues` names queues by their URLs, which are not known yet: the logical id is read from the Ref. */
const policiesOfQueues = (template: Template, resolve: Resolve, value: ReturnType<typeof valuesOf>): Map<string, PolicyDocument[]> => {
  const policies = new Map<string, PolicyDocument[]>();
  const refs = z.array(z.object({ Ref: z.string() }));
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::SQS::QueuePolicy') continue;
    const { PolicyDocument: document } = propertiesOf(id, Type, queuePolicy, {
      ...Properties,
      PolicyDocument: resolve(Properties.PolicyDocument),
    });
    for (const { Ref } of propertiesOf(id, 'its Queues', refs, Properties.Queues)) {
      const arn = value(Ref, 'Arn');
      policies.set(arn, [...(policies.get(arn) ?? []), document]);
    }
  }
  return policies;
};
