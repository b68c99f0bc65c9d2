// What the worker's container runs on: one NVIDIA GPU, or the CPU of an instance without one; its share of that, and the times that suit it.
import { Duration, Size } from 'aws-cdk-lib';
import {
  AcceleratorManufacturer,
  AcceleratorType,
  BurstablePerformance,
  CpuManufacturer,
  type InstanceRequirementsConfig,
} from 'aws-cdk-lib/aws-ec2';
import { xlargesOf } from './prices.ts';
import type { Settings } from './settings.ts';

/** Instances, the task's part of one, and how the worker goes about its jobs there. */
export type WorkerMachine = {
  requirements: InstanceRequirementsConfig;
  /** ECS' units: 1024 for a vCPU, and MiB; what is left is for the instance itself */
  task: { cpu: string; memoryMiB: string };
  gpuCount?: number;
  provider: 'cuda' | 'cpu';
  batchMax: number;
  /** how long a job is hidden; the worker prolongs it while it works */
  visibility: Duration;
  leaseSeconds: number;
  /** variables besides those of every machine */
  environment: Readonly<Record<string, string>>;
};

const CPU_UNITS = 1024;
const MIB_PER_GIB = 1024;
/** Of all families that may be used, c has the least memory for a vCPU. */
const VCPUS_PER_XLARGE = 4;
const GIB_PER_VCPU = 2;
const TASK_SHARE_OF_MEMORY = 0.75;
/** Instance types tell the memory that they have nominally. */
const ROUNDING_GIB = 1;
/** The list of types is what bounds the price; EC2 would leave out types of the list that cost a fifth more than the cheapest. */
const NO_PRICE_BOUND = 999_999;

/** Pictures of one batch: the steps of a decoder read its weights once for all of them, more only wait for each other. */
const CPU_BATCH_MAX = 4;
/** For each picture of a batch of a large package; one of full size takes some seconds. */
const CPU_INFERENCE_TIMEOUT_MS = 45_000;
/**
 * A lease is prolonged by a heartbeat when less than half of it is left. That half would last, without any, for the batch in the model and the
 * one behind it, at their longest 180 s each, and half a minute for reading and writing.
 */
const CPU_LEASE_SECONDS = 780;
const CPU_VISIBILITY = Duration.seconds(300);

const gpuMachine = ({ gpuInstanceTypes }: Settings): WorkerMachine => ({
  requirements: {
    vCpuCountMin: 4,
    memoryMin: Size.gibibytes(15),
    allowedInstanceTypes: [...gpuInstanceTypes],
    acceleratorTypes: [AcceleratorType.GPU],
    acceleratorManufacturers: [AcceleratorManufacturer.NVIDIA],
    acceleratorCountMin: 1,
  },
  // what the smallest GPU instances have, less what the instance itself needs
  task: { cpu: '3072', memoryMiB: '12288' },
  gpuCount: 1,
  provider: 'cuda',
  batchMax: 16,
  visibility: Duration.seconds(120),
  leaseSeconds: 150,
  environment: {},
});

const cpuMachine = ({ cpuInstanceTypes }: Settings): WorkerMachine => {
  const vcpus = VCPUS_PER_XLARGE * Math.min(...cpuInstanceTypes.map(xlargesOf));
  const memoryGib = vcpus * GIB_PER_VCPU;
  return {
    requirements: {
      vCpuCountMin: vcpus,
      memoryMin: Size.gibibytes(memoryGib - ROUNDING_GIB),
      allowedInstanceTypes: [...cpuInstanceTypes],
      cpuManufacturers: [CpuManufacturer.INTEL, CpuManufacturer.AMD],
      burstablePerformance: BurstablePerformance.EXCLUDED,
      onDemandMaxPricePercentageOverLowestPrice: NO_PRICE_BOUND,
    },
    task: { cpu: String((vcpus - 1) * CPU_UNITS), memoryMiB: String(memoryGib * MIB_PER_GIB * TASK_SHARE_OF_MEMORY) },
    provider: 'cpu',
    batchMax: CPU_BATCH_MAX,
    visibility: CPU_VISIBILITY,
    leaseSeconds: CPU_LEASE_SECONDS,
    environment: { INFERENCE_TIMEOUT_MS: String(CPU_INFERENCE_TIMEOUT_MS) },
  };
};

/** The machine that the settings ask for; which instance types they may name is in preflight.ts. */
export const workerMachine = (settings: Settings): WorkerMachine =>
  settings.workerOn === 'cpu' ? cpuMachine(settings) : gpuMachine(settings);
