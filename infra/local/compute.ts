// The part of a template that runs: functions with their layers, event source mappings, the worker's container, outputs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Resolve } from './intrinsics.ts';
import { allows, policyDocument } from './policy.ts';
import { MEANS_NOTHING, namesOf, valuesOf } from './resource-values.ts';
import { propertiesOf, resourcesOf, type Template, TemplateError } from './template.ts';

/** A function as it is started: files are paths on this machine. */
export type FunctionPlan = {
  id: string;
  name: string;
  /** folder of the bundle */
  folder: string;
  /** as Lambda has it: file.export */
  handler: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
};

/** A queue whose messages a function takes. */
export type MappingPlan = {
  functionId: string;
  queueName: string;
  batchSize: number;
  windowMs: number;
  /** whether the function may report single messages as failed */
  partialFailures: boolean;
  maxConcurrency: number;
};

/** The container of the inference tier. */
export type WorkerPlan = { command: string[]; environment: Record<string, string> };

/** What runs. */
export type Compute = { functions: FunctionPlan[]; mappings: MappingPlan[]; worker?: WorkerPlan; outputs: Record<string, string> };

const LAMBDA_DEFAULT_TIMEOUT_S = 3;
const LAMBDA_DEFAULT_MEMORY_MB = 128;
const MS_PER_S = 1000;
const UNBOUNDED = 1000;

const code = z.object({ S3Key: z.string() });
const lambda = z.object({
  Code: code,
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'only Node functions run here'),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  Layers: z.array(z.string()).default([]),
  Role: z.string(),
  Timeout: z.number().default(LAMBDA_DEFAULT_TIMEOUT_S),
  MemorySize: z.number().default(LAMBDA_DEFAULT_MEMORY_MB),
});
const mapping = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).default({ MaximumConcurrency: UNBOUNDED }),
  Enabled: z.boolean().default(true),
  FilterCriteria: z.undefined('filters of mappings are not known here').optional(),
});
const container = z.object({
  Command: z.array(z.string()).default([]),
  EntryPoint: z.array(z.string()).default([]),
  Environment: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
});
const rolePolicy = z.object({ PolicyDocument: policyDocument, Roles: z.array(z.string()).default([]) });

/** What Lambda must be allowed to do to take messages for a function. */
const TAKING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const checkedEnvironment = (id: string, environment: Record<string, string>): Record<string, string> => {
  const wrong = Object.entries(environment).find(([, value]) => value.includes(MEANS_NOTHING));
  if (wrong === undefined) return environment;
  throw new TemplateError(
    `${id}: the variable ${wrong[0]} comes from ${wrong[1].replace(MEANS_NOTHING, '')}, which has no value on this machine`,
  );
};

/** Reads what runs. `resolve` must know all addresses. @throws TemplateError */
export const readCompute = (template: Template, resolve: Resolve, assetsFolder: string): Compute => {
  const names = namesOf(template);
  const value = valuesOf(template);
  const { ofType, read } = resourcesOf(template, resolve);
  const assetFolder = (id: string, { S3Key }: z.infer<typeof code>): string => {
    const folder = join(assetsFolder, `asset.${S3Key.replace(/\.zip$/, '')}`);
    if (existsSync(folder)) return folder;
    throw new TemplateError(`the asset of ${id} was not made: ${folder}`);
  };

  const layers = new Map(
    ofType('AWS::Lambda::LayerVersion').map((one) => [
      value(one[0], 'Ref'),
      assetFolder(one[0], read(one, z.object({ Content: code })).Content),
    ]),
  );
  /** `/opt/...` is where Lambda lays all layers over each other. */
  const fromLayers = (id: string, name: string, path: string, folders: readonly string[]): string => {
    if (!path.startsWith('/opt/')) return path;
    const found = folders.map((folder) => join(folder, path.slice('/opt/'.length))).find((candidate) => existsSync(candidate));
    if (found !== undefined) return found;
    throw new TemplateError(`${id}: ${name} is ${path}, but none of its layers has it`);
  };

  const roles = new Map<string, string>();
  const functions = ofType('AWS::Lambda::Function').map((one): FunctionPlan => {
    const [id] = one;
    const found = read(one, lambda);
    roles.set(id, found.Role);
    const folders = found.Layers.map((layer) => {
      const folder = layers.get(layer);
      if (folder === undefined) throw new TemplateError(`${id}: its layer ${layer} is not in the template`);
      return folder;
    });
    const given = Object.entries(checkedEnvironment(id, found.Environment.Variables));
    const environment = Object.fromEntries(given.map(([name, text]) => [name, fromLayers(id, name, text, folders)]));
    return {
      id,
      name: names.get(id) ?? id,
      folder: assetFolder(id, found.Code),
      handler: found.Handler,
      environment: { ...environment, NODE_PATH: folders.map((folder) => join(folder, 'nodejs', 'node_modules')).join(':') },
      timeoutMs: found.Timeout * MS_PER_S,
      memoryMb: found.MemorySize,
    };
  });

  const policies = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').map((one) => read(one, rolePolicy));
  const queues = new Map(ofType('AWS::SQS::Queue').map(([id, { Properties }]) => [value(id, 'Arn'), { id, properties: Properties }]));
  const mappings = ofType('AWS::Lambda::EventSourceMapping').flatMap((one): MappingPlan[] => {
    const found = read(one, mapping);
    const queue = queues.get(found.EventSourceArn);
    const target = functions.find(({ id }) => found.FunctionName === value(id, 'Ref') || found.FunctionName === value(id, 'Arn'));
    if (queue === undefined || target === undefined) throw new TemplateError(`${one[0]} maps what the template does not have`);
    const role = Object.keys(template.Resources).find((id) => value(id, 'Arn') === roles.get(target.id)) ?? '';
    const documents = policies.filter(({ Roles }) => Roles.includes(value(role, 'Ref'))).map(({ PolicyDocument }) => PolicyDocument);
    const refused = TAKING.find((action) => !allows(documents, { action, resource: found.EventSourceArn, context: {} }));
    if (refused !== undefined)
      throw new TemplateError(`the role of ${target.id} may not ${refused} at ${queue.id}: AWS would refuse the mapping`);
    const visibilityS = Number(queue.properties.VisibilityTimeout ?? 30);
    if (visibilityS * MS_PER_S < target.timeoutMs) {
      throw new TemplateError(
        `messages of ${queue.id} come back after ${visibilityS} s, before ${target.id} times out: AWS would refuse the mapping`,
      );
    }
    if (!found.Enabled) return [];
    return [
      {
        functionId: target.id,
        queueName: names.get(queue.id) ?? queue.id,
        batchSize: found.BatchSize,
        windowMs: found.MaximumBatchingWindowInSeconds * MS_PER_S,
        partialFailures: found.FunctionResponseTypes.length > 0,
        maxConcurrency: found.ScalingConfig.MaximumConcurrency,
      },
    ];
  });

  const [task] = ofType('AWS::ECS::TaskDefinition').map((one): WorkerPlan => {
    // other properties of a task may refer to what means nothing here
    const definitions = propertiesOf(
      one[0],
      one[1].Type,
      z.array(z.record(z.string(), z.unknown())).length(1),
      one[1].Properties.ContainerDefinitions,
    );
    const { Command, EntryPoint, Environment } = definitions[0] ?? {};
    const found = propertiesOf(one[0], 'its container', container, resolve({ Command, EntryPoint, Environment }));
    const environment = Object.fromEntries(found.Environment.map(({ Name, Value }) => [Name, Value]));
    return { command: [...found.EntryPoint, ...found.Command], environment: checkedEnvironment(one[0], environment) };
  });

  const outputs = Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(Value))] as const);
  return {
    functions,
    mappings,
    ...(task === undefined ? {} : { worker: task }),
    outputs: Object.fromEntries(outputs.filter(([, text]) => !text.includes(MEANS_NOTHING))),
  };
};
