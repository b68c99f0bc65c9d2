// The settings of the lookup function. The template gives them all; none has a second default here.
import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import { type Stage, TEXT_READERS } from '../core/facts/facts.ts';
import type { KeyFilter } from '../core/record/key-filter.ts';
import { stages } from './config-analysis.ts';
import { fromStack, packNamesIn, region, rulePackNames, rulePacksFile, tableName, tombstoneDays } from './config-services.ts';
import { address, type Environment, oneOf, optional, readSettings, text, whole, withDefault } from './config-settings.ts';

const MOST_SETTLE_MS = 60_000;
const MOST_BYTES = 1_000_000_000;

/** A shorter secret could be guessed. */
const LEAST_SECRET_CHARACTERS = 32;

/** What speaks: Amazon Polly, or nothing. */
const SPEECH_ENGINES = ['polly', 'off'] as const;

/** What translates: Amazon Translate, or nothing. */
const TRANSLATORS = ['amazon', 'off'] as const;

/** Settings of the lookup function. */
export type LookupConfig = {
  region: string;
  tableName: string;
  bucket: string;
  /** signs cursors; never shown */
  cursorSecret: string;
  /** file name beside the bundle, or an absolute path */
  modelCardsFile: string;
  /** the same, of the rule packs */
  rulePacksFile: string;
  /** file of the shop's own vocabulary of tags, beside the bundle or an absolute path; absent where the shipped one is used */
  vocabularyFile?: string;
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
  /** what the functions that caption look for, to be shown; absent where that is not told */
  analysis: { stages: readonly Stage[]; textReader: (typeof TEXT_READERS)[number]; rulePacks: readonly string[] };
  speech: (typeof SPEECH_ENGINES)[number];
  translate: (typeof TRANSLATORS)[number];
  /** whose tokens the page takes for sessions; absent where the API takes none, so that there is no page */
  session?: { issuer: string; audience: string[]; jwksUrl?: string };
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
  RULE_PACKS_FILE: rulePacksFile,
  VOCABULARY_FILE: optional(text('the file of a vocabulary of tags', 'leave it out for the shipped one')),
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
  ANALYSIS: { ...stages, fix: fromStack('ANALYSIS') },
  TEXT_READER: oneOf(TEXT_READERS, fromStack('TEXT_READER')),
  RULE_PACKS: withDefault(rulePackNames, ''),
  GENDER_NEUTRAL: oneOf(['true', 'false'], fromStack('GENDER_NEUTRAL')),
  SPEECH: oneOf(SPEECH_ENGINES, 'set the context speech to one of them'),
  TRANSLATE: oneOf(TRANSLATORS, 'set the context translate to one of them'),
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
    rulePacksFile: set.RULE_PACKS_FILE,
    ...(set.VOCABULARY_FILE !== undefined && { vocabularyFile: set.VOCABULARY_FILE }),
    maxPictureBytes: set.MAX_PICTURE_BYTES,
    changesSettleMs: set.CHANGES_SETTLE_MS,
    tombstoneDays: set.TOMBSTONE_DAYS,
    keys: set.KEY_FILTER,
    imageBaseUrl: set.IMAGE_BASE_URL,
    sitePageUrl: set.SITE_PAGE_URL,
    genderNeutral: set.GENDER_NEUTRAL === 'true',
    analysis: { stages: set.ANALYSIS, textReader: set.TEXT_READER, rulePacks: packNamesIn(set.RULE_PACKS) },
    speech: set.SPEECH,
    translate: set.TRANSLATE,
    ...sessionOf(set.JWT_ISSUER, set.JWT_AUDIENCE, set.JWKS_URL),
  });
};
