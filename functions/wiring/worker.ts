// Config -> the inference worker: it checks the package, answers health checks, works until a signal, and ends with 0.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { dynamoClient, dynamoRecords } from '../adapters/aws/dynamo-records.ts';
import { eventBridgeBus, eventBridgeClient } from '../adapters/aws/event-bridge.ts';
import { s3Client, s3Objects } from '../adapters/aws/s3-objects.ts';
import { sqsClient, sqsInbox } from '../adapters/aws/sqs-queue.ts';
import { healthServer } from '../adapters/health-server.ts';
import { checkPackageDigest, fetchPackage } from '../adapters/model/bucket-package.ts';
import { captionerPool } from '../adapters/model/captioner-pool.ts';
import { packageBytes } from '../adapters/model/package-folder.ts';
import { powertoolsTelemetry } from '../adapters/telemetry.ts';
import { ffmpegVideos } from '../adapters/video/ffmpeg.ts';
import type { Captioner } from '../core/caption.ts';
import { CodedError } from '../core/errors.ts';
import { videoCaptioner } from '../core/video/video-captioner.ts';
import { DEFAULT_VIDEO_LIMITS } from '../core/video/video-limits.ts';
import { inferenceWorker, type Worker } from '../handlers/worker/worker-loop.ts';
import type { WorkerPorts } from '../handlers/worker/worker-ports.ts';
import { analysisOf, stagesLine } from './analysis.ts';
import type { WorkerConfig } from './config-worker.ts';
import { planLanes } from './lanes.ts';

/** Health checks come from within the container, or from the machine that runs the child process. */
const HEALTH_HOST = '127.0.0.1';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Jobs come without end, so every lane is of use. */
const MANY_PICTURES = Number.MAX_SAFE_INTEGER;

const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await sleepFor(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
};

/** The folder of the package, fetched where that was asked for, and the one that was asked for. */
const packageFolder = async ({ modelsFolder, model, modelDigest: digest, modelPlace, region }: WorkerConfig): Promise<string> => {
  const folder = resolve(modelsFolder, model);
  if (modelPlace !== undefined && digest !== undefined) {
    const client = s3Client(region);
    await fetchPackage({ client, ...modelPlace, digest }, folder);
    client.destroy();
  }
  if (digest !== undefined) await checkPackageDigest(folder, digest);
  return folder;
};

const startCaptioner = async (folder: string, { provider, batchMax, ...config }: WorkerConfig): Promise<Captioner> => {
  const wishes = {
    cores: availableParallelism(),
    pictures: MANY_PICTURES,
    provider,
    batch: batchMax,
    lanes: undefined,
    threads: undefined,
    bytes: await packageBytes(folder),
  };
  const { lanes, threads, patient } = planLanes(wishes);
  const { limits, inferenceTimeoutMs, nodePath } = config;
  const analysis = analysisOf(config.analysis);
  const session = { provider, threads };
  const captioner = await captionerPool({ folder, session, lanes, patient, limits, inferenceTimeoutMs, nodePath, analysis });
  return videoCaptioner({ captioner, reader: ffmpegVideos(DEFAULT_VIDEO_LIMITS), now: () => performance.now() });
};

const portsOf = (config: WorkerConfig, captioner: Captioner): WorkerPorts => {
  const { region, tableName, eventBusName, inferenceQueueUrl, batchMax, lingerMs, visibilityS } = config;
  const { leaseMs, maxReceives, usdPerSecond, limits } = config;
  const now = Date.now;
  return {
    inbox: sqsInbox({ client: sqsClient(region), queueUrl: inferenceQueueUrl }),
    captioner,
    context: {
      store: dynamoRecords({ client: dynamoClient(region), tableName, now }),
      objects: s3Objects(s3Client(region)),
      bus: eventBridgeBus({ client: eventBridgeClient(region), busName: eventBusName }),
      now,
      newToken: randomUUID,
      leaseMs,
      maxReceives,
      maxBytes: Math.max(limits.maxBytes, DEFAULT_VIDEO_LIMITS.maxBytes),
      usdPerSecond,
    },
    telemetry: powertoolsTelemetry('worker'),
    timing: { now: () => performance.now(), sleep },
    bounds: { batchMax, lingerMs, visibilityS },
  };
};

/** Runs the worker until SIGTERM or SIGINT; the process then ends with 0, or at once with 1 when it cannot start. */
export const runWorker = async (config: WorkerConfig): Promise<void> => {
  let worker: Worker | undefined;
  const stop = (): void => (worker === undefined ? process.exit(0) : worker.stop());
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const captioner = await startCaptioner(await packageFolder(config), config);
    const ports = portsOf(config, captioner);
    const started = inferenceWorker(ports);
    const health = await healthServer({ host: HEALTH_HOST, port: config.healthPort }, started.status);
    worker = started;
    const { model, runsOn } = captioner;
    ports.telemetry.info('worker runs', { model, runsOn, stages: stagesLine(captioner), healthPort: health.port, pid: process.pid });
    await started.run();
    await health.close();
    await captioner.close();
    ports.telemetry.info('worker ended', {});
    process.exit(0);
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof CodedError ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  }
};
