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
  /** ECS Managed Instances: on top of the instance, as a share of its price, about */
  managedInstancesFee: 0.12,
} as const;
