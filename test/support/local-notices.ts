// What the local run itself notices of a template, without any check of templates: when it reads it, starts it, or uses it first.
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Template } from '../../infra/checks/look.ts';
import type { Assembly } from '../../infra/local/assembly.ts';
import type { FunctionPlan } from '../../infra/local/compute.ts';
import { awsEnvironment, lambdaEnvironment } from '../../infra/local/environment.ts';
import { LambdaHost } from '../../infra/local/lambda-host.ts';
import { type Plan, type Running, readPlan } from '../../infra/local/plan.ts';
import { secretsIn } from '../../infra/local/secrets.ts';
import { startWorker, workerEnvironment } from '../../infra/local/worker-process.ts';
import { useApi, useMappings, useStorage } from './first-use.ts';

/** When the local run noticed, and what it said. */
export type Notice = { when: 'read' | 'start' | 'use'; line: string };

/** A template as the local run reads it. */
type Read = { storage: Plan['storage']; running: Running };

/** Nothing listens there: functions that start ask nobody. */
const NOWHERE = 'http://127.0.0.1:9';
const ENDPOINTS = { s3: NOWHERE, sqs: NOWHERE, dynamodb: NOWHERE, eventbridge: NOWHERE, polly: NOWHERE };
const POLL_MS = 20;

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';

const read = (template: Template, { assetsFolder }: Assembly, secret: (reference: string) => string): Read => {
  const plan = readPlan({ template, stackName: 'mutant', assetsFolder, secret });
  const running = plan.running({ queueUrl: (name) => `${NOWHERE}/000000000000/${name}`, apiUrl: NOWHERE });
  return { storage: plan.storage, running };
};

/** @throws Error saying why the function does not start */
const startFunction = async (plan: FunctionPlan, folder: string): Promise<void> => {
  const environment = { ...lambdaEnvironment(plan), ...awsEnvironment(ENDPOINTS), ...plan.environment };
  const host = new LambdaHost({ plan, environment, logFile: join(folder, `${plan.id}.log`), log: () => {} });
  try {
    await host.ready();
  } finally {
    await host.stop();
  }
};

/** @throws Error saying why the worker does not start */
const startContainer = async (plan: NonNullable<Running['worker']>, workerModel: string, folder: string): Promise<void> => {
  const logFile = join(folder, 'worker.log');
  let ended = false;
  const environment = { ...awsEnvironment(ENDPOINTS), ...workerEnvironment(plan.environment, workerModel, folder) };
  const worker = startWorker({
    plan,
    environment,
    logFile,
    log: () => {
      ended = true;
    },
  });
  const words = (): string => readFileSync(logFile, 'utf8');
  while (!ended && !words().includes('worker runs')) await sleep(POLL_MS);
  await worker.stop();
  if (ended) throw new Error(`the worker does not start: ${words()}`);
};

/** Resources that the embedded servers hold. */
const HOLDS = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::DynamoDB::Table', 'AWS::Events::Rule'];
const held = ({ Resources }: Template): unknown => Object.entries(Resources).filter(([, { Type }]) => HOLDS.includes(Type));

/** Tells what the local run notices of a template; undefined when it runs it. */
export type LocalNotices = (template: Template, everything?: boolean) => Promise<Notice | undefined>;

/**
 * For templates that should be like `right`: only the parts that differ are started and used, as the others do what they always do, unless
 * `everything` is asked for. `workerModel`: folder of the worker's package.
 */
export const localNotices = (right: Template, assembly: Assembly, workerModel: string, parentFolder: string): LocalNotices => {
  const secret = secretsIn(parentFolder);
  const expected = read(right, assembly, secret);
  const differs = (one: unknown, other: unknown): boolean => !isDeepStrictEqual(one, other);

  const start = async ({ functions, worker }: Running, everything: boolean, folder: string): Promise<void> => {
    for (const plan of functions) {
      const usual = expected.running.functions.find(({ id }) => id === plan.id);
      if (everything || differs(plan, usual)) await startFunction(plan, folder);
    }
    if (worker && (everything || differs(worker, expected.running.worker))) await startContainer(worker, workerModel, folder);
  };

  const use = async (template: Template, { storage, running }: Read, everything: boolean, folder: string): Promise<void> => {
    if (everything || differs(running.api, expected.running.api)) await useApi(running.api, folder);
    useMappings(running.mappings);
    if (everything || differs(held(template), held(right))) await useStorage(storage, running, folder);
  };

  return async (template, everything = false) => {
    const folder = mkdtempSync(join(parentFolder, 'mutant-'));
    let when: Notice['when'] = 'read';
    try {
      const parts = read(template, assembly, secret);
      when = 'start';
      await start(parts.running, everything, folder);
      when = 'use';
      await use(template, parts, everything, folder);
      return undefined;
    } catch (thrown) {
      return { when, line: firstLine(thrown) };
    }
  };
};
