// List prices that estimates are made with: us-east-1, US dollars, November 2026. What you pay is on your bill.

/** Lambda, for a GB of memory and a second. */
const LAMBDA_GB_SECOND = { arm64: 0.0000133334, x64: 0.0000166667 } as const;

/** A second of a Lambda function, in US dollars. */
export const lambdaUsdPerSecond = (memoryMb: number, architecture: 'arm64' | 'x64'): number =>
  (memoryMb / 1024) * LAMBDA_GB_SECOND[architecture];

/** On-demand prices of the smallest instances with an NVIDIA GPU, in US dollars an hour; others count as `OTHER_GPU_HOUR`. */
const GPU_HOUR: Readonly<Record<string, number>> = { 'g4dn.xlarge': 0.526, 'g5.xlarge': 1.006, 'g6.xlarge': 0.8048 };
const OTHER_GPU_HOUR = 1.2;
/** What a spot instance costs of the on-demand price, about. */
const SPOT_SHARE = 0.45;
const SECONDS_PER_HOUR = 3600;

/** A second of the first instance type that may be used, in US dollars. */
export const gpuUsdPerSecond = (instanceTypes: readonly string[], spot: boolean): number =>
  ((GPU_HOUR[instanceTypes[0] ?? ''] ?? OTHER_GPU_HOUR) * (spot ? SPOT_SHARE : 1)) / SECONDS_PER_HOUR;

/**
 * On-demand prices of an xlarge, 4 vCPUs, without a GPU, in US dollars an hour; others count as `OTHER_XLARGE_HOUR`. Compared with public copies
 * of the price list, all but c7a's.
 */
const XLARGE_HOUR: Readonly<Record<string, number>> = {
  c5: 0.17,
  c6a: 0.153,
  c6i: 0.17,
  c7a: 0.20528,
  c7i: 0.1785,
  m5: 0.192,
  m6i: 0.192,
  m7a: 0.23184,
  m7i: 0.2016,
  r5: 0.252,
  r6i: 0.252,
  r7i: 0.2646,
};
/** Rather more than less: budgets are kept by it. */
const OTHER_XLARGE_HOUR = 0.31;

/** How many times an xlarge an instance type such as c7i.2xlarge is. */
export const xlargesOf = (instanceType: string): number => Number(/\.(\d+)xlarge$/.exec(instanceType)?.[1] ?? 1);

/** The settings that say which instances the worker has, and how they are bought. */
export type WorkerSettings = {
  gpu: 'off' | 'spot' | 'on-demand';
  workerOn: 'gpu' | 'cpu';
  gpuInstanceTypes: readonly string[];
  cpuInstanceTypes: readonly string[];
};

/** Prices for one unit each, in US dollars. */
export const PRICES = {
  lambdaRequest: 0.2e-6,
  dynamoWrite: 0.625e-6,
  dynamoRead: 0.125e-6,
  dynamoGbMonth: 0.25,
  dynamoBackupGbMonth: 0.2,
  httpApiRequest: 1e-6,
  sqsRequest: 0.4e-6,
  event: 1e-6,
  s3Get: 0.4e-6,
  logGb: 0.5,
  secretMonth: 0.4,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  dashboardMonth: 3,
  /** Amazon Polly, neural voices; tags do not count */
  spokenCharacter: 16e-6,
  s3Put: 5e-6,
  /** ECS Managed Instances: on top of the instance, as a share of its price, about */
  managedInstancesFee: 0.12,
} as const;

const instanceUsdPerSecond = ({ gpu, workerOn, gpuInstanceTypes, cpuInstanceTypes }: WorkerSettings): number => {
  const spot = gpu === 'spot';
  if (workerOn === 'gpu') return gpuUsdPerSecond(gpuInstanceTypes, spot);
  const [type = ''] = cpuInstanceTypes;
  const hour = (XLARGE_HOUR[type.slice(0, type.indexOf('.'))] ?? OTHER_XLARGE_HOUR) * xlargesOf(type);
  return (hour * (spot ? SPOT_SHARE : 1)) / SECONDS_PER_HOUR;
};

/** A second of the worker on the first instance type that it may have, in US dollars, with the fee for managing the instance. */
export const workerUsdPerSecond = (settings: WorkerSettings): number => instanceUsdPerSecond(settings) * (1 + PRICES.managedInstancesFee);
