// Templates with one thing broken each, as a forgotten line or a wrong merge would; checkTemplate has to notice every one.
import { at, type Found, type Json, list, ofType, outputOf, property, type Resource, type Template } from '../../infra/checks/look.ts';
import { change, drop, forbid, of, remove, told } from './change-template.ts';

type Break = (template: Template) => void;

/** Names of what was broken, and how. `gpu`: it needs a template with a GPU service; `cpu`: one on CPU; `bucket`: one whose model is in a bucket. */
export type BrokenTemplate = { name: string; gpu?: boolean; cpu?: boolean; jwt?: boolean; bucket?: boolean; break: Break };

const lambda = (template: Template, begins: string): Resource => of(template, 'AWS::Lambda::Function', begins).resource;
const mapping = (template: Template): Resource => of(template, 'AWS::Lambda::EventSourceMapping').resource;
const route = (template: Template, key = 'GET /v1/images'): Found => {
  const found = ofType(template, 'AWS::ApiGatewayV2::Route').find((each) => property(each, 'RouteKey') === key);
  if (found === undefined) throw new Error(`nothing to break: ${key}`);
  return found;
};
const VARIABLES = ['Environment', 'Variables'] as const;

/** Tells a function where the keys of tokens are. */
const toldKeys = (resource: Resource): void => {
  const variables = at(resource.Properties, ...VARIABLES);
  change(resource, { ...(variables as { [name: string]: Json }), JWKS_URL: 'https://else.example/keys' }, ...VARIABLES);
};

const rule = (template: Template): Resource => of(template, 'AWS::Events::Rule').resource;
const bucket = (template: Template): Resource => of(template, 'AWS::S3::Bucket').resource;
const container = (template: Template): Resource => of(template, 'AWS::ECS::TaskDefinition').resource;

const capacity = (template: Template): Resource => of(template, 'AWS::ECS::CapacityProvider').resource;

const REQUIREMENTS = ['ManagedInstancesProvider', 'InstanceLaunchTemplate', 'InstanceRequirements'] as const;
const WORKER = ['ContainerDefinitions', 0, 'Environment'] as const;
const LINUX = ['ContainerDefinitions', 0, 'LinuxParameters'] as const;

const GPU = { ResourceRequirements: [{ Type: 'GPU', Value: '1' }] };

/** Gives a variable of the worker another value. */
const tell = (template: Template, name: string, value: string): void => {
  const place = list(at(container(template).Properties, ...WORKER)).findIndex((variable) => at(variable, 'Name') === name);
  change(container(template), value, ...WORKER, place, 'Value');
};

type Right = { policy: Resource; path: (string | number)[] };

/** The worker's right to read a package in a bucket. */
const packageRight = (template: Template, make: (right: Right) => void): void => {
  const policy = of(template, 'AWS::IAM::Policy', 'GpuTask').resource;
  const statements = list(at(policy.Properties, 'PolicyDocument', 'Statement'));
  const place = statements.findIndex((one) => JSON.stringify(at(one, 'Resource')).includes(':s3:::'));
  make({ policy, path: ['PolicyDocument', 'Statement', place, 'Resource'] });
};

const unguarded = (template: Template, type: 'AWS::SQS::QueuePolicy' | 'AWS::S3::BucketPolicy', begins: string): void => {
  const { resource } = of(template, type, begins);
  const statements = list(at(resource.Properties, 'PolicyDocument', 'Statement'));
  change(
    resource,
    statements.filter((statement) => at(statement, 'Effect') !== 'Deny'),
    'PolicyDocument',
    'Statement',
  );
};

const spread = (name: string, parts: readonly string[], one: (part: string) => Break): BrokenTemplate[] =>
  parts.map((part) => ({ name: `${name}: ${part}`, break: one(part) }));

/** All of them. */
export const BROKEN: readonly BrokenTemplate[] = [
  { name: 'a route is gone', break: (t) => remove(t, route(t)) },
  { name: 'a route that nobody answers', break: (t) => change(route(t).resource, 'GET /v1/nothing', 'RouteKey') },
  { name: 'a route without authorization', break: (t) => change(route(t).resource, 'NONE', 'AuthorizationType') },
  {
    name: 'a route without authorization beside the page',
    jwt: true,
    break: (t) => change(route(t).resource, 'NONE', 'AuthorizationType'),
  },
  {
    name: 'a route of nobody, without authorization',
    jwt: true,
    break: (t) => change(route(t, 'GET /').resource, 'GET /v1/all', 'RouteKey'),
  },
  { name: 'a route of the page is gone', jwt: true, break: (t) => remove(t, route(t, 'POST /session')) },
  {
    name: 'a route of the page asks for a header that browsers do not send',
    jwt: true,
    break: (t) => change(route(t, 'GET /').resource, 'JWT', 'AuthorizationType'),
  },
  {
    name: 'sessions of another issuer',
    jwt: true,
    break: (t) => change(lambda(t, 'Lookup'), 'https://else.example', ...VARIABLES, 'JWT_ISSUER'),
  },
  { name: 'sessions for another audience', jwt: true, break: (t) => change(lambda(t, 'Lookup'), 'else', ...VARIABLES, 'JWT_AUDIENCE') },
  { name: 'a bucket that takes no pictures from the page', jwt: true, break: (t) => drop(bucket(t), 'CorsConfiguration') },
  { name: 'no sessions', jwt: true, break: (t) => drop(lambda(t, 'Lookup'), ...VARIABLES, 'JWT_ISSUER') },
  { name: 'keys of anyone for sessions', jwt: true, break: (t) => toldKeys(lambda(t, 'Lookup')) },
  { name: 'the authorizer is gone', jwt: true, break: (t) => remove(t, of(t, 'AWS::ApiGatewayV2::Authorizer')) },
  { name: 'a route for tokens of any scope', jwt: true, break: (t) => drop(route(t).resource, 'AuthorizationScopes') },
  {
    name: 'tokens for any audience',
    jwt: true,
    break: (t) => change(of(t, 'AWS::ApiGatewayV2::Authorizer').resource, [], 'JwtConfiguration', 'Audience'),
  },
  { name: 'API Gateway may not call the function', break: (t) => remove(t, of(t, 'AWS::Lambda::Permission')) },
  {
    name: 'the API is not throttled',
    break: (t) => drop(of(t, 'AWS::ApiGatewayV2::Stage').resource, 'DefaultRouteSettings', 'ThrottlingRateLimit'),
  },
  {
    name: 'the access log holds paths',
    break: (t) => change(of(t, 'AWS::ApiGatewayV2::Stage').resource, '{"path":"$context.path"}', 'AccessLogSettings', 'Format'),
  },
  {
    name: 'ingest captions what the service writes itself',
    break: (t) => change(lambda(t, 'Captioning'), 'else/', ...VARIABLES, 'OUTPUT_PREFIX'),
  },
  { name: 'a mapping is gone', break: (t) => remove(t, of(t, 'AWS::Lambda::EventSourceMapping')) },
  { name: 'a mapping without partial answers', break: (t) => drop(mapping(t), 'FunctionResponseTypes') },
  { name: 'a mapping without an upper bound', break: (t) => drop(mapping(t), 'ScalingConfig') },
  {
    name: 'a mapping of another queue',
    break: (t) => change(mapping(t), { 'Fn::GetAtt': [outputOf(t, 'UploadsDlqUrl') ?? '', 'Arn'] }, 'EventSourceArn'),
  },
  { name: 'messages come again too early', break: (t) => change(told(t, 'UploadsQueueUrl'), 120, 'VisibilityTimeout') },
  { name: 'no dead-letter queue', break: (t) => drop(told(t, 'UploadsQueueUrl'), 'RedrivePolicy') },
  { name: 'no dead-letter queue of the backfill', break: (t) => drop(told(t, 'BackfillQueueUrl'), 'RedrivePolicy') },
  {
    name: 'other deliveries than the function is told',
    break: (t) => change(told(t, 'UploadsQueueUrl'), 3, 'RedrivePolicy', 'maxReceiveCount'),
  },
  { name: 'messages are kept for 4 days', break: (t) => drop(told(t, 'UploadsDlqUrl'), 'MessageRetentionPeriod') },
  { name: 'a queue that is not encrypted', break: (t) => drop(told(t, 'UploadsDlqUrl'), 'SqsManagedSseEnabled') },
  { name: 'a queue that takes plain HTTP', break: (t) => unguarded(t, 'AWS::SQS::QueuePolicy', 'UploadsQueue') },
  { name: 'EventBridge may not send', break: (t) => remove(t, of(t, 'AWS::SQS::QueuePolicy', 'UploadsQueuePolicy')) },
  { name: 'the rule is gone', break: (t) => remove(t, of(t, 'AWS::Events::Rule')) },
  { name: 'the rule has no target', break: (t) => change(rule(t), [], 'Targets') },
  { name: 'the rule loses what it cannot deliver', break: (t) => drop(rule(t), 'Targets', 0, 'DeadLetterConfig') },
  { name: 'the rule does not see deletes', break: (t) => change(rule(t), ['Object Created'], 'EventPattern', 'detail-type') },
  { name: 'the rule sees all buckets', break: (t) => drop(rule(t), 'EventPattern', 'detail', 'bucket', 'name') },
  { name: 'the rule is off', break: (t) => change(rule(t), 'DISABLED', 'State') },
  { name: 'the bucket does not tell EventBridge', break: (t) => drop(bucket(t), 'NotificationConfiguration') },
  { name: 'the bucket keeps no versions', break: (t) => drop(bucket(t), 'VersioningConfiguration') },
  { name: 'the bucket may become public', break: (t) => change(bucket(t), false, 'PublicAccessBlockConfiguration', 'BlockPublicPolicy') },
  { name: 'the bucket takes plain HTTP', break: (t) => unguarded(t, 'AWS::S3::BucketPolicy', 'Uploads') },
  { name: 'the bucket keeps old versions for ever', break: (t) => drop(bucket(t), 'LifecycleConfiguration') },
  { name: 'no time to live', break: (t) => drop(told(t, 'TableName'), 'TimeToLiveSpecification') },
  { name: 'no point-in-time recovery', break: (t) => drop(told(t, 'TableName'), 'PointInTimeRecoverySpecification') },
  { name: 'an index is gone', break: (t) => drop(told(t, 'TableName'), 'GlobalSecondaryIndexes', 1) },
  {
    name: 'an index with another key',
    break: (t) => change(told(t, 'TableName'), 'id', 'GlobalSecondaryIndexes', 0, 'KeySchema', 1, 'AttributeName'),
  },
  { name: 'the table goes with the stack', break: (t) => void Reflect.set(told(t, 'TableName'), 'DeletionPolicy', 'Delete') },
  {
    name: 'both functions have the same code',
    break: (t) => change(lambda(t, 'Lookup'), at(lambda(t, 'Captioning').Properties, 'Code'), 'Code'),
  },
  { name: 'a layer is gone', break: (t) => drop(lambda(t, 'Captioning'), 'Layers', 0) },
  { name: 'an older runtime', break: (t) => change(lambda(t, 'Captioning'), 'nodejs20.x', 'Runtime') },
  ...spread(
    'ingest lacks a variable',
    ['TABLE_NAME', 'MODEL', 'ANALYSIS', 'LEASE_SECONDS', 'REFINE', 'INFERENCE_TIMEOUT_MS', 'ANALYSIS_BUDGET_MS', 'RULE_PACKS_FILE'],
    (name) => (t) => drop(lambda(t, 'Captioning'), 'Environment', 'Variables', name),
  ),
  ...spread(
    'lookup lacks a variable',
    ['CURSOR_SECRET', 'UPLOADS_BUCKET', 'MODEL_CARDS_FILE', 'RULE_PACKS_FILE', 'KEY_FILTER', 'SPEECH', 'TRANSLATE'],
    (name) => (t) => drop(lambda(t, 'Lookup'), 'Environment', 'Variables', name),
  ),
  ...spread(
    'ingest lacks a right',
    ['s3:GetObjectVersion', 'dynamodb:PutItem', 'events:PutEvents', 'sqs:DeleteMessage'],
    (action) => (t) => forbid(t, 'Captioning', action),
  ),
  { name: 'lookup may not have texts spoken', break: (t) => forbid(t, 'Lookup', 'polly:SynthesizeSpeech') },
  { name: 'lookup may have texts spoken although speech is off', break: (t) => change(lambda(t, 'Lookup'), 'off', ...VARIABLES, 'SPEECH') },
  { name: 'ingest may not have text read', break: (t) => change(lambda(t, 'Captioning'), 'rekognition', ...VARIABLES, 'TEXT_READER') },
  { name: 'lookup may not translate', break: (t) => change(lambda(t, 'Lookup'), 'amazon', ...VARIABLES, 'TRANSLATE') },
  {
    name: 'lookup may do everything with tables',
    break: (t) => change(of(t, 'AWS::IAM::Policy', 'Lookup').resource, 'dynamodb:*', 'PolicyDocument', 'Statement', 1, 'Action'),
  },
  {
    name: 'ingest may read everything',
    break: (t) => change(of(t, 'AWS::IAM::Policy', 'Captioning').resource, '*', 'PolicyDocument', 'Statement', 1, 'Resource'),
  },
  {
    name: 'ingest writes to another table',
    break: (t) => change(lambda(t, 'Captioning'), 'other', 'Environment', 'Variables', 'TABLE_NAME'),
  },
  {
    name: 'lookup looks into another bucket',
    break: (t) => change(lambda(t, 'Lookup'), 'other', 'Environment', 'Variables', 'UPLOADS_BUCKET'),
  },
  {
    name: 'a model may hang longer than the function runs',
    break: (t) => change(lambda(t, 'Captioning'), '60000', 'Environment', 'Variables', 'INFERENCE_TIMEOUT_MS'),
  },
  {
    name: 'a lease that ends before the work',
    break: (t) => change(lambda(t, 'Captioning'), '30', 'Environment', 'Variables', 'LEASE_SECONDS'),
  },
  {
    name: 'ingest does not know the inference queue',
    gpu: true,
    break: (t) => drop(lambda(t, 'Captioning'), 'Environment', 'Variables', 'INFERENCE_QUEUE_URL'),
  },
  { name: 'logs are kept for ever', break: (t) => drop(of(t, 'AWS::Logs::LogGroup').resource, 'RetentionInDays') },
  {
    name: 'an alarm that tells nobody',
    break: (t) => drop(of(t, 'AWS::CloudWatch::Alarm', 'OperationsUploadsDlqWaiting').resource, 'AlarmActions'),
  },
  { name: 'alarms may not publish', break: (t) => remove(t, of(t, 'AWS::SNS::TopicPolicy')) },
  { name: 'an output is gone', break: (t) => void Reflect.deleteProperty(t.Outputs ?? {}, 'BackfillStateMachineArn') },
  { name: 'the worker runs as root', gpu: true, break: (t) => drop(container(t), 'ContainerDefinitions', 0, 'User') },
  { name: 'the worker has no GPU', gpu: true, break: (t) => drop(container(t), 'ContainerDefinitions', 0, 'ResourceRequirements') },
  { name: 'the worker lacks its queue', gpu: true, break: (t) => change(container(t), [], 'ContainerDefinitions', 0, 'Environment') },
  { name: 'the worker takes any package', gpu: true, break: (t) => tell(t, 'MODEL_DIGEST', '') },
  { name: 'the GPU is not used', gpu: true, break: (t) => tell(t, 'PROVIDER', 'cpu') },
  { name: 'instances without a GPU', gpu: true, break: (t) => drop(capacity(t), ...REQUIREMENTS, 'AcceleratorCount') },
  { name: 'instances that are too small', gpu: true, break: (t) => change(capacity(t), 2, ...REQUIREMENTS, 'VCpuCount', 'Min') },
  { name: 'CUDA without a GPU', cpu: true, break: (t) => tell(t, 'PROVIDER', 'cuda') },
  { name: 'a GPU for nothing', cpu: true, break: (t) => Object.assign(at(container(t).Properties, 'ContainerDefinitions', 0) ?? {}, GPU) },
  { name: 'instances of any type', cpu: true, break: (t) => drop(capacity(t), ...REQUIREMENTS, 'AllowedInstanceTypes') },
  { name: 'a task larger than its instance', cpu: true, break: (t) => change(container(t), '17000', 'Memory') },
  { name: 'a batch that outlasts its lease', cpu: true, break: (t) => tell(t, 'BATCH_MAX', '16') },
  { name: 'no room for the package', gpu: true, bucket: true, break: (t) => drop(container(t), ...LINUX, 'Tmpfs', 1) },
  {
    name: 'the worker may not read its package',
    gpu: true,
    bucket: true,
    break: (t) => packageRight(t, (right) => change(right.policy, 'arn:aws:s3:::other/*', ...right.path)),
  },
  {
    name: 'the worker may read all packages',
    gpu: true,
    bucket: true,
    break: (t) =>
      packageRight(t, (right) =>
        change(right.policy, ['arn:aws:s3:::my-models/*', at(right.policy.Properties, ...right.path)], ...right.path),
      ),
  },
  { name: 'the worker may not prolong its jobs', gpu: true, break: (t) => forbid(t, 'GpuTask', 'sqs:ChangeMessageVisibility') },
  { name: 'the worker prolongs its jobs too late', gpu: true, break: (t) => change(told(t, 'InferenceQueueUrl'), 30, 'VisibilityTimeout') },
  { name: 'GPU tasks run without work', gpu: true, break: (t) => change(of(t, 'AWS::ECS::Service').resource, 1, 'DesiredCount') },
  { name: 'nothing stops GPU tasks', gpu: true, break: (t) => drop(of(t, 'AWS::CloudWatch::Alarm', 'GpuIdle').resource, 'AlarmActions') },
  {
    name: 'no queue that gives GPU tasks work',
    gpu: true,
    break: (t) => void Reflect.deleteProperty(t.Outputs ?? {}, 'InferenceQueueUrl'),
  },
];
