// One-line JSON logs and CloudWatch metrics (embedded metric format) on stdout. Keys, texts and messages of others never go in.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type CodedError, PackageRefused, ServiceUnavailable } from '../core/errors.ts';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../core/metric-names.ts';
import type { Telemetry } from '../core/ports.ts';
import { awsFacts } from './aws/aws-errors.ts';

const UNITS = { Count: MetricUnit.Count, Milliseconds: MetricUnit.Milliseconds, Bytes: MetricUnit.Bytes } as const;

/** Fields of these names would tell what is in a picture or whose it is. */
const WITHHELD = new Set([
  'alt',
  'body',
  'bucketKey',
  'caption',
  'email',
  'key',
  'keys',
  'message',
  'plain',
  'prefix',
  'text',
  'texts',
  'title',
  'url',
]);

const MAX_FRAMES = 8;
const MAX_CAUSES = 4;

type Fields = Readonly<Record<string, string | number | boolean>>;

const safeFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, WITHHELD.has(name) ? '[withheld]' : value]));

type ErrorFacts = { name: string; code?: string; status?: number; message?: string; at?: string[]; cause?: ErrorFacts };

/** Errors whose messages we write ourselves, without anything of the request in them. */
const isOurWords = (thrown: unknown): thrown is CodedError => thrown instanceof ServiceUnavailable || thrown instanceof PackageRefused;

const framesOf = (stack = ''): string[] => {
  const lines = stack.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^at .+:\d+:\d+\)?$/.test(line)).slice(0, MAX_FRAMES);
};

/** What may be logged of an error: what it is and where it came from; its message only where the words are ours. */
const errorFacts = (thrown: unknown, depth = 0): ErrorFacts => {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const { name, code, status } = awsFacts(thrown);
  return {
    name,
    ...(code !== '' && { code }),
    ...(status > 0 && { status }),
    ...(isOurWords(thrown) && { message: thrown.message }),
    at: framesOf(thrown.stack),
    ...(thrown.cause !== undefined && depth < MAX_CAUSES && { cause: errorFacts(thrown.cause, depth + 1) }),
  };
};

/** Logs and counts of one function, such as "ingest". */
export const powertoolsTelemetry = (functionName: string): Telemetry => {
  const serviceName = METRIC_DIMENSIONS.service;
  const logger = new Logger({ serviceName, logLevel: 'INFO', persistentKeys: { function: functionName } });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName });
  return {
    count: (metric, value, unit = 'Count') => void metrics.addMetric(metric, UNITS[unit], value),
    info: (message, fields) => logger.info(message, safeFields(fields)),
    error(message, fields, cause) {
      logger.error(message, { ...safeFields(fields), ...(cause !== undefined && { cause: errorFacts(cause) }) });
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
};
