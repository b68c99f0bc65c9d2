// The ingest function: takes uploads first and backfill behind it, captions on CPU, and asks the inference queue where there is a GPU.
import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allowAnalysis, analysisVariables } from './analysis.ts';
import { type Artifacts, MODELS_FOLDER } from './assets.ts';
import { allowObjects } from './bucket-access.ts';
import { INGEST_MEMORY_MB } from './function-sizes.ts';
import { lambdaUsdPerSecond } from './prices.ts';
import { MAX_RECEIVES, type QueuePair, queuePair, VISIBILITY_FACTOR } from './queues.ts';
import type { Records } from './records.ts';
import { RULE_PACKS_FILE } from './rule-packs.ts';
import { ServiceFunction } from './service-function.ts';
import type { Settings } from './settings.ts';
import type { Uploads } from './uploads.ts';

/** A batch of 10 takes a few seconds; what failed for a moment comes again after `VISIBILITY_FACTOR` times this. */
const INGEST_TIMEOUT = Duration.seconds(60);
/** Longer than any run of the function, shorter than a message stays hidden: a crashed run's records are free when it comes again. */
const LEASE_SECONDS = 75;
/** Shorter than a run, so that a model that hangs is ended by the function itself. */
const INFERENCE_TIMEOUT_MS = 30_000;
/**
 * Stages of a batch of the captioner begin within this time. Of a full run there are two such batches, and a stage that begins at the last moment
 * may take `STAGE_TIMEOUT_MS` (10 s): 50 s when everything hangs, and the captions are kept.
 */
const ANALYSIS_BUDGET_MS = 15_000;
const BATCH_SIZE = 10;
const UPLOADS_MAX_CONCURRENCY = 20;
const BACKFILL_MAX_CONCURRENCY = 4;
const BACKFILL_WINDOW = Duration.seconds(5);

/** How long a message is hidden while the ingest function works on it. */
export const INGEST_VISIBILITY = Duration.seconds(INGEST_TIMEOUT.toSeconds() * VISIBILITY_FACTOR);

/** What the ingest function stands between. */
export type CaptioningParts = { uploads: Uploads; records: Records; artifacts: Artifacts; inference?: Queue };

/** Ingest function, its two event source mappings, and the backfill queue. */
export class Captioning extends Construct {
  readonly ingest: ServiceFunction;
  readonly backfill: QueuePair;

  constructor(scope: Construct, id: string, settings: Settings, { uploads, records, artifacts, inference }: CaptioningParts) {
    super(scope, id);
    this.backfill = queuePair(this, 'Backfill', INGEST_VISIBILITY);
    this.ingest = new ServiceFunction(this, 'Ingest', settings, {
      description: 'Captions uploaded photos',
      code: artifacts.code('ingest'),
      layers: [artifacts.nativeLayer, artifacts.modelLayer],
      memoryMb: INGEST_MEMORY_MB,
      timeout: INGEST_TIMEOUT,
      environment: {
        TABLE_NAME: records.table.tableName,
        EVENT_BUS_NAME: records.bus.eventBusName,
        MODELS_DIR: MODELS_FOLDER.lambda,
        MODEL: artifacts.uploadModel,
        ...analysisVariables(settings),
        ANALYSIS_BUDGET_MS: String(ANALYSIS_BUDGET_MS),
        REFINE: inference === undefined ? 'none' : settings.refine,
        LEASE_SECONDS: String(LEASE_SECONDS),
        INFERENCE_TIMEOUT_MS: String(INFERENCE_TIMEOUT_MS),
        MAX_RECEIVES: String(MAX_RECEIVES),
        TOMBSTONE_DAYS: String(settings.tombstoneDays),
        OUTPUT_PREFIX: settings.outputPrefix,
        RULE_PACKS: settings.rulePacks.join(','),
        RULE_PACKS_FILE,
        USD_PER_SECOND: lambdaUsdPerSecond(INGEST_MEMORY_MB, settings.architecture).toFixed(9),
        ...(inference !== undefined && { INFERENCE_QUEUE_URL: inference.queueUrl }),
      },
    });
    artifacts.checkSize(this.ingest.function);
    const { role } = this.ingest;
    allowObjects(role, uploads.bucket, settings, ['read']);
    records.allow(role, ['bySha256']);
    records.allowEvents(role);
    allowAnalysis(role, settings);
    if (inference !== undefined) this.ingest.allow(['sqs:SendMessage'], [inference.queueArn]);
    this.takeFrom(uploads.queues.queue, { maxConcurrency: UPLOADS_MAX_CONCURRENCY });
    this.takeFrom(this.backfill.queue, { maxConcurrency: BACKFILL_MAX_CONCURRENCY, maxBatchingWindow: BACKFILL_WINDOW });
  }

  private takeFrom(queue: Queue, options: { maxConcurrency: number; maxBatchingWindow?: Duration }): void {
    this.ingest.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [queue.queueArn],
    );
    this.ingest.function.addEventSource(new SqsEventSource(queue, { batchSize: BATCH_SIZE, reportBatchItemFailures: true, ...options }));
  }
}
