// Config and command line -> a running service as an operator reaches it: the one on this machine, or a deployed stack.
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { ClientPlace } from '../adapters/aws/aws-requests.ts';
import { type StackOutputs, stackOutputs, startStateMachine } from '../adapters/aws/cloud-formation-outputs.ts';
import { dynamoClient, dynamoRecords } from '../adapters/aws/dynamo-records.ts';
import { queueAdmin } from '../adapters/aws/queue-admin.ts';
import { s3Client, s3Objects } from '../adapters/aws/s3-objects.ts';
import { sqsClient, sqsOutbox } from '../adapters/aws/sqs-queue.ts';
import { backfillPlace } from '../adapters/backfill-place.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, localService } from '../adapters/local-service.ts';
import type { TextWriter } from '../core/embed/file-texts.ts';
import { CodedError } from '../core/errors.ts';
import type { Operations } from '../core/operate/operate-ports.ts';
import type { InferenceJob } from '../core/record/object-event.ts';
import type { Target } from '../handlers/operator/operator-arguments.ts';
import type { OperatorPorts } from '../handlers/operator/operator-command.ts';
import type { OperatorConfig } from './config.ts';

const outputsSchema = z.object({
  BucketName: z.string(),
  TableName: z.string(),
  UploadsQueueUrl: z.url(),
  UploadsDlqUrl: z.url(),
  BackfillQueueUrl: z.url(),
  BackfillDlqUrl: z.url(),
  InferenceQueueUrl: z.url().optional(),
  InferenceDlqUrl: z.url().optional(),
  UndeliveredUrl: z.url().optional(),
  BackfillStateMachineArn: z.string().optional(),
  OperatorSettings: z.string().optional(),
});

const settingsSchema = z.object({
  keyPrefixes: z.array(z.string()),
  keySuffixes: z.array(z.string()),
  outputPrefix: z.string(),
  tombstoneDays: z.number().int().positive(),
  workerModel: z.string().optional(),
  genderNeutral: z.boolean().optional(),
});

type Outputs = z.infer<typeof outputsSchema>;

/** The stack's default, for one that does not tell its own. */
const DEFAULT_TOMBSTONE_DAYS = 30;

type Places = { s3: ClientPlace; sqs: ClientPlace; dynamodb: ClientPlace };
type Found = {
  of: string;
  region: string;
  outputs: Record<string, string>;
  places: Places;
  placeFile(what: 'backfill' | 'recaption'): string;
  isStack: boolean;
};

const checked = <T>(of: string, schema: z.ZodType<T>, value: unknown): T => {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const names = error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new CodedError('CONFIG', `${of} does not tell ${names} as this version does: use the version that it was deployed with`);
};

const findLocal = async (data: string | undefined, { workingFolder, dataFolder }: OperatorConfig): Promise<Found> => {
  const folder = data === undefined ? dataFolder : resolve(workingFolder, data);
  const { outputs, endpoints } = await localService(folder);
  const at = (endpoint: string): ClientPlace => ({ endpoint, credentials: { ...LOCAL_CREDENTIALS } });
  const places = { s3: at(endpoints.s3), sqs: at(endpoints.sqs), dynamodb: at(endpoints.dynamodb) };
  return { of: 'the service', region: LOCAL_REGION, outputs, places, placeFile: (what) => join(folder, `${what}.json`), isStack: false };
};

const findStack = async (stack: string, { workingFolder }: OperatorConfig): Promise<Found> => {
  const { region, outputs }: StackOutputs = await stackOutputs(stack);
  const places = { s3: {}, sqs: {}, dynamodb: {} };
  const placeFile = (what: string): string => join(workingFolder, `.${what}-${stack.replace(/[^\w-]/g, '-')}.json`);
  return { of: `the stack ${stack}`, region, outputs, places, placeFile, isStack: true };
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Loaded for the one command that needs it. Pictures are decoded by the loaders that the service decodes them by, and no others. */
const loadTextWriter = async (): Promise<TextWriter> => {
  const { restrictSharp } = await import('../adapters/model/sharp-pixels.ts');
  restrictSharp();
  return (await import('../adapters/metadata/file-text-writer.ts')).fileTextWriter;
};

const textWriter = (): TextWriter => {
  let loaded: Promise<TextWriter> | undefined;
  const load = (): Promise<TextWriter> => {
    loaded ??= loadTextWriter();
    return loaded;
  };
  return {
    copyWith: async (...file) => (await load()).copyWith(...file),
    sidecar: async (texts) => (await load()).sidecar(texts),
  };
};

const openFound = ({ of, region, outputs: given, places, placeFile, isStack }: Found): Operations & { close(): void } => {
  const outputs: Outputs = checked(of, outputsSchema, given);
  const { OperatorSettings, BackfillStateMachineArn: machine, UndeliveredUrl: undelivered } = outputs;
  const settings = OperatorSettings === undefined ? undefined : checked(of, settingsSchema, parsedJson(OperatorSettings));
  const clients = { s3: s3Client(region, places.s3), sqs: sqsClient(region, places.sqs), dynamo: dynamoClient(region, places.dynamodb) };
  const queueAt = (queueUrl: string) => queueAdmin({ client: clients.sqs, queueUrl });
  const { InferenceQueueUrl: inference, InferenceDlqUrl: inferenceDlq } = outputs;
  const queues: Operations['queues'] = [
    { name: 'uploads', queue: queueAt(outputs.UploadsQueueUrl), dlq: queueAt(outputs.UploadsDlqUrl) },
    { name: 'backfill', queue: queueAt(outputs.BackfillQueueUrl), dlq: queueAt(outputs.BackfillDlqUrl) },
    ...(inference !== undefined && inferenceDlq !== undefined
      ? [{ name: 'inference' as const, queue: queueAt(inference), dlq: queueAt(inferenceDlq) }]
      : []),
  ];
  return {
    bucket: outputs.BucketName,
    queues,
    ...(undelivered !== undefined && { undelivered: queueAt(undelivered) }),
    store: dynamoRecords({ client: clients.dynamo, tableName: outputs.TableName, now: Date.now }),
    objects: s3Objects(clients.s3),
    textWriter: textWriter(),
    wording: { genderNeutral: settings?.genderNeutral ?? true },
    backfill: sqsOutbox({ client: clients.sqs, queueUrl: outputs.BackfillQueueUrl }),
    place: backfillPlace(placeFile('backfill')),
    recaptionPlace: backfillPlace(placeFile('recaption')),
    ...(inference !== undefined && { inference: sqsOutbox<InferenceJob>({ client: clients.sqs, queueUrl: inference }) }),
    ...(settings?.workerModel !== undefined && { workerModel: settings.workerModel }),
    ...(isStack && machine !== undefined && { startMachine: (input) => startStateMachine(region, machine, input) }),
    keys: settings,
    tombstoneDays: settings?.tombstoneDays ?? DEFAULT_TOMBSTONE_DAYS,
    clock: Date.now,
    pause: (ms) => setTimeout(ms),
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};

/** The ports of the operator's command in a terminal. */
export const operatorPorts = (config: OperatorConfig, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): OperatorPorts => ({
  open: async ({ data, stack }: Target) => openFound(await (stack === undefined ? findLocal(data, config) : findStack(stack, config))),
  async out(line) {
    if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
  },
  err: (line) => stderr.write(`${line}\n`),
});
