// What is watched: lost and waiting messages, errors, failures, the API's errors and its latency.
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../functions/core/metric-names.ts';
import type { Captioning } from './captioning.ts';
import type { LookupApi } from './lookup-api.ts';

const PERIOD = Duration.minutes(5);
const INGEST_ERRORS = 5;
const FAILED_PICTURES = 50;
const API_ERRORS = 5;
const LATENCY_P99_MS = 2000;
const SUSTAINED_PERIODS = 3;
const UPLOADS_MAX_AGE = Duration.minutes(15);
/** For an instance to start and work its way to the oldest message. */
const GPU_START = Duration.hours(2);

/** Names of metrics that handlers/ingest/ingest-batch.ts and, with a GPU, handlers/worker/worker-item.ts count. */
export const METRICS = {
  failed: 'Failed',
  uploads: ['Ready', 'Abstained', 'Reused', 'Removed', 'Failed', 'Retried', 'Unreadable'],
  refined: ['Captioned', 'Kept', 'GaveUp'],
} as const;

/** What alarms are made of. */
export type Watched = {
  dlqs: Readonly<Record<string, Queue>>;
  uploads: Queue;
  captioning: Captioning;
  lookup: LookupApi;
  /** of the GPU service, and how long its work may wait at most by the settings */
  inference?: { queue: Queue; maxWait: Duration };
};

/** A metric that the functions count, of all of them together. */
export const counted = (metricName: string): Metric =>
  new Metric({ namespace: METRIC_NAMESPACE, dimensionsMap: { ...METRIC_DIMENSIONS }, metricName, statistic: 'Sum', period: PERIOD });

type Rule = { id: string; description: string; metric: IMetric; atLeast: number; periods?: number };

const inferenceLate = ({ queue, maxWait }: NonNullable<Watched['inference']>): Rule => ({
  id: 'InferenceLate',
  description:
    'Work for the worker waits longer than it may: no instance starts (spot capacity, quota of such instances) or the worker fails',
  metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD }),
  atLeast: maxWait.plus(GPU_START).toSeconds(),
});

const rules = ({ dlqs, uploads, captioning, lookup, inference }: Watched): Rule[] => [
  ...Object.entries(dlqs).map(([name, queue]) => ({
    id: `${name}Waiting`,
    description: `Messages wait in ${name}: look at the newest failure, then redrive with "npm run ops -- redrive"`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD }),
    atLeast: 1,
  })),
  ...Object.entries(dlqs).map(([name, queue]) => ({
    id: `${name}Ageing`,
    description: `A message has waited in ${name} for a day; after 14 days it is gone`,
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD }),
    atLeast: Duration.days(1).toSeconds(),
  })),
  {
    id: 'UploadsLate',
    description: 'Uploads wait longer than 15 minutes for their captions',
    metric: uploads.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD }),
    atLeast: UPLOADS_MAX_AGE.toSeconds(),
  },
  ...(inference === undefined ? [] : [inferenceLate(inference)]),
  {
    id: 'IngestErrors',
    description: 'The ingest function fails as a whole',
    metric: captioning.ingest.function.metricErrors({ period: PERIOD }),
    atLeast: INGEST_ERRORS,
  },
  {
    id: 'FailedPictures',
    description: 'Many pictures end without a caption',
    metric: counted(METRICS.failed),
    atLeast: FAILED_PICTURES,
  },
  {
    id: 'ApiErrors',
    description: 'The API answers with 5xx',
    metric: lookup.api.metricServerError({ statistic: 'Sum', period: PERIOD }),
    atLeast: API_ERRORS,
  },
  {
    id: 'ApiSlow',
    description: 'One answer of a hundred takes longer than two seconds',
    metric: lookup.api.metricLatency({ statistic: 'p99', period: PERIOD }),
    atLeast: LATENCY_P99_MS,
    periods: SUSTAINED_PERIODS,
  },
];

/** Makes all alarms. */
export const makeAlarms = (scope: Construct, watched: Watched): Alarm[] =>
  rules(watched).map(
    ({ id, description, metric, atLeast, periods = 1 }) =>
      new Alarm(scope, id, {
        alarmDescription: description,
        metric,
        threshold: atLeast,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
  );
