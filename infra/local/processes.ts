// Starts what runs behind the servers: functions, pollers, the worker, and the comparison of objects and records.
import { availableParallelism } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UsageError } from '../../functions/core/errors.ts';
import { localContext } from './assembly.ts';
import { awsEnvironment, clientSettings, lambdaEnvironment } from './environment.ts';
import { HostPool } from './host-pool.ts';
import { type Issuer, JWKS_PATH } from './issuer.ts';
import { LambdaHost } from './lambda-host.ts';
import { openLogs } from './logs.ts';
import type { Plan, Running } from './plan.ts';
import { type Poller, startPoller } from './poller.ts';
import type { HeldPort } from './port.ts';
import { reconcile } from './reconcile.ts';
import type { Servers } from './servers.ts';
import type { LocalOptions } from './service.ts';
import { startWorker, type WorkerProcess, workerEnvironment } from './worker-process.ts';

/** Each environment of the ingest function holds a model of its own; more do not help few cores. */
const MAX_INGEST_HOSTS = 2;

const EVERYWHERE = ['0.0.0.0', '::'];

/** What the processes are started with. */
export type Parts = {
  options: LocalOptions;
  plan: Plan;
  servers: Servers;
  running: Running;
  issuer: Issuer;
  api: HeldPort;
  ownToken?: string;
};

/** Where this machine's issuer shows its public keys. */
const jwksUrl = (host: string, port: number): string => {
  const reached = EVERYWHERE.includes(host) ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}${JWKS_PATH}`;
};

/** The functions' first processes. */
export const startFunctions = (parts: Parts): { ingest: HostPool; lookup: LambdaHost } => {
  const { options, servers, running, issuer, api, ownToken } = parts;
  const { dataFolder, log, env = {}, host = '127.0.0.1' } = options;
  const aws = awsEnvironment(servers.endpoints);
  const own: Partial<Record<string, Record<string, string>>> = { lookup: { JWKS_URL: jwksUrl(host, api.port) } };
  const hostOptions = (functionId: string, name: 'ingest' | 'lookup') => {
    const plan = running.functions.find(({ id }) => id === functionId);
    if (plan === undefined) throw new UsageError(`the template has no ${name} function`);
    const environment = { ...lambdaEnvironment(plan), ...aws, ...plan.environment, ...own[name], ...env[name] };
    return { plan, environment, logFile: openLogs(dataFolder, name), log };
  };
  const front = { host, port: api.port, api: running.api, jwks: issuer.jwks, ...(ownToken !== undefined && { ownToken }) };
  const ingest = new HostPool(
    hostOptions(running.mappings[0]?.functionId ?? '', 'ingest'),
    Math.min(MAX_INGEST_HOSTS, availableParallelism()),
  );
  const lookup = new LambdaHost({ ...hostOptions(running.api.functionId, 'lookup'), front });
  return { ingest, lookup };
};

/** A poller for each mapping. */
export const startPollers = ({ options, servers, running }: Parts, pool: HostPool): Poller[] =>
  running.mappings.map((mapping) => {
    const lease = running.functions.find(({ id }) => id === mapping.functionId)?.environment.LEASE_SECONDS;
    const afterCrashS = Number(options.env?.ingest?.LEASE_SECONDS ?? lease ?? 0);
    const queueUrl = servers.queues.queueUrl(mapping.queueName);
    return startPoller({ sqs: servers.sqs, queueUrl, mapping, pool, afterCrashS, log: options.log }, MAX_INGEST_HOSTS);
  });

/** The worker, when the template has one. */
export const startWorkerOf = ({ options, servers, running }: Parts): WorkerProcess | undefined => {
  if (running.worker === undefined) return undefined;
  const { dataFolder, log, env, context } = options;
  log('the inference container runs on the CPU of this machine, whatever workerOn says');
  const own = workerEnvironment(running.worker.environment, localContext(context).workerModel, dataFolder);
  const environment = { ...awsEnvironment(servers.endpoints), ...own, ...env?.worker };
  return startWorker({ plan: running.worker, environment, logFile: openLogs(dataFolder, 'worker'), log });
};

/** Compares objects and records while the service runs already. */
export const startReconciling = ({ options, servers, plan }: Parts): { stop(): Promise<void> } => {
  let stopping = false;
  const dynamo = new DynamoDBClient(clientSettings(servers.endpoints.dynamodb));
  const work = reconcile({
    dynamo,
    table: plan.storage.tables[0]?.TableName ?? '',
    buckets: plan.storage.buckets.filter(({ sendsEvents }) => sendsEvents).map(({ name }) => name),
    list: (name) => servers.objects.list(name),
    isWanted: (event) => plan.storage.rules.some(({ matches }) => matches(event)),
    send: servers.send,
    isStopping: () => stopping,
  })
    .then((count) => (count > 0 ? options.log(`told the functions of ${count} objects that had no final record, or were gone`) : undefined))
    .catch((thrown: unknown) =>
      options.log(`objects and records could not be compared: ${thrown instanceof Error ? thrown.message : thrown}`),
    );
  return {
    stop: async () => {
      stopping = true;
      await work;
      dynamo.destroy();
    },
  };
};
