// Config -> the ingest function: a captioner that is made once for each process, and AWS behind the other ports.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dynamoClient, dynamoRecords } from '../adapters/aws/dynamo-records.ts';
import { eventBridgeBus, eventBridgeClient } from '../adapters/aws/event-bridge.ts';
import { s3Client, s3Objects } from '../adapters/aws/s3-objects.ts';
import { sqsClient, sqsOutbox } from '../adapters/aws/sqs-queue.ts';
import { captionerPool } from '../adapters/model/captioner-pool.ts';
import { packageBytes } from '../adapters/model/package-folder.ts';
import { powertoolsTelemetry } from '../adapters/telemetry.ts';
import type { Captioner } from '../core/caption.ts';
import type { IngestPorts, IngestSettings } from '../core/ingest/ingest-ports.ts';
import type { InferenceJob } from '../core/record/object-event.ts';
import { type IngestHandler, ingestBatch } from '../handlers/ingest/ingest-batch.ts';
import { analysisOf, stagesLine } from './analysis.ts';
import type { IngestConfig } from './config-services.ts';
import { planLanes } from './lanes.ts';
import { namedPacks, readBundledPacks } from './rule-packs.ts';

const startCaptioner = async (config: IngestConfig): Promise<Captioner> => {
  const { modelsFolder, model, limits, inferenceTimeoutMs, nodePath } = config;
  const folder = resolve(modelsFolder, model);
  const bytes = await packageBytes(folder);
  // batches come without end, so every core gets a lane
  const pictures = Number.MAX_SAFE_INTEGER;
  const wishes = { cores: availableParallelism(), pictures, provider: 'cpu', bytes } as const;
  const { lanes, threads, patient } = planLanes({ ...wishes, batch: undefined, lanes: undefined, threads: undefined });
  const session = { provider: 'cpu', threads } as const;
  const analysis = analysisOf(config.analysis);
  return await captionerPool({ folder, session, lanes, patient, limits, inferenceTimeoutMs, nodePath, analysis });
};

const portsOf = (config: IngestConfig): Omit<IngestPorts, 'captioner'> => {
  const { region, tableName, eventBusName, inferenceQueueUrl } = config;
  const now = Date.now;
  return {
    store: dynamoRecords({ client: dynamoClient(region), tableName, now }),
    objects: s3Objects(s3Client(region)),
    bus: eventBridgeBus({ client: eventBridgeClient(region), busName: eventBusName }),
    ...(inferenceQueueUrl !== undefined && {
      inference: sqsOutbox<InferenceJob>({ client: sqsClient(region), queueUrl: inferenceQueueUrl }),
    }),
    telemetry: powertoolsTelemetry('ingest'),
    now,
    newToken: randomUUID,
  };
};

const HERE = dirname(fileURLToPath(import.meta.url));

/** @throws ConfigError when the rule packs cannot be read, or there is none of a name */
const settingsOf = ({
  limits,
  leaseMs,
  maxReceives,
  tombstoneDays,
  refine,
  usdPerSecond,
  outputPrefix,
  rulePacks,
  rulePacksFile,
}: IngestConfig): IngestSettings => ({
  maxBytes: limits.maxBytes,
  leaseMs,
  maxReceives,
  tombstoneDays,
  refine,
  usdPerSecond,
  outputPrefix,
  rulePacks: rulePacks.length === 0 ? [] : namedPacks(readBundledPacks(resolve(HERE, rulePacksFile)), rulePacks),
});

/**
 * The handler. The captioner starts at once, not with the first batch; when it could not start, the next batch tries again.
 * Batches meanwhile fail as a whole and come again.
 * @throws ConfigError
 */
export const ingestHandler = (config: IngestConfig): IngestHandler => {
  const ports = portsOf(config);
  const settings = settingsOf(config);
  const start = async (): Promise<IngestHandler> => {
    const captioner = await startCaptioner(config);
    ports.telemetry.info('captioner runs', { model: captioner.model, runsOn: captioner.runsOn, stages: stagesLine(captioner) });
    return ingestBatch({ ...ports, captioner }, settings);
  };
  let started: Promise<IngestHandler> | undefined;
  const ready = (): Promise<IngestHandler> => {
    started ??= start().catch((thrown: unknown) => {
      started = undefined;
      throw thrown;
    });
    return started;
  };
  ready().catch((thrown: unknown) => ports.telemetry.error('captioner did not start', {}, thrown));
  return async (event, context) => (await ready())(event, context);
};
