// The local run for reliability scripts: from the template, with shorter times so that what a kill interrupts comes again soon,
// and with a second target of the event rule that keeps every S3 event. Run as a program, it is a service that may be killed.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, list, property, type Template } from '../../infra/checks/look.ts';
import { assemblyFor, type Context, localContext } from '../../infra/local/assembly.ts';
import type { Endpoints } from '../../infra/local/environment.ts';
import type { LocalOptions, LocalService } from '../../infra/local/service.ts';
import { change, of, told } from './change-template.ts';
import { ASSEMBLIES, startForTest, TINY_PACKAGE } from './local-service.ts';

/** Seconds, in the place of the template's longer ones. */
export const QUICK = { ingestTimeoutS: 20, ingestVisibilityS: 30, ingestLeaseS: 25, workerVisibilityS: 10, workerLeaseS: 12 } as const;

/**
 * Stages without a model, so that the work on a picture takes a few milliseconds and a figure of seconds is one of coming back after
 * kills, not of the speed of detectors; threads and facts are there all the same.
 */
const QUICK_STAGES = 'colours,quality';

/** What `QUICK` changes, for the output of scripts. */
export const QUICK_LINE = `analysis ${QUICK_STAGES}; shorter than the template's, in seconds: function timeout ${QUICK.ingestTimeoutS}, visibility ${QUICK.ingestVisibilityS}, lease ${QUICK.ingestLeaseS}; worker's visibility ${QUICK.workerVisibilityS}, lease ${QUICK.workerLeaseS}`;

const withGpu: Context = { uploadModel: TINY_PACKAGE, gpu: 'on-demand', workerModel: TINY_PACKAGE, refine: 'all', analysis: QUICK_STAGES };

/** Every event of the bucket also goes to the queue of undelivered events, which nobody takes from. */
const keepEvents = (template: Template): void => {
  const { resource } = of(template, 'AWS::Events::Rule');
  const undelivered = at(resource.Properties, 'Targets', 0, 'DeadLetterConfig', 'Arn');
  list(at(resource.Properties, 'Targets')).push({ Arn: undelivered, Id: 'Kept' });
};

const shorten = (template: Template): void => {
  const ingest = of(template, 'AWS::Lambda::Function', 'Captioning').resource;
  change(ingest, QUICK.ingestTimeoutS, 'Timeout');
  change(ingest, String(QUICK.ingestLeaseS), 'Environment', 'Variables', 'LEASE_SECONDS');
  for (const output of ['UploadsQueueUrl', 'BackfillQueueUrl'])
    change(told(template, output), QUICK.ingestVisibilityS, 'VisibilityTimeout');
  change(told(template, 'InferenceQueueUrl'), QUICK.workerVisibilityS, 'VisibilityTimeout');
  const task = of(template, 'AWS::ECS::TaskDefinition');
  const path = ['ContainerDefinitions', 0, 'Environment'] as const;
  for (const [place, variable] of list(property(task, ...path)).entries()) {
    const name = at(variable, 'Name');
    if (name === 'VISIBILITY_SECONDS') change(task.resource, String(QUICK.workerVisibilityS), ...path, place, 'Value');
    if (name === 'LEASE_SECONDS') change(task.resource, String(QUICK.workerLeaseS), ...path, place, 'Value');
  }
};

/** The service and its other addresses. */
export type QuickService = Awaited<ReturnType<typeof startForTest>> & { endpoints: Endpoints };

/** Lets the container of the worker do nothing: a script starts workers of its own. */
export const withoutWorker = (template: Template): void =>
  change(
    of(template, 'AWS::ECS::TaskDefinition').resource,
    ['node', '-e', 'setInterval(()=>{},1e9)'],
    'ContainerDefinitions',
    0,
    'Command',
  );

/** Starts it with the tiny package in both tiers; `dataFolder` may be one that was used before, `wishes` are settings besides. */
export const startQuick = async (
  dataFolder: string,
  env: NonNullable<LocalOptions['env']> = {},
  adapt: (template: Template) => void = () => {},
  wishes: Context = {},
): Promise<QuickService> => {
  mkdirSync(dataFolder, { recursive: true });
  const context = { ...withGpu, ...wishes };
  const { templateText } = await assemblyFor(localContext(context), ASSEMBLIES);
  const template: Template = JSON.parse(templateText);
  keepEvents(template);
  shorten(template);
  adapt(template);
  const started = await startForTest({ dataFolder, context, template, env });
  const { endpoints }: Pick<QuickService, 'endpoints'> = JSON.parse(readFileSync(join(dataFolder, 'service.json'), 'utf8'));
  return { ...started, endpoints };
};

/** What a service that runs as a process prints when it runs. */
export type Announced = Pick<LocalService, 'apiUrl' | 's3Url' | 'bucket' | 'outputs'> & {
  ingest: number[];
  lookup: number;
  worker?: number;
};

if (import.meta.main) {
  const { service } = await startQuick(process.argv[2] ?? '');
  const { apiUrl, s3Url, bucket, outputs } = service;
  process.stdout.write(`${JSON.stringify({ apiUrl, s3Url, bucket, outputs, ...service.pids() } satisfies Announced)}\n`);
}
