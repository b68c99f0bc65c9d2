// The whole service on one machine, from the synthesized template: servers, functions, routes, rules, worker.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lockFolder } from '../../functions/adapters/folder-lock.ts';
import { UsageError } from '../../functions/core/errors.ts';
import { SCOPES } from '../../functions/core/lookup/routes.ts';
import { assemblyFor, type Context, localContext, PAGE_ORIGINS } from './assembly.ts';
import { eventLines } from './event-lines.ts';
import { openIssuer, THIS_MACHINE, type TokenWishes } from './issuer.ts';
import { withModelBucket } from './model-bucket.ts';
import { readPlan } from './plan.ts';
import { holdPort } from './port.ts';
import { type Parts, startFunctions, startPollers, startReconciling, startWorkerOf } from './processes.ts';
import { secretsIn } from './secrets.ts';
import { startServers } from './servers.ts';

/** How the service runs. */
export type LocalOptions = {
  /** everything is kept here; one local run at a time */
  dataFolder: string;
  /** settings of the stack, over those of cdk.json */
  context: Context;
  /** of the API and the page; 0, and a taken one: any free one */
  port: number;
  /** of the bucket; as `port` */
  s3Port: number;
  /** requests of this machine need no token and no signature */
  open: boolean;
  log(line: string): void;
  /** address that the API listens on; 127.0.0.1 when left out */
  host?: string;
  /** runs this one instead of the synthesized template, with the same assets */
  template?: unknown;
  /** variables that differ from the template's, for tests */
  env?: { ingest?: Record<string, string>; lookup?: Record<string, string>; worker?: Record<string, string> };
  /** where assemblies are kept; a folder of their own may be shared by several runs */
  assemblyFolder?: string;
};

/** Processes of the functions and of the worker. */
export type Pids = { ingest: number[]; lookup: number; worker?: number };

/** The running service. */
export type LocalService = {
  apiUrl: string;
  s3Url: string;
  bucket: string;
  outputs: Record<string, string>;
  token(wishes: TokenWishes): Promise<string>;
  pids(): Pids;
  /** lets running work finish, then ends everything; within 10 s */
  stop(): Promise<void>;
};

const STACK_NAME = 'caption-on-upload';
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
/** For what runs to finish. */
const DRAIN_MS = 7500;
/** For a process that has nothing left to do to end. */
const LAST_MS = 1000;
/** Longer than any run: the token of this machine never leaves it. */
const YEAR_S = 31_536_000;
/** What the ops command reads. */
const SERVICE_FILE = 'service.json';

type Stage = <T>(name: string, work: () => Promise<T> | T) => Promise<T>;

const stages =
  (log: LocalOptions['log']): Stage =>
  async (name, work) => {
    const began = performance.now();
    const result = await work();
    log(`${name.padEnd(24)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return result;
  };

const runParts = async (parts: Parts, stage: Stage, onStop: () => Promise<void>): Promise<LocalService> => {
  const { options, plan, servers, running, issuer, api } = parts;
  const { ingest, lookup } = startFunctions(parts);
  const endProcesses = (): Promise<unknown> => Promise.all([ingest.stop(LAST_MS), lookup.stop(LAST_MS)]);
  try {
    await api.release();
    await stage('functions', () => Promise.all([ingest.ready(), lookup.ready()]));
  } catch (thrown) {
    await endProcesses();
    throw thrown;
  }
  const worker = startWorkerOf(parts);
  const reconciling = startReconciling(parts);
  const pollers = startPollers(parts, ingest);
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const bucket = running.outputs.BucketName ?? plan.storage.buckets[0]?.name ?? '';
  const facts = { pid: process.pid, apiUrl, s3Url: servers.endpoints.s3, bucket, outputs: running.outputs, endpoints: servers.endpoints };
  writeFileSync(join(options.dataFolder, SERVICE_FILE), `${JSON.stringify(facts, undefined, 2)}\n`);

  const stopOnce = async (): Promise<void> => {
    const drained = Promise.all([...pollers.map((poller) => poller.stop()), reconciling.stop(), worker?.stop(), lookup.stop()]);
    await Promise.race([drained, setTimeout(DRAIN_MS, undefined, { ref: false })]);
    await endProcesses();
    rmSync(join(options.dataFolder, SERVICE_FILE), { force: true });
    await onStop();
  };
  let stopped: Promise<void> | undefined;
  return {
    apiUrl,
    s3Url: servers.endpoints.s3,
    bucket,
    outputs: running.outputs,
    token: (wishes) => issuer.token(wishes),
    pids: () => {
      const workerPid = worker?.pid();
      return { ingest: ingest.pids, lookup: lookup.pid ?? 0, ...(workerPid === undefined ? {} : { worker: workerPid }) };
    },
    stop: () => {
      stopped ??= stopOnce();
      return stopped;
    },
  };
};

/** Puts the page's address where the template has its placeholder. */
const withOrigins = (text: string, port: number): unknown => {
  const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  return JSON.parse(PAGE_ORIGINS.reduce((result, placeholder, at) => result.replaceAll(placeholder, origins[at] ?? ''), text));
};

/**
 * Starts the service.
 * @throws FolderInUse, SettingsError, TemplateError, UsageError; Error when a function does not start
 */
export const startLocal = async (options: LocalOptions): Promise<LocalService> => {
  const { dataFolder, host = '127.0.0.1', open, log } = options;
  if (open && !LOOPBACK.includes(host)) throw new UsageError(`Requests to ${host} need tokens: add --require-token`);
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0)) await one();
  };
  try {
    closers.push(
      lockFolder(dataFolder, `The data in ${dataFolder} is used by another local run: stop that one, or choose another folder with --data`),
    );
    const stage = stages(log);
    const api = await holdPort(host, options.port);
    closers.unshift(() => api.release());
    const s3 = await holdPort('127.0.0.1', options.s3Port);
    await s3.release();
    for (const [wished, held] of [
      [options.port, api],
      [options.s3Port, s3],
    ] as const) {
      if (held.taken) log(`port ${wished} is taken: using ${held.port}`);
    }
    const folder = options.assemblyFolder ?? join(dataFolder, 'assembly');
    const assembly = await stage('template', () => assemblyFor(localContext(options.context), folder));
    const text = options.template === undefined ? assembly.templateText : JSON.stringify(options.template);
    const template = withOrigins(text, api.port);
    const plan = readPlan({ template, stackName: STACK_NAME, assetsFolder: assembly.assetsFolder, secret: secretsIn(dataFolder) });
    const storage = withModelBucket(plan.storage, localContext(options.context).workerModel);
    const servers = await stage('bucket, queues, table', () =>
      startServers({ folder: dataFolder, storage, s3Port: s3.port, open, onEvents: async (events) => eventLines(events).forEach(log) }),
    );
    closers.unshift(...servers.closers);
    const running = plan.running({ queueUrl: (name) => servers.queues.queueUrl(name), apiUrl: `http://127.0.0.1:${api.port}` });
    const issuer = await openIssuer(dataFolder, running.api.authorizer);
    const own = open && { ownToken: await issuer.token({ scopes: SCOPES, subject: THIS_MACHINE, expiresInS: YEAR_S }) };
    return await runParts({ options, plan, servers, running, issuer, api, ...own }, stage, close);
  } catch (thrown) {
    await close();
    throw thrown;
  }
};
