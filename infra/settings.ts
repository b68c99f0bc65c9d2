// The settings of a deployment: context of cdk.json and `-c name=value`, checked once, frozen. A wrong one is told in one line.
import { z } from 'zod';
import { ConfigError } from '../functions/core/errors.ts';
import { STAGES, TEXT_READERS, USUAL_STAGES } from '../functions/core/facts/facts.ts';
import { BUCKET_PACKAGE } from './model-packages.ts';

const MAX_LIST = 20;
/** A scaling policy has at most 20 steps, one for each number of tasks. */
const MAX_GPU_TASKS = 20;
const MAX_KEY_BYTES = 512;
/** An event waits up to a day at EventBridge and 14 in queues; then it must still find that its object was deleted. */
const MIN_TOMBSTONE_DAYS = 15;

/** Lists may be written "a,b" on the command line. */
const split = (value: unknown): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : value;
const list = (item: z.ZodType<string>) => z.preprocess(split, z.array(item).max(MAX_LIST));
const whole = (least: number, most: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z.number().int().min(least).max(most),
  );
const money = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number().min(0).max(1_000_000),
);
const flag = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());
const text = (form: RegExp) => z.string().regex(form);
const keyPart = z
  .string()
  .min(1)
  .max(MAX_KEY_BYTES)
  .regex(/^[^\n\r,]+$/);
const httpsUrl = z.string().regex(/^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/);

/** CloudWatch takes only these. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;
const logDays = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
  z.literal([...LOG_DAYS]),
);

/** "off" is none. */
const stages = z.preprocess((value) => (value === 'off' ? [] : split(value)), z.array(z.enum(STAGES)).max(STAGES.length));

const PACKAGE = 'the name of a folder in models/ or models/pulled/, or a path that starts with ./ or /';
const packageName = text(/^([a-z0-9][a-z0-9._-]*|\.{0,2}\/[^\s]+)$/);
const DEFAULT_PACKAGE = 'm2';

/** Every setting: how it is checked, its default, what is expected in words, and an example of a right one. */
export const SETTINGS = {
  bucketName: [text(/^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), '', 'the name of an existing bucket, or "" for a new one', 'my-photos'],
  eventBridgeEnabled: [flag, false, 'true when EventBridge is on at the existing bucket, or false', 'true'],
  bucketKeyArn: [
    text(/^$|^arn:[^\s:]+:kms:[^\s]+$/),
    '',
    'the ARN of the existing bucket\'s KMS key, or ""',
    'arn:aws:kms:eu-west-1:111122223333:key/1234',
  ],
  keyPrefixes: [list(keyPart), [], `at most ${MAX_LIST} key prefixes without commas`, 'photos/,shop/'],
  keySuffixes: [list(keyPart), [], `at most ${MAX_LIST} key suffixes without commas`, '.jpg,.png'],
  outputPrefix: [text(/^$|^[^\n\r,*]{1,511}\/$/), 'caption-on-upload/', 'a key prefix that ends with /, or ""', 'reports/'],
  gpu: [z.enum(['off', 'spot', 'on-demand']), 'off', 'off, spot or on-demand', 'spot'],
  gpuInstanceTypes: [
    list(text(/^[a-z0-9-]+\.[a-z0-9-]+$/)),
    ['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge'],
    'EC2 instance types',
    'g6.xlarge,g5.xlarge',
  ],
  workerOn: [z.enum(['gpu', 'cpu']), 'gpu', 'gpu or cpu', 'cpu'],
  cpuInstanceTypes: [
    list(text(/^[a-z0-9-]+\.[a-z0-9-]+$/)),
    ['c7i.2xlarge', 'c6i.2xlarge', 'm7i.2xlarge'],
    'EC2 instance types',
    'c7i.2xlarge,c6i.2xlarge',
  ],
  gpuWakeAtMessages: [whole(1, 1_000_000), 1400, 'a whole number from 1 to 1000000', '1400'],
  gpuMaxTasks: [whole(1, MAX_GPU_TASKS), 2, `a whole number from 1 to ${MAX_GPU_TASKS}`, '2'],
  gpuIdleMinutes: [whole(1, 60), 15, 'a whole number from 1 to 60', '15'],
  gpuMaxWaitHours: [whole(1, 300), 24, 'a whole number from 1 to 300 (messages are kept for 14 days)', '24'],
  refine: [z.enum(['abstained', 'all', 'none']), 'abstained', 'abstained, all or none', 'abstained'],
  uploadModel: [packageName, DEFAULT_PACKAGE, PACKAGE, 'm2'],
  workerModel: [
    z.union([packageName, text(BUCKET_PACKAGE)]),
    DEFAULT_PACKAGE,
    `${PACKAGE}, or s3://BUCKET/PREFIX@sha256:DIGEST with the SHA-256 of its manifest.json`,
    'm2',
  ],
  analysis: [stages, [...USUAL_STAGES], `stages of ${STAGES.join(' ')}, or off`, USUAL_STAGES.join(',')],
  textReader: [z.enum(TEXT_READERS), 'tesseract', TEXT_READERS.join(', '), 'off'],
  authorization: [z.enum(['iam', 'jwt']), 'iam', 'iam or jwt', 'jwt'],
  jwtIssuer: [z.union([z.literal(''), httpsUrl]), '', 'an https:// address, or ""', 'https://login.example.com/'],
  jwtAudience: [list(text(/^[^\s,]+$/)), [], 'names without spaces', 'captions-api'],
  corsOrigins: [
    list(text(/^(\*|https?:\/\/[^\s/?#*]+)$/)),
    [],
    'origins such as https://www.example.com (no path), or *',
    'https://www.example.com',
  ],
  imageBaseUrl: [
    z.union([z.literal(''), httpsUrl.regex(/\/$/)]),
    '',
    'an https:// address that ends with /, below which the pictures are published by their keys, or ""',
    'https://images.example.com/',
  ],
  sitePageUrl: [
    z.union([z.literal(''), httpsUrl]),
    '',
    'an https:// address of a page that shows pictures without a page of their own, or ""',
    'https://www.example.com/gallery',
  ],
  genderNeutral: [flag, true, 'true or false', 'true'],
  speech: [z.enum(['polly', 'off']), 'polly', 'polly or off', 'polly'],
  translate: [z.enum(['amazon', 'off']), 'off', 'amazon or off', 'amazon'],
  vocabulary: [
    text(/^$|^\.{0,2}\/[^\s]+\.json$/),
    '',
    'the path of a JSON file that starts with ./ or /, or "" for the shipped vocabulary of tags',
    './shop/vocabulary.json',
  ],
  rulePacks: [list(text(/^[a-z0-9]+(-[a-z0-9]+)*$/)), [], 'names of rule packs in rules/', 'amazon-main,accessible-web'],
  monthlyBudgetUsd: [money, 0, 'US dollars from 0 (no budget) to 1000000', '50'],
  alarmEmail: [text(/^$|^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/), '', 'an e-mail address, or ""', 'ops@example.com'],
  logRetentionDays: [logDays, 30, `one of the days that CloudWatch knows: ${LOG_DAYS.join(' ')}`, '30'],
  tombstoneDays: [
    whole(MIN_TOMBSTONE_DAYS, 3650),
    30,
    `a whole number from ${MIN_TOMBSTONE_DAYS} (events may come that late) to 3650`,
    '30',
  ],
  oldVersionDays: [whole(1, 3650), 30, 'a whole number from 1 to 3650', '30'],
  architecture: [z.enum(['arm64', 'x64']), 'arm64', 'arm64 or x64', 'arm64'],
  encryption: [z.enum(['s3', 'kms']), 's3', 's3 or kms', 'kms'],
} as const satisfies Record<string, readonly [z.ZodType, unknown, string, string]>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** All settings, checked each by itself; what must hold between them is in preflight.ts. */
export type Settings = Readonly<{ [Name in SettingName]: z.infer<(typeof SETTINGS)[Name][0]> }>;

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** What CDK itself and its feature flags use as context has other characters in its name. */
const isOurs = (name: string): boolean => /^[A-Za-z]+$/.test(name);

const nearest = (name: string): string => {
  const lower = name.toLowerCase();
  const tests = [
    (known: string) => known === lower,
    (known: string) => known.startsWith(lower),
    (known: string) => lower.startsWith(known),
  ];
  const meant = tests.map((test) => NAMES.find((known) => test(known.toLowerCase()))).find((known) => known !== undefined);
  return meant ?? `one of ${NAMES.join(' ')}`;
};

const checked = (name: SettingName, value: unknown): { value: unknown } | { wrong: string } => {
  const [schema, byDefault, expected, example] = SETTINGS[name];
  const result = schema.safeParse(value ?? byDefault);
  if (result.success) return { value: Array.isArray(result.data) ? Object.freeze(result.data) : result.data };
  const received = JSON.stringify(value) ?? String(value);
  return { wrong: `setting ${name}: expected ${expected}, received ${received}; fix: -c ${name}=${example} or "context" in cdk.json` };
};

/** Settings that have another name, too: an older one. */
const ALIASES: Readonly<Record<string, SettingName>> = { gpuModel: 'workerModel' };

/**
 * The context by today's names. Both names may be there when one of them only says the default, as cdk.json does.
 * @throws ConfigError when they say different things
 */
export const renamed = (context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const result: Record<string, unknown> = { ...context };
  for (const [alias, name] of Object.entries(ALIASES)) {
    const { [alias]: older, [name]: newer } = context;
    delete result[alias];
    if (older === undefined) continue;
    const says = (value: unknown): boolean => value !== undefined && value !== SETTINGS[name][1];
    if (says(older) && says(newer) && older !== newer) {
      const received = `${JSON.stringify(newer)} and ${alias}=${JSON.stringify(older)}`;
      throw new ConfigError(`setting ${name}: expected one name for it, received ${received}; fix: leave out ${alias}, its older name`);
    }
    result[name] = says(newer) ? newer : older;
  }
  return result;
};

/** @throws ConfigError with a line for each wrong or unknown setting */
export const readSettings = (given: Readonly<Record<string, unknown>>): Settings => {
  const context = renamed(given);
  const unknown = Object.keys(context).filter((name) => isOurs(name) && !Object.hasOwn(SETTINGS, name));
  const wrong = unknown.map((name) => `setting ${name}: expected a known name, received ${JSON.stringify(name)}; fix: ${nearest(name)}`);
  const settings: Record<string, unknown> = {};
  for (const name of NAMES) {
    const outcome = checked(name, context[name]);
    if ('wrong' in outcome) wrong.push(outcome.wrong);
    else settings[name] = outcome.value;
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return Object.freeze(settings) as Settings;
};
