// Functions of a template: their variables, rights, layers and logs, and that nobody may do more than is named here.
import { MAX_RECEIVES } from '../queues.ts';
import { type Found, type Json, list, ofType, property, refersTo, rightsOf, type Statement, type Template, unless } from './look.ts';

const RUNTIME = 'nodejs24.x';
const MS_PER_S = 1000;

const CAPTIONING = [
  'TABLE_NAME',
  'EVENT_BUS_NAME',
  'MODELS_DIR',
  'MODEL',
  'ANALYSIS',
  'TEXT_READER',
  'LEASE_SECONDS',
  'MAX_RECEIVES',
  'USD_PER_SECOND',
];

/** Variables that each function must be given. */
export const VARIABLES = {
  ingest: [...CAPTIONING, 'REFINE', 'TOMBSTONE_DAYS', 'INFERENCE_TIMEOUT_MS', 'ANALYSIS_BUDGET_MS', 'RULE_PACKS_FILE'],
  lookup: [
    'TABLE_NAME',
    'UPLOADS_BUCKET',
    'CURSOR_SECRET',
    'MODEL_CARDS_FILE',
    'RULE_PACKS_FILE',
    'MAX_PICTURE_BYTES',
    'CHANGES_SETTLE_MS',
    'TOMBSTONE_DAYS',
    'KEY_FILTER',
    'GENDER_NEUTRAL',
    'SPEECH',
    'TRANSLATE',
    'ANALYSIS',
    'TEXT_READER',
  ],
  worker: [
    'AWS_REGION',
    ...CAPTIONING,
    'MODEL_DIGEST',
    'INFERENCE_QUEUE_URL',
    'ANALYSIS_BUDGET_MS',
    'PROVIDER',
    'BATCH_MAX',
    'LINGER_MS',
    'VISIBILITY_SECONDS',
    'HEALTH_PORT',
  ],
} as const;

/** Rights that each needs. */
export const RIGHTS = {
  ingest: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:ListBucket',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'events:PutEvents',
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'logs:PutLogEvents',
  ],
  lookup: [
    's3:GetObject',
    's3:PutObject',
    's3:DeleteObject',
    's3:ListBucket',
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'logs:PutLogEvents',
  ],
  worker: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:ListBucket',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'events:PutEvents',
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
  ],
} as const;

/** Actions that AWS has only for all resources, or that are bound by a condition. */
const WITHOUT_RESOURCE =
  /^(logs:.*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|DescribeLogGroups)|xray:\w+|ecr:GetAuthorizationToken|ecs:DiscoverPollEndpoint|polly:SynthesizeSpeech|translate:TranslateText|rekognition:DetectText)$/;

/** Variables that name a resource of the stack, and the output that tells of the same. */
const NAMED = {
  TABLE_NAME: 'TableName',
  EVENT_BUS_NAME: 'EventBusName',
  INFERENCE_QUEUE_URL: 'InferenceQueueUrl',
  UPLOADS_BUCKET: 'BucketName',
} as const;

/** Variables that say something else than the rest of the template; `timeoutS`: of the function. */
export const wrongVariables = (template: Template, who: string, set: Readonly<Record<string, Json>>, timeoutS: number): string[] => [
  ...Object.entries(NAMED)
    .filter(([name, output]) => set[name] !== undefined && JSON.stringify(set[name]) !== JSON.stringify(template.Outputs?.[output]?.Value))
    .map(([name]) => `${name} of ${who} names another resource than the outputs do`),
  ...unless(
    [undefined, String(MAX_RECEIVES)].includes(set.MAX_RECEIVES as string | undefined),
    `${who} gives up after other deliveries than the queue`,
  ),
  ...unless(
    set.LEASE_SECONDS === undefined || Number(set.LEASE_SECONDS) > timeoutS,
    `records of ${who} are free while it still works on them`,
  ),
  ...unless(
    set.INFERENCE_TIMEOUT_MS === undefined || Number(set.INFERENCE_TIMEOUT_MS) < timeoutS * MS_PER_S,
    `${who} is ended before a model that hangs`,
  ),
];

/** Rights of `role` that are missing. */
export const missingRights = (template: Template, role: string, needed: readonly string[], who: string): string[] => {
  const allowed = new Set(
    rightsOf(template, role)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ actions }) => actions),
  );
  return needed.filter((action) => !allowed.has(action)).map((action) => `${who} may not ${action}`);
};

const tooWide = ({ owner, actions, resources, condition }: Statement): string[] => [
  ...actions.filter((action) => action.includes('*')).map((action) => `${owner} may do ${action}`),
  ...(resources.includes('*') && condition === undefined
    ? actions.filter((action) => !WITHOUT_RESOURCE.test(action)).map((action) => `${owner} may ${action} on everything`)
    : []),
];

/** Rights that go with a variable, when it has this value; `tells`: who has the variable for people to see only. */
const WITH_VARIABLE = [
  { name: 'SPEECH', value: 'polly', action: 'polly:SynthesizeSpeech' },
  { name: 'TRANSLATE', value: 'amazon', action: 'translate:TranslateText' },
  { name: 'TEXT_READER', value: 'rekognition', action: 'rekognition:DetectText', tells: 'lookup' },
] as const;

/** What a function, or the worker, is told to use and may not, or may use and is told not to. */
export const otherRights = (template: Template, role: string, variables: Readonly<Record<string, Json>>, who: string): string[] =>
  WITH_VARIABLE.flatMap(({ name, value, action, ...of }) => {
    const missing = missingRights(template, role, [action], who);
    const isUsed = !('tells' in of && of.tells === who);
    if (isUsed && variables[name] === value) return missing;
    return unless(missing.length > 0, `${who} may ${action} although ${isUsed ? `${name} is not ${value}` : 'it never asks for that'}`);
  });

const lambda = (template: Template, found: Found, who: 'ingest' | 'lookup'): string[] => {
  const variables = (property(found, 'Environment', 'Variables') ?? {}) as Record<string, Json>;
  const asks = who === 'ingest' && template.Outputs?.InferenceQueueUrl !== undefined;
  const role = refersTo(property(found, 'Role')) ?? '';
  const logs = template.Resources[refersTo(property(found, 'LoggingConfig', 'LogGroup')) ?? ''];
  return [
    ...VARIABLES[who].filter((name) => variables[name] === undefined).map((name) => `${who} lacks the variable ${name}`),
    ...unless(!asks || variables.INFERENCE_QUEUE_URL !== undefined, 'ingest does not know the inference queue'),
    ...wrongVariables(template, who, variables, Number(property(found, 'Timeout'))),
    ...missingRights(template, role, RIGHTS[who], who),
    ...otherRights(template, role, variables, who),
    ...unless(property(found, 'Runtime') === RUNTIME, `${who} does not run on ${RUNTIME}`),
    ...unless(logs !== undefined, `${who} has no log group of its own`),
    ...unless(who === 'lookup' || list(property(found, 'Layers')).length === 2, `${who} lacks a layer`),
  ];
};

/** The functions of a template, told apart by what they are given. */
const functionsOf = (template: Template): { ingest: Found[]; lookup: Found[] } => {
  const all = ofType(template, 'AWS::Lambda::Function');
  const taking = new Set(ofType(template, 'AWS::Lambda::EventSourceMapping').map((mapping) => refersTo(property(mapping, 'FunctionName'))));
  return { ingest: all.filter(({ id }) => taking.has(id)), lookup: all.filter(({ id }) => !taking.has(id)) };
};

/** Keys below the output prefix are the service's own: ingest leaves them alone, and lookup lets nobody upload there. */
const ownPrefix = (ingest: readonly Found[], lookup: readonly Found[]): string[] => {
  const variable = (name: string) => (found: Found) => String(property(found, 'Environment', 'Variables', name) ?? '');
  const filters = lookup.map(variable('KEY_FILTER')).filter((text) => text.startsWith('{'));
  const prefixes = new Set([...ingest.map(variable('OUTPUT_PREFIX')), ...filters.map((text) => String(JSON.parse(text).outputPrefix))]);
  return unless(prefixes.size <= 1, 'ingest and lookup have different output prefixes');
};

/** What is wrong with functions and rights. */
export const checkFunctions = (template: Template): string[] => {
  const { ingest, lookup } = functionsOf(template);
  const roles = ofType(template, 'AWS::IAM::Role');
  const code = ofType(template, 'AWS::Lambda::Function').map((found) => property(found, 'Code', 'S3Key'));
  const layers = ofType(template, 'AWS::Lambda::LayerVersion').map((found) => property(found, 'Content', 'S3Key'));
  const parts = [...code, ...layers];
  return [
    ...unless(new Set(parts).size === parts.length, 'two functions or layers have the same code'),
    ...unless(ingest.length === 1 && lookup.length === 1, 'there is not exactly one ingest and one lookup function'),
    ...ingest.flatMap((found) => lambda(template, found, 'ingest')),
    ...lookup.flatMap((found) => lambda(template, found, 'lookup')),
    ...ownPrefix(ingest, lookup),
    ...roles.flatMap(({ id }) => rightsOf(template, id).flatMap(tooWide)),
    ...ofType(template, 'AWS::Logs::LogGroup').flatMap((logs) =>
      unless(Number(property(logs, 'RetentionInDays')) > 0, `logs of ${logs.id} are kept for ever`),
    ),
  ];
};
