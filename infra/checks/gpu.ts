// The worker's service of a template, where there is one: bound to its queue, closed to the outside, and none of it without work.
import { missingRights, otherRights, RIGHTS, VARIABLES, wrongVariables } from './functions.ts';
import { at, type Found, type Json, list, ofType, outputOf, property, refersTo, rightsOf, type Template, unless } from './look.ts';
import { checkMachine } from './machine.ts';

/** A package that the worker fetches: it has a place of a bounded size, and rights on the package and on nothing beside it. */
const fetched = (template: Template, worker: Json, set: Readonly<Record<string, Json>>, role: string): string[] => {
  if (set.MODEL_URI === undefined) return [];
  const below = String(set.MODEL_URI).slice('s3://'.length);
  const bucket = `:s3:::${below.split('/')[0]}`;
  const named = rightsOf(template, role)
    .flatMap(({ resources }) => resources.map((one) => JSON.stringify(one)))
    .filter((one) => one.includes(bucket));
  const place = list(at(worker, 'LinuxParameters', 'Tmpfs')).find((one) => at(one, 'ContainerPath') === set.MODELS_DIR);
  const isOwnBucket = JSON.stringify(template.Outputs?.BucketName?.Value ?? '').includes(bucket.slice(':s3:::'.length));
  return [
    ...unless(Number(at(place, 'Size')) > 0, 'the worker has no room for the package that it fetches'),
    ...unless(
      named.some((one) => one.includes(`:s3:::${below}/*"`)),
      'the worker may not read its package',
    ),
    ...unless(isOwnBucket || named.length <= 1, 'the worker may read more of the bucket than its package'),
  ];
};

const container = (template: Template, task: Found): string[] => {
  const worker = property(task, 'ContainerDefinitions', 0);
  const set = Object.fromEntries(list(at(worker, 'Environment')).map((variable) => [String(at(variable, 'Name')), at(variable, 'Value')]));
  const hiddenS = Number(template.Resources[outputOf(template, 'InferenceQueueUrl') ?? '']?.Properties?.VisibilityTimeout);
  const user = String(at(worker, 'User') ?? '');
  const role = refersTo(property(task, 'TaskRoleArn')) ?? '';
  return [
    ...VARIABLES.worker.filter((name) => set[name] === undefined).map((name) => `the worker lacks the variable ${name}`),
    ...wrongVariables(template, 'the worker', set, hiddenS),
    ...unless(Number(set.VISIBILITY_SECONDS) === hiddenS, 'the worker prolongs its jobs too late'),
    ...unless(/^[0-9a-f]{64}$/.test(String(set.MODEL_DIGEST)), 'the worker takes any package for its own'),
    ...fetched(template, worker, set, role),
    ...missingRights(template, role, RIGHTS.worker, 'the worker'),
    ...otherRights(template, role, set, 'the worker'),
    ...unless(at(worker, 'ReadonlyRootFilesystem') === true, 'the worker can write to its root file system'),
    ...unless(/^[1-9]\d*(:\d+)?$/.test(user), 'the worker runs as root'),
    ...checkMachine(template, task, set),
    ...unless(at(worker, 'HealthCheck') !== undefined, 'nobody sees that the worker hangs'),
    ...unless(Number(at(worker, 'StopTimeout')) >= 60, 'the worker is killed before it has given its jobs back'),
    ...unless(at(worker, 'LogConfiguration') !== undefined, 'the worker has no logs'),
  ];
};

const scaling = (template: Template): string[] => {
  const policies = new Set(ofType(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(({ id }) => id));
  const driving = ofType(template, 'AWS::CloudWatch::Alarm').filter((alarm) =>
    list(property(alarm, 'AlarmActions')).some((action) => policies.has(refersTo(action) ?? '')),
  );
  return [
    ...unless(driving.length === 2 && policies.size === 2, 'nothing starts or stops GPU tasks'),
    ...ofType(template, 'AWS::ApplicationAutoScaling::ScalableTarget').flatMap((target) =>
      unless(property(target, 'MinCapacity') === 0, 'GPU tasks run without work'),
    ),
    ...ofType(template, 'AWS::ECS::Service').flatMap((service) =>
      unless(property(service, 'DesiredCount') === 0, 'a deployment starts GPU tasks without work'),
    ),
  ];
};

/** What is wrong with the GPU service; without an inference queue there must be none of it, and no network. */
export const checkGpu = (template: Template): string[] => {
  const tasks = ofType(template, 'AWS::ECS::TaskDefinition');
  const queue = outputOf(template, 'InferenceQueueUrl');
  if (queue === undefined) {
    const network = Object.values(template.Resources).filter(({ Type }) => /^AWS::(EC2|ECS)::/.test(Type));
    return unless(network.length === 0, 'there are GPU resources without a queue that gives them work');
  }
  const senders = ofType(template, 'AWS::IAM::Role').filter(({ id }) =>
    rightsOf(template, id).some(
      ({ actions, resources }) => actions.includes('sqs:SendMessage') && resources.some((one) => refersTo(one) === queue),
    ),
  );
  return [
    ...unless(tasks.length === 1, 'the task of the worker is missing'),
    ...unless(senders.length > 0, 'nobody may ask the inference queue'),
    ...tasks.flatMap((task) => container(template, task)),
    ...scaling(template),
    ...unless(ofType(template, 'AWS::EC2::NatGateway').length === 0, 'a NAT gateway costs more than the GPUs'),
    ...ofType(template, 'AWS::EC2::SecurityGroup').flatMap((group) =>
      unless(list(property(group, 'SecurityGroupIngress')).length === 0, 'the worker can be reached from outside'),
    ),
    ...unless(ofType(template, 'AWS::EC2::SecurityGroupIngress').length === 0, 'the worker can be reached from outside'),
  ];
};
