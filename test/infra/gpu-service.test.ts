// The GPU service: closed, least privileged, and not running without work.
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { checkTemplate } from '../../infra/check-template.ts';
import { at, list, ofType, outputOf, property, refersTo, rightsOf } from '../../infra/checks/look.ts';
import { actionsOf, only, synthesized, variablesOf, workerVariables } from '../support/synthesized.ts';

const template = synthesized({ gpu: 'spot' });
const assertions = Assertions.fromJSON(synthesized({ gpu: 'spot' }) as Record<string, unknown>);
const worker = property(only(template, 'AWS::ECS::TaskDefinition'), 'ContainerDefinitions', 0);

describe('with a GPU', () => {
  it('the template is what the code needs', () => {
    expect(checkTemplate(template)).toEqual([]);
    expect(checkTemplate(synthesized({ gpu: 'on-demand' }))).toEqual([]);
    expect(Object.keys(template.Outputs ?? {})).toEqual(expect.arrayContaining(['InferenceQueueUrl', 'InferenceDlqUrl']));
  });

  it('the ingest function asks the larger model, and may', () => {
    expect(variablesOf(template, 'Captioning')).toMatchObject({
      REFINE: 'abstained',
      INFERENCE_QUEUE_URL: { Ref: outputOf(template, 'InferenceQueueUrl') },
    });
    const role = refersTo(property(only(template, 'AWS::Lambda::Function', 'Captioning'), 'Role')) ?? '';
    const sends = rightsOf(template, role).filter(({ actions }) => actions.includes('sqs:SendMessage'));
    expect(sends.flatMap(({ resources }) => resources).map(refersTo)).toEqual([outputOf(template, 'InferenceQueueUrl')]);
  });
});

describe('work that no instance takes', () => {
  it('is told, two hours after the longest wait of the settings, and before messages go', () => {
    const late = (context: Record<string, unknown>) => only(synthesized(context), 'AWS::CloudWatch::Alarm', 'OperationsInferenceLate');
    const found = late({ gpu: 'spot' });
    expect(refersTo(property(found, 'Dimensions', 0, 'Value'))).toBe(outputOf(template, 'InferenceQueueUrl'));
    expect(property(found, 'Threshold')).toBe(26 * 3600);
    expect(property(late({ gpu: 'spot', gpuMaxWaitHours: '300' }), 'Threshold')).toBeLessThan(14 * 24 * 3600);
  });
});

describe('the network', () => {
  it('has no way in, no NAT, and its own ways to S3 and DynamoDB', () => {
    assertions.resourceCountIs('AWS::EC2::NatGateway', 0);
    assertions.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
    assertions.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    assertions.resourceCountIs('AWS::EC2::FlowLog', 1);
    const group = only(template, 'AWS::EC2::SecurityGroup');
    expect(property(group, 'SecurityGroupIngress')).toBeUndefined();
    expect(list(property(group, 'SecurityGroupEgress'))).toEqual([
      expect.objectContaining({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }),
    ]);
  });
});

describe('capacity', () => {
  const launchOf = (context: Record<string, unknown>) =>
    property(only(synthesized(context), 'AWS::ECS::CapacityProvider'), 'ManagedInstancesProvider', 'InstanceLaunchTemplate');

  it('is of instances with an NVIDIA GPU, of the types in the settings', () => {
    expect(at(launchOf({ gpu: 'spot', gpuInstanceTypes: 'g5.xlarge,g6.xlarge' }), 'InstanceRequirements')).toMatchObject({
      AcceleratorCount: { Min: 1 },
      AcceleratorManufacturers: ['nvidia'],
      AcceleratorTypes: ['gpu'],
      AllowedInstanceTypes: ['g5.xlarge', 'g6.xlarge'],
    });
  });

  it('is spot or on demand as asked', () => {
    expect(at(launchOf({ gpu: 'spot' }), 'CapacityOptionType')).toBe('SPOT');
    expect(at(launchOf({ gpu: 'on-demand' }), 'CapacityOptionType')).toBe('ON_DEMAND');
  });

  it('has a role that two regions can have at once', () => {
    const role = only(template, 'AWS::IAM::Role', 'GpuInstanceRole');
    expect(JSON.stringify(property(role, 'RoleName'))).toMatch(/ecsInstanceRole-caption-on-upload-.*AWS::Region/);
  });
});

describe('the task', () => {
  it('runs the worker with a GPU, as nobody, on a file system that it cannot change', () => {
    expect(worker).toMatchObject({
      Command: ['node', 'functions/worker.ts'],
      User: '1000:1000',
      ReadonlyRootFilesystem: true,
      ResourceRequirements: [{ Type: 'GPU', Value: '1' }],
      LinuxParameters: { Capabilities: { Drop: ['ALL'] }, Tmpfs: [expect.objectContaining({ ContainerPath: '/tmp' })] },
    });
  });

  it('has two minutes to give its jobs back, and is watched', () => {
    expect(worker).toMatchObject({ StopTimeout: 120, HealthCheck: { StartPeriod: 300, Interval: 15 } });
  });

  it('is told what it needs', () => {
    expect(workerVariables(template)).toMatchObject({
      PROVIDER: 'cuda',
      MODEL: 'm2',
      MODELS_DIR: '/app/models',
      STAGES_DIR: '/app/models',
      ANALYSIS_BUDGET_MS: '60000',
      ANALYSIS: USUAL_STAGES.join(','),
      VISIBILITY_SECONDS: '120',
      MAX_RECEIVES: '5',
    });
    expect(
      property({ id: '', resource: template.Resources[outputOf(template, 'InferenceQueueUrl') ?? ''] as never }, 'VisibilityTimeout'),
    ).toBe(120);
  });

  it('may take jobs and write records, and nothing else', () => {
    const role = refersTo(property(only(template, 'AWS::ECS::TaskDefinition'), 'TaskRoleArn')) ?? '';
    expect(actionsOf(template, role)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'events:PutEvents',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketVersions',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ]);
  });
});

describe('scaling', () => {
  const scaled = synthesized({ gpu: 'spot', gpuWakeAtMessages: '50', gpuMaxTasks: '3', gpuIdleMinutes: '7', gpuMaxWaitHours: '2' });
  const alarm = (begins: string) => only(scaled, 'AWS::CloudWatch::Alarm', begins);

  it('goes from 0 to as many tasks as the settings allow', () => {
    expect(property(only(scaled, 'AWS::ApplicationAutoScaling::ScalableTarget'), 'MinCapacity')).toBe(0);
    expect(property(only(scaled, 'AWS::ApplicationAutoScaling::ScalableTarget'), 'MaxCapacity')).toBe(3);
    expect(property(only(scaled, 'AWS::ECS::Service'), 'DesiredCount')).toBe(0);
  });

  it('starts one task for each share of the backlog, or when the oldest has waited too long', () => {
    expect(property(alarm('GpuTasksWanted'), 'Metrics', 0, 'Expression')).toBe(
      'IF((visible + taken) >= 50, (visible + taken) / 50, IF(age >= 7200, 1, 0))',
    );
    const start = only(scaled, 'AWS::ApplicationAutoScaling::ScalingPolicy', 'GpuStart');
    expect(property(start, 'StepScalingPolicyConfiguration')).toMatchObject({
      AdjustmentType: 'ExactCapacity',
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 1, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 1, MetricIntervalUpperBound: 2, ScalingAdjustment: 2 },
        { MetricIntervalLowerBound: 2, ScalingAdjustment: 3 },
      ],
    });
  });

  it('stops all when nothing has waited for a while', () => {
    expect(property(alarm('GpuIdle'), 'EvaluationPeriods')).toBe(7);
    expect(property(alarm('GpuIdle'), 'Metrics', 0, 'Expression')).toBe('visible + taken');
    expect(ofType(scaled, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toHaveLength(2);
  });
});

describe('a package in a bucket', () => {
  const digest = 'a'.repeat(64);
  const fetching = synthesized({ gpu: 'spot', workerModel: `s3://my-models/large/v1@sha256:${digest}` });

  it('is fetched into memory of a bounded size, pinned by its digest', () => {
    expect(workerVariables(fetching)).toMatchObject({
      MODELS_DIR: '/models',
      MODEL: 'v1',
      MODEL_DIGEST: digest,
      MODEL_URI: 's3://my-models/large/v1',
    });
    const tmpfs = property(only(fetching, 'AWS::ECS::TaskDefinition'), 'ContainerDefinitions', 0, 'LinuxParameters', 'Tmpfs');
    expect(list(tmpfs).find((one) => at(one, 'ContainerPath') === '/models')).toMatchObject({ Size: 4096 });
  });

  it('may be read, and nothing else of that bucket', () => {
    const role = refersTo(property(only(fetching, 'AWS::ECS::TaskDefinition'), 'TaskRoleArn')) ?? '';
    const rights = rightsOf(fetching, role).filter(({ resources }) => JSON.stringify(resources).includes('my-models'));
    expect(rights.map(({ actions }) => actions)).toEqual([['s3:GetObject']]);
    expect(JSON.stringify(rights[0]?.resources)).toContain(':s3:::my-models/large/v1/*"');
  });

  it('is told to operators by name only where it is in the image', () => {
    expect(JSON.parse(String(template.Outputs?.OperatorSettings?.Value)).workerModel).toMatch(/^m2@/);
    expect(JSON.parse(String(fetching.Outputs?.OperatorSettings?.Value))).not.toHaveProperty('workerModel');
    expect(JSON.parse(String(synthesized().Outputs?.OperatorSettings?.Value))).not.toHaveProperty('workerModel');
  });
});
