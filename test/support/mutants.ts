// Mutants of the synthesized template: one thing of what runs here taken away or changed in each.
import { at, type Found, list, ofType, outputOf, property, type Template } from '../../infra/checks/look.ts';
import { change, drop, forbid, of, remove, told } from './change-template.ts';

/** What was changed, and the changed template. */
export type Mutant = { name: string; template: Template };

type Change = { name: string; make(template: Template): void };

const found = (template: Template, { id }: Found): Found => {
  const resource = template.Resources[id];
  if (resource === undefined) throw new Error(`nothing to change: ${id}`);
  return { id, resource };
};

const eachOf = (template: Template, type: string, what: string, make: (template: Template, one: Found) => void): Change[] =>
  ofType(template, type).map((one) => ({ name: `${what}: ${one.id}`, make: (copy) => make(copy, found(copy, one)) }));

const routes = (template: Template): Change[] =>
  ofType(template, 'AWS::ApiGatewayV2::Route').map((one) => ({
    name: `route gone: ${String(property(one, 'RouteKey'))}`,
    make: (copy) => remove(copy, one),
  }));

const variables = (template: Template): Change[] =>
  ['Captioning', 'Lookup'].flatMap((begins) => {
    const one = of(template, 'AWS::Lambda::Function', begins);
    // an empty variable is one that is not set
    const set = Object.entries(property(one, 'Environment', 'Variables') ?? {}).filter(([, value]) => value !== '');
    return set.map(([name]) => ({
      name: `variable gone: ${begins} ${name}`,
      make: (copy: Template) => drop(found(copy, one).resource, 'Environment', 'Variables', name),
    }));
  });

const CONTAINER = ['ContainerDefinitions', 0] as const;

const workerVariables = (template: Template): Change[] => {
  const task = of(template, 'AWS::ECS::TaskDefinition');
  return list(property(task, ...CONTAINER, 'Environment')).map((variable, place) => ({
    name: `variable gone: worker ${String(at(variable, 'Name'))}`,
    make: (copy) => drop(found(copy, task).resource, ...CONTAINER, 'Environment', place),
  }));
};

const queues = (template: Template): Change[] =>
  ofType(template, 'AWS::SQS::Queue')
    .filter((one) => property(one, 'RedrivePolicy') !== undefined)
    .map((one) => ({ name: `dead-letter queue gone: ${one.id}`, make: (copy) => drop(found(copy, one).resource, 'RedrivePolicy') }));

const indexes = (template: Template): Change[] =>
  list(told(template, 'TableName').Properties?.GlobalSecondaryIndexes).map((index, place) => ({
    name: `index gone: ${String(at(index, 'IndexName'))}`,
    make: (copy) => drop(told(copy, 'TableName'), 'GlobalSecondaryIndexes', place),
  }));

const single: readonly Change[] = [
  {
    name: 'an entry point of another name',
    make: (t) => change(of(t, 'AWS::Lambda::Function', 'Lookup').resource, 'index.main', 'Handler'),
  },
  { name: 'the native layer gone', make: (t) => drop(of(t, 'AWS::Lambda::Function', 'Captioning').resource, 'Layers', 0) },
  { name: 'the model layer gone', make: (t) => drop(of(t, 'AWS::Lambda::Function', 'Captioning').resource, 'Layers', 1) },
  { name: 'another runtime', make: (t) => change(of(t, 'AWS::Lambda::Function', 'Captioning').resource, 'python3.13', 'Runtime') },
  { name: 'messages come again too early', make: (t) => change(told(t, 'UploadsQueueUrl'), 60, 'VisibilityTimeout') },
  { name: 'jobs come again too early', make: (t) => change(told(t, 'InferenceQueueUrl'), 30, 'VisibilityTimeout') },
  { name: 'ingest may not delete messages', make: (t) => forbid(t, 'Captioning', 'sqs:DeleteMessage') },
  { name: 'the rule gone', make: (t) => remove(t, of(t, 'AWS::Events::Rule')) },
  { name: 'the rule without target', make: (t) => drop(of(t, 'AWS::Events::Rule').resource, 'Targets', 0) },
  { name: 'the rule off', make: (t) => change(of(t, 'AWS::Events::Rule').resource, 'DISABLED', 'State') },
  {
    name: 'the rule without deletes',
    make: (t) => change(of(t, 'AWS::Events::Rule').resource, ['Object Created'], 'EventPattern', 'detail-type'),
  },
  {
    name: 'the rule of another bucket',
    make: (t) => change(of(t, 'AWS::Events::Rule').resource, ['another'], 'EventPattern', 'detail', 'bucket', 'name'),
  },
  { name: 'the policy of the uploads queue gone', make: (t) => remove(t, of(t, 'AWS::SQS::QueuePolicy', 'UploadsQueuePolicy')) },
  {
    name: 'a route without authorizer',
    make: (t) => {
      const { resource } = of(t, 'AWS::ApiGatewayV2::Route');
      change(resource, 'NONE', 'AuthorizationType');
      drop(resource, 'AuthorizerId');
    },
  },
  { name: 'a route for tokens of any scope', make: (t) => drop(of(t, 'AWS::ApiGatewayV2::Route').resource, 'AuthorizationScopes') },
  {
    name: 'tokens for anybody',
    make: (t) => change(of(t, 'AWS::ApiGatewayV2::Authorizer').resource, [], 'JwtConfiguration', 'Audience'),
  },
  { name: 'the time to live gone', make: (t) => drop(told(t, 'TableName'), 'TimeToLiveSpecification') },
  { name: 'the versions of the bucket gone', make: (t) => drop(told(t, 'BucketName'), 'VersioningConfiguration') },
  { name: 'the bucket tells nobody', make: (t) => drop(told(t, 'BucketName'), 'NotificationConfiguration') },
  { name: 'the bucket takes nothing from the page', make: (t) => drop(told(t, 'BucketName'), 'CorsConfiguration') },
  { name: 'the worker gone', make: (t) => remove(t, of(t, 'AWS::ECS::TaskDefinition')) },
  {
    name: 'the worker runs another program',
    make: (t) => change(of(t, 'AWS::ECS::TaskDefinition').resource, ['node', 'functions/nothing.ts'], ...CONTAINER, 'Command'),
  },
  {
    name: 'the worker is promised another package',
    make: (t) => {
      const { resource } = of(t, 'AWS::ECS::TaskDefinition');
      const place = list(at(resource.Properties, ...CONTAINER, 'Environment')).findIndex((one) => at(one, 'Name') === 'MODEL_DIGEST');
      change(resource, '0'.repeat(64), ...CONTAINER, 'Environment', place, 'Value');
    },
  },
  {
    name: 'a resource that nothing here runs',
    make: (t) => void Reflect.set(t.Resources, 'Stream', { Type: 'AWS::Kinesis::Stream', Properties: {} }),
  },
  {
    name: 'a queue that nobody takes from',
    make: (t) => void Reflect.set(t.Resources, 'Spare', { Type: 'AWS::SQS::Queue', Properties: {} }),
  },
];

/** All mutants of a template with a GPU service and JWT authorization; each is a template of its own. */
export const mutantsOf = (template: Template): Mutant[] => {
  if (outputOf(template, 'InferenceQueueUrl') === undefined) throw new Error('mutants need a template with a GPU service');
  const changes = [
    ...routes(template),
    ...variables(template),
    ...workerVariables(template),
    ...eachOf(template, 'AWS::Lambda::EventSourceMapping', 'mapping gone', remove),
    ...eachOf(template, 'AWS::Lambda::EventSourceMapping', 'partial batches off', (_, { resource }) =>
      drop(resource, 'FunctionResponseTypes'),
    ),
    ...queues(template),
    ...indexes(template),
    ...eachOf(template, 'AWS::Lambda::Permission', 'permission gone', remove),
    ...eachOf(template, 'AWS::ApiGatewayV2::Integration', 'integration gone', remove),
    ...eachOf(template, 'AWS::ApiGatewayV2::Authorizer', 'authorizer gone', remove),
    ...eachOf(template, 'AWS::ApiGatewayV2::Stage', 'stage gone', remove),
    ...single,
  ];
  return changes.map(({ name, make }) => {
    const copy: Template = structuredClone(template);
    make(copy);
    return { name, template: copy };
  });
};
