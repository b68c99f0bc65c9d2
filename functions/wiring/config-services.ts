// The settings of the service's functions, and what those of the worker share with them. The template gives them all; none has a second default here.
import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import type { PictureLimits } from '../core/picture/picture-limits.ts';
import type { KeyFilter } from '../core/record/key-filter.ts';
import { REFINE_POLICIES, type RefinePolicy } from '../core/record/policy.ts';
import {
  address,
  amount,
  type Environment,
  oneOf,
  optional,
  readSettings,
  type Settings as SettingsOf,
  text,
  whole,
  withDefault,
} from './config-settings.ts';

const MS_PER_S = 1000;
const MOST_LEASE_S = 43_200;
const MOST_RECEIVES = 1000;
const MOST_TOMBSTONE_DAYS = 3650;
const MOST_SETTLE_MS = 60_000;
const MOST_BYTES = 1_000_000_000;

/** A shorter secret could be guessed. */
const LEAST_SECRET_CHARACTERS = 32;

const fromStack = (name: string): string => `the stack sets ${name}; deploy it again, or set the variable`;

const tableName = { ...text('the name of the table', fromStack('TABLE_NAME')) };
const region = text('an AWS region such as eu-west-1', 'Lambda sets it; elsewhere set AWS_REGION');
const busName = text('the name of the event bus', fromStack('EVENT_BUS_NAME'));
/** Address of the inference queue. */
export const queueUrl = address(fromStack('INFERENCE_QUEUE_URL'));
const modelsFolder = text('the folder that holds the model packages', 'set it to /opt/models in Lambda, to the models folder elsewhere');
const model = text('the name of a model package in MODELS_DIR', 'set it to a package such as m2');
const lease = whole(1, MOST_LEASE_S, 'set it to the function timeout or more, in seconds, such as 120');
const receives = whole(1, MOST_RECEIVES, "set it to the queue's maxReceiveCount, such as 5");
const tombstoneDays = whole(1, MOST_TOMBSTONE_DAYS, 'set the context tombstoneDays, such as 30');
const usdPerSecond = amount('set it to what a second of this function costs in US dollars, such as 0.0000267');

/** Settings of both captioning functions. */
export const captioningSettings = {
  AWS_REGION: region,
  TABLE_NAME: tableName,
  LEASE_SECONDS: lease,
  MAX_RECEIVES: receives,
  EVENT_BUS_NAME: busName,
  MODELS_DIR: modelsFolder,
  MODEL: model,
  USD_PER_SECOND: usdPerSecond,
};

/** What both captioning functions are told. */
export type CaptioningConfig = {
  region: string;
  tableName: string;
  eventBusName: string;
  modelsFolder: string;
  /** name of a package in `modelsFolder` */
  model: string;
  limits: Readonly<PictureLimits>;
  inferenceTimeoutMs: number;
  /** where a bundle finds native packages */
  nodePath: string | undefined;
  leaseMs: number;
  /** deliveries after which a transient failure becomes FAILED */
  maxReceives: number;
  /** cost of a second of this function, in US dollars */
  usdPerSecond: number;
};

/** Settings of the ingest function. */
export type IngestConfig = CaptioningConfig & {
  refine: RefinePolicy;
  /** absent without a GPU tier */
  inferenceQueueUrl?: string;
  tombstoneDays: number;
  /** objects below it are the service's own; '' when there are none */
  outputPrefix: string;
};

/** Settings of the lookup function. */
export type LookupConfig = {
  region: string;
  tableName: string;
  bucket: string;
  /** signs cursors; never shown */
  cursorSecret: string;
  /** file name beside the bundle, or an absolute path */
  modelCardsFile: string;
  maxPictureBytes: number;
  /** a change is told only when it is older than this, so that none is overtaken */
  changesSettleMs: number;
  tombstoneDays: number;
  /** new uploads' keys begin with it; may be empty */
  keys: KeyFilter;
  /** '' when there is none */
  imageBaseUrl: string;
  /** '' when there is none */
  sitePageUrl: string;
  genderNeutral: boolean;
  /** whose tokens the page takes for sessions; absent where the API takes none, so that there is no page */
  session?: { issuer: string; audience: string[]; jwksUrl?: string };
};

/** Limits of pictures and of inference, which the caption command has too. */
export type PictureSettings = { limits: Readonly<PictureLimits>; inferenceTimeoutMs: number; nodePath: string | undefined };

const ingestSettings = {
  ...captioningSettings,
  REFINE: oneOf(REFINE_POLICIES, 'set the context refine to one of them'),
  INFERENCE_QUEUE_URL: optional(queueUrl),
  TOMBSTONE_DAYS: tombstoneDays,
  OUTPUT_PREFIX: withDefault(text('a key prefix that ends with /', fromStack('OUTPUT_PREFIX')), ''),
};

/** @throws ConfigError */
export const ingestConfig = (env: Environment, pictures: PictureSettings): Readonly<IngestConfig> => {
  const set = readSettings(ingestSettings, env);
  if (set.REFINE !== 'none' && set.INFERENCE_QUEUE_URL === undefined) {
    throw new ConfigError(
      `INFERENCE_QUEUE_URL: expected an address because REFINE is "${set.REFINE}" but received nothing; set REFINE to none`,
    );
  }
  return Object.freeze({
    ...captioningOf(set, pictures),
    refine: set.REFINE,
    ...(set.INFERENCE_QUEUE_URL === undefined ? {} : { inferenceQueueUrl: set.INFERENCE_QUEUE_URL }),
    tombstoneDays: set.TOMBSTONE_DAYS,
    outputPrefix: set.OUTPUT_PREFIX,
  });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const keyFilter: z.ZodType<KeyFilter> = z
  .string()
  .transform(parsed)
  .pipe(z.strictObject({ keyPrefixes: z.array(z.string()), keySuffixes: z.array(z.string()), outputPrefix: z.string() }));

const lookupSettings = {
  AWS_REGION: region,
  TABLE_NAME: tableName,
  UPLOADS_BUCKET: text('the name of the bucket', fromStack('UPLOADS_BUCKET')),
  CURSOR_SECRET: {
    ...text(
      `at least ${LEAST_SECRET_CHARACTERS} random characters`,
      'set it to the output of: openssl rand -hex 32',
      LEAST_SECRET_CHARACTERS,
    ),
    secret: true,
  },
  MODEL_CARDS_FILE: text('the file of the model cards', 'set it to model-cards.json, which is beside the bundle'),
  MAX_PICTURE_BYTES: whole(1, MOST_BYTES, 'set the most bytes of an upload, such as 26214400'),
  CHANGES_SETTLE_MS: whole(0, MOST_SETTLE_MS, 'set how old a change must be to be told, such as 2000'),
  TOMBSTONE_DAYS: tombstoneDays,
  KEY_FILTER: {
    schema: keyFilter,
    expected: 'JSON with the lists keyPrefixes and keySuffixes and the text outputPrefix',
    fix: fromStack('KEY_FILTER'),
  },
  IMAGE_BASE_URL: withDefault(address(fromStack('IMAGE_BASE_URL')), ''),
  SITE_PAGE_URL: withDefault(address(fromStack('SITE_PAGE_URL')), ''),
  GENDER_NEUTRAL: oneOf(['true', 'false'], fromStack('GENDER_NEUTRAL')),
  JWT_ISSUER: optional(address(fromStack('JWT_ISSUER'))),
  JWT_AUDIENCE: optional(text('names with spaces between them', fromStack('JWT_AUDIENCE'))),
  JWKS_URL: optional(address('leave it out to ask the issuer where its keys are')),
};

/** @throws ConfigError */
const sessionOf = (
  issuer: string | undefined,
  audience: string | undefined,
  jwksUrl: string | undefined,
): Pick<LookupConfig, 'session'> => {
  if (issuer === undefined) return {};
  if (audience === undefined) {
    throw new ConfigError(`JWT_AUDIENCE: expected names because JWT_ISSUER is set but received nothing; ${fromStack('JWT_AUDIENCE')}`);
  }
  return { session: { issuer, audience: audience.split(' '), ...(jwksUrl !== undefined && { jwksUrl }) } };
};

/** @throws ConfigError */
export const lookupConfig = (env: Environment): Readonly<LookupConfig> => {
  const set = readSettings(lookupSettings, env);
  return Object.freeze({
    region: set.AWS_REGION,
    tableName: set.TABLE_NAME,
    bucket: set.UPLOADS_BUCKET,
    cursorSecret: set.CURSOR_SECRET,
    modelCardsFile: set.MODEL_CARDS_FILE,
    maxPictureBytes: set.MAX_PICTURE_BYTES,
    changesSettleMs: set.CHANGES_SETTLE_MS,
    tombstoneDays: set.TOMBSTONE_DAYS,
    keys: set.KEY_FILTER,
    imageBaseUrl: set.IMAGE_BASE_URL,
    sitePageUrl: set.SITE_PAGE_URL,
    genderNeutral: set.GENDER_NEUTRAL === 'true',
    ...sessionOf(set.JWT_ISSUER, set.JWT_AUDIENCE, set.JWKS_URL),
  });
};

/** What the settings that both captioning functions have come to. */
export const captioningOf = (
  set: SettingsOf<typeof captioningSettings>,
  { limits, inferenceTimeoutMs, nodePath }: PictureSettings,
): CaptioningConfig => ({
  region: set.AWS_REGION,
  tableName: set.TABLE_NAME,
  eventBusName: set.EVENT_BUS_NAME,
  modelsFolder: set.MODELS_DIR,
  model: set.MODEL,
  limits,
  inferenceTimeoutMs,
  nodePath,
  leaseMs: set.LEASE_SECONDS * MS_PER_S,
  maxReceives: set.MAX_RECEIVES,
  usdPerSecond: set.USD_PER_SECOND,
});
