// cdk-nag's AwsSolutions rules as part of every synthesis, and the findings that are accepted, each with its reason.
import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { textReaderOf } from './analysis.ts';
import { arnBelow, objectArns } from './bucket-access.ts';
import type { Settings } from './settings.ts';
import { speechArns } from './speech-access.ts';
import type { CaptionStack } from './stack.ts';

/** Where a rule is not followed, and why. `ids` are cdk-nag's names of the findings. */
export type Place = { ids: readonly string[]; at: readonly (IConstruct | undefined)[]; reason: string };

/** A rule that is not followed everywhere. */
export type Accepted = { rule: string; places: readonly Place[] };

/** An ARN as cdk-nag writes it: `<LogicalId.Arn>`, `<AWS::Partition>` and, for IAM's own variables, `<*>`. */
const written = (stack: Stack, value: string): string => {
  const resolved: unknown = stack.resolve(value);
  const parts = typeof resolved === 'string' ? [resolved] : joined(resolved);
  return parts.join('').replace(/\$\{([*?$])\}/g, '<$1>');
};

const joined = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  const [[name, argument]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (name === 'Ref') return [`<${String(argument)}>`];
  if (name === 'Fn::GetAtt') return [`<${(argument as string[]).join('.')}>`];
  return (argument as [string, unknown[]])[1].flatMap(joined);
};

const wildcard = (stack: Stack, resource: string): string => `AwsSolutions-IAM5[Resource::${written(stack, resource)}]`;

const wildcards = (stack: CaptionStack, settings: Settings): Place[] => {
  const { uploads, captioning, lookup, backfill, gpu } = stack;
  const outputs = settings.outputPrefix === '' ? [] : [arnBelow(uploads.bucket, settings.outputPrefix)];
  const objects = [...outputs, ...speechArns(uploads.bucket, settings)];
  const readers = textReaderOf(settings) === 'rekognition' ? [captioning.ingest.role, gpu?.task.taskRole] : [];
  const ids = (resources: readonly string[]): string[] => resources.map((resource) => wildcard(stack, resource));
  return [
    {
      ids: ids([...objectArns(uploads.bucket, settings), ...objects, ...(gpu?.packageArns ?? [])]),
      at: [captioning.ingest.role, lookup.lookup.role, backfill.role, gpu?.task.taskRole],
      reason:
        'Keys are chosen by uploaders: rights on objects can only be given by prefix, and are, to the prefixes in the settings; the files of a model package are named by its manifest alone',
    },
    {
      ids: ['AwsSolutions-IAM5[Resource::*]', ...ids([...backfill.executionArns, ...(gpu?.instanceArns ?? [])])],
      at: [backfill.role, lookup.lookup.role, gpu?.instanceRole, gpu?.task.executionRole, ...readers],
      reason:
        'Delivery of logs and traces, discovery of the ECS endpoint, the registry token, speech, translation and reading text take no resource; runs of the one state machine and instances of the one cluster have ids that nobody knows before',
    },
  ];
};

/** What is accepted in a stack: an entry for each rule. */
export const accepted = (stack: CaptionStack, settings: Settings): Accepted[] => {
  const { uploads, lookup, gpu } = stack;
  const once = (rule: string, at: Place['at'], reason: string, id = rule): Accepted => ({ rule, places: [{ ids: [id], at, reason }] });
  return [
    { rule: 'AwsSolutions-IAM5', places: wildcards(stack, settings) },
    once(
      'AwsSolutions-S1',
      [settings.bucketName === '' ? uploads.bucket : undefined],
      "Access logs would hold keys and visitors' addresses, which may be personal data; CloudTrail data events are the account owner's choice",
    ),
    once(
      'AwsSolutions-SMG4',
      [lookup],
      'The secret signs cursors only; a rotation would make every cursor of every consumer invalid and protect nothing',
    ),
    once(
      'AwsSolutions-IAM4',
      [gpu?.infrastructureRole],
      'AWS runs these instances and asks for its own policy, which it changes with what it runs',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances]',
    ),
    once('AwsSolutions-ECS2', [gpu?.task], 'The variables are names, sizes and addresses of this stack; none is a secret'),
    once(
      'AwsSolutions-APIG4',
      lookup.pageRoutes,
      'Browsers send no token with a link, so no authorizer can read one: the function verifies the session of every page that shows or changes data, by the same issuer, audience and scopes; the rest are static files and the way to sign in',
    ),
  ];
};

/** Findings of cdk-nag that are not accepted make synthesis fail from here on. */
export const guard = (app: App, stack: CaptionStack, settings: Settings): void => {
  for (const { ids, at, reason } of accepted(stack, settings).flatMap(({ places }) => places)) {
    for (const construct of at) {
      if (construct !== undefined) Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
    }
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};
