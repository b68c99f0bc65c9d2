// The worker on instances without a GPU: the same container with less in its image, more time for each picture, and nothing else changed.
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { LONGEST_HOLD_MS } from '../../functions/handlers/worker/worker-hold.ts';
import { BATCHES_AHEAD } from '../../functions/handlers/worker/worker-loop.ts';
import { checkTemplate } from '../../infra/check-template.ts';
import { at, list, outputOf, property, type Template } from '../../infra/checks/look.ts';
import { only, synthesized, workerVariables } from '../support/synthesized.ts';

const onCpu = { gpu: 'spot', workerOn: 'cpu' };
const template = synthesized(onCpu);

const taskOf = (of: Template) => only(of, 'AWS::ECS::TaskDefinition');
const launchOf = (of: Template) => property(only(of, 'AWS::ECS::CapacityProvider'), 'ManagedInstancesProvider', 'InstanceLaunchTemplate');
const container = property(taskOf(template), 'ContainerDefinitions', 0);

describe('a worker on CPU', () => {
  it('is in a template that is what the code needs, however its instances are bought', () => {
    expect(checkTemplate(template)).toEqual([]);
    expect(checkTemplate(synthesized({ gpu: 'on-demand', workerOn: 'cpu' }))).toEqual([]);
    expect(at(launchOf(template) ?? null, 'CapacityOptionType')).toBe('SPOT');
  });

  it('is there only where there is a worker at all', () => {
    expect(JSON.stringify(synthesized({ gpu: 'off', workerOn: 'cpu' }))).toBe(JSON.stringify(synthesized({ gpu: 'off' })));
  });

  it('has instances without accelerators, of the types in the settings, whatever the cheapest of them costs', () => {
    const requirements = at(launchOf(template) ?? null, 'InstanceRequirements');
    expect(requirements).toMatchObject({
      AllowedInstanceTypes: ['c7i.2xlarge', 'c6i.2xlarge', 'm7i.2xlarge'],
      CpuManufacturers: ['intel', 'amd'],
      VCpuCount: { Min: 8 },
      MemoryMiB: { Min: 15 * 1024 },
      OnDemandMaxPricePercentageOverLowestPrice: 999_999,
    });
    expect(JSON.stringify(requirements)).not.toContain('Accelerator');
  });

  it('has no GPU, and all of an instance but what that needs itself', () => {
    expect(container).not.toHaveProperty('ResourceRequirements');
    expect(property(taskOf(template), 'Cpu')).toBe('7168');
    expect(property(taskOf(template), 'Memory')).toBe('12288');
    const larger = synthesized({ ...onCpu, cpuInstanceTypes: 'c7i.8xlarge,m7i.4xlarge' });
    expect(checkTemplate(larger)).toEqual([]);
    expect([property(taskOf(larger), 'Cpu'), property(taskOf(larger), 'Memory')]).toEqual(['15360', '24576']);
  });

  it('is as closed as the one on a GPU', () => {
    const assertions = Assertions.fromJSON(synthesized(onCpu) as Record<string, unknown>);
    assertions.resourceCountIs('AWS::EC2::NatGateway', 0);
    assertions.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    expect(container).toMatchObject({
      Command: ['node', 'functions/worker.ts'],
      User: '1000:1000',
      ReadonlyRootFilesystem: true,
      StopTimeout: 120,
    });
    expect(property(only(template, 'AWS::ECS::Service'), 'DesiredCount')).toBe(0);
  });

  it('has another image than the one on a GPU', () => {
    const imageOf = (of: Template) => JSON.stringify(property(taskOf(of), 'ContainerDefinitions', 0, 'Image'));
    expect(imageOf(template)).not.toBe(imageOf(synthesized({ gpu: 'spot' })));
  });

  it('takes a package from a bucket, too', () => {
    const fetching = synthesized({ ...onCpu, workerModel: `s3://my-models/large@sha256:${'a'.repeat(64)}` });
    expect(checkTemplate(fetching)).toEqual([]);
    const tmpfs = list(property(taskOf(fetching), 'ContainerDefinitions', 0, 'LinuxParameters', 'Tmpfs'));
    const roomMib = Number(property(taskOf(fetching), 'Memory')) - tmpfs.reduce((sum: number, one) => sum + Number(at(one, 'Size')), 0);
    // a Florence-2 of full size takes about 4 GiB
    expect(roomMib).toBeGreaterThan(6 * 1024);
  });
});

describe('its times', () => {
  const set = workerVariables(template);
  const batchS = (Number(set.BATCH_MAX) * Number(set.INFERENCE_TIMEOUT_MS)) / 1000;
  const leaseS = Number(set.LEASE_SECONDS);

  it('are told to the worker and to the queue', () => {
    expect(set).toMatchObject({ PROVIDER: 'cpu', BATCH_MAX: '4', VISIBILITY_SECONDS: '300', INFERENCE_TIMEOUT_MS: '45000' });
    expect(template.Resources[outputOf(template, 'InferenceQueueUrl') ?? '']?.Properties?.VisibilityTimeout).toBe(300);
  });

  it('let the slowest batch end within its lease, behind another slowest batch, with time for reading and writing', () => {
    expect(2 * batchS + 20).toBeLessThanOrEqual(leaseS / 2);
  });

  it('let the last of the batches in hand end before its jobs are taken for stuck', () => {
    const lanes = 2; // of a large package: one is in the model, one is decoded
    expect((lanes + BATCHES_AHEAD) * batchS * 1000).toBeLessThan(LONGEST_HOLD_MS);
  });

  it('cost what a spot instance of the first type costs, with the fee for managing it: budgets are kept by that', () => {
    expect(Number(set.USD_PER_SECOND) * 3600).toBeCloseTo(0.357 * 0.45 * 1.12, 4);
  });
});
