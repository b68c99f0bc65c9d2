// cdk-nag's AwsSolutions rules as part of every synthesis, and the findings that are accepted, each with its reason.
import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { arnBelow, objectArns } from './bucket-access.ts';
import type { Settings } from './settings.ts';
import type { CaptionStack } from './stack.ts';

/** A rule that is not followed at some constructs. `ids` are cdk-nag's names of the findings. */
export type Accepted = { ids: readonly string[]; at: readonly (IConstruct | undefined)[]; reason: string };

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

/** What is accepted in a stack. */
export const accepted = (stack: CaptionStack, settings: Settings): Accepted[] => {
  const { bucket } = stack.uploads;
  const objects = settings.outputPrefix === '' ? [] : [arnBelow(bucket, settings.outputPrefix)];
  const wildcard = (resource: string): string => `AwsSolutions-IAM5[Resource::${written(stack, resource)}]`;
  const gpu = stack.gpu;
  const always: Accepted[] = [
    {
      ids: [...objectArns(bucket, settings), ...objects, ...(gpu?.packageArns ?? [])].map(wildcard),
      at: [stack.captioning.ingest.role, stack.lookup.lookup.role, stack.backfill.role, gpu?.task.taskRole],
      reason:
        'Keys are chosen by uploaders: rights on objects can only be given by prefix, and are, to the prefixes in the settings; the files of a model package are named by its manifest alone',
    },
    {
      ids: ['AwsSolutions-IAM5[Resource::*]', ...[...stack.backfill.executionArns, ...(gpu?.instanceArns ?? [])].map(wildcard)],
      at: [stack.backfill.role, gpu?.instanceRole, gpu?.task.executionRole],
      reason:
        'Delivery of logs and traces, discovery of the ECS endpoint and the registry token take no resource; runs of the one state machine and instances of the one cluster have ids that nobody knows before',
    },
    {
      ids: ['AwsSolutions-S1'],
      at: [settings.bucketName === '' ? bucket : undefined],
      reason:
        "Access logs would hold keys and visitors' addresses, which may be personal data; CloudTrail data events are the account owner's choice",
    },
    {
      ids: ['AwsSolutions-SMG4'],
      at: [stack.lookup],
      reason: 'The secret signs cursors only; a rotation would make every cursor of every consumer invalid and protect nothing',
    },
  ];
  if (gpu === undefined) return always;
  return [
    ...always,
    {
      ids: ['AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances]'],
      at: [gpu.infrastructureRole],
      reason: 'AWS runs these instances and asks for its own policy, which it changes with what it runs',
    },
    {
      ids: ['AwsSolutions-ECS2'],
      at: [gpu.task],
      reason: 'The variables are names, sizes and addresses of this stack; none is a secret',
    },
  ];
};

/** Findings of cdk-nag that are not accepted make synthesis fail from here on. */
export const guard = (app: App, stack: CaptionStack, settings: Settings): void => {
  for (const { ids, at, reason } of accepted(stack, settings)) {
    for (const construct of at) {
      if (construct !== undefined) Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
    }
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};
