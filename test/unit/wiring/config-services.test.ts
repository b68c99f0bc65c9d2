import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../functions/core/errors.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { readIngestConfig, readLookupConfig, readWorkerConfig } from '../../../functions/wiring/config.ts';

const SHARED = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'captions',
  EVENT_BUS_NAME: 'bus',
  MODELS_DIR: '/opt/models',
  MODEL: 'm2',
  ANALYSIS: 'objects,quality',
  LEASE_SECONDS: '120',
  MAX_RECEIVES: '5',
  USD_PER_SECOND: '2.67e-5',
};
const INGEST = {
  ...SHARED,
  INFERENCE_QUEUE_URL: 'http://127.0.0.1:4/q',
  REFINE: 'abstained',
  TOMBSTONE_DAYS: '30',
  RULE_PACKS_FILE: 'rule-packs.json',
};
const WORKER = {
  ...SHARED,
  INFERENCE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q',
  PROVIDER: 'cuda',
  BATCH_MAX: '16',
  LINGER_MS: '0',
  VISIBILITY_SECONDS: '120',
  HEALTH_PORT: '0',
};
const LOOKUP = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'captions',
  UPLOADS_BUCKET: 'photos',
  CURSOR_SECRET: 'x'.repeat(32),
  GENDER_NEUTRAL: 'true',
  ANALYSIS: 'off',
  TEXT_READER: 'off',
  SPEECH: 'polly',
  TRANSLATE: 'off',
  MODEL_CARDS_FILE: 'model-cards.json',
  RULE_PACKS_FILE: 'rule-packs.json',
  MAX_PICTURE_BYTES: '26214400',
  CHANGES_SETTLE_MS: '2000',
  TOMBSTONE_DAYS: '30',
  KEY_FILTER: '{"keyPrefixes":["shop/"],"keySuffixes":[],"outputPrefix":""}',
};

const FUNCTIONS = [
  { name: 'ingest', env: INGEST, read: readIngestConfig },
  { name: 'worker', env: WORKER, read: readWorkerConfig },
  { name: 'lookup', env: LOOKUP, read: readLookupConfig },
];

describe('the settings of the service', () => {
  it('tell the lookup function what is analysed', () => {
    const told = { ...LOOKUP, ANALYSIS: 'colours,text', TEXT_READER: 'rekognition', RULE_PACKS: 'amazon-main,instagram' };
    expect(readLookupConfig(told).analysis).toEqual({
      stages: ['colours', 'text'],
      textReader: 'rekognition',
      rulePacks: ['amazon-main', 'instagram'],
    });
    expect(readLookupConfig(LOOKUP).analysis).toEqual({ stages: [], textReader: 'off', rulePacks: [] });
    expect(() => readLookupConfig({ ...LOOKUP, ANALYSIS: 'smells' })).toThrow('ANALYSIS');
  });

  it('are typed and frozen', () => {
    expect(readIngestConfig(INGEST)).toMatchObject({
      leaseMs: 120_000,
      refine: 'abstained',
      usdPerSecond: 2.67e-5,
      limits: DEFAULT_LIMITS,
    });
    expect(readWorkerConfig(WORKER)).toMatchObject({ provider: 'cuda', batchMax: 16, lingerMs: 0, visibilityS: 120, healthPort: 0 });
    expect(readLookupConfig(LOOKUP)).toMatchObject({ bucket: 'photos', keys: { keyPrefixes: ['shop/'] }, changesSettleMs: 2000 });
    expect(FUNCTIONS.every(({ env, read }) => Object.isFrozen(read(env)))).toBe(true);
  });

  it('have sessions only where tokens are taken, and then whose they are and for whom', () => {
    expect(readLookupConfig(LOOKUP)).not.toHaveProperty('session');
    const jwt = { ...LOOKUP, JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'captions-api shop' };
    const session = { issuer: 'https://login.example.com/', audience: ['captions-api', 'shop'] };
    expect(readLookupConfig(jwt).session).toEqual(session);
    const jwksUrl = 'http://127.0.0.1:8080/.well-known/jwks.json';
    expect(readLookupConfig({ ...jwt, JWKS_URL: jwksUrl }).session).toEqual({ ...session, jwksUrl });
    expect(() => readLookupConfig({ ...jwt, JWT_AUDIENCE: '' })).toThrow(/^JWT_AUDIENCE: expected .+ because JWT_ISSUER/);
    expect(() => readLookupConfig({ ...jwt, JWT_ISSUER: 'login' })).toThrow(/^JWT_ISSUER: expected an address/);
  });

  it('know a package of the worker by its digest, and where to fetch it', () => {
    const digest = 'a'.repeat(64);
    const set = readWorkerConfig({ ...WORKER, MODEL_DIGEST: digest, MODEL_URI: 's3://my-models/large/v1' });
    expect(set).toMatchObject({ modelDigest: digest, modelPlace: { bucket: 'my-models', prefix: 'large/v1' } });
    expect(() => readWorkerConfig({ ...WORKER, MODEL_URI: 's3://my-models/large' })).toThrow(
      /^MODEL_DIGEST: expected .+ because MODEL_URI/,
    );
    expect(() => readWorkerConfig({ ...WORKER, MODEL_DIGEST: digest, MODEL_URI: 's3://my-models' })).toThrow(/^MODEL_URI: expected /);
    for (const name of ['..', '.', '/srv/data', 'a/../..'])
      expect(() => readWorkerConfig({ ...WORKER, MODEL_DIGEST: digest, MODEL_URI: 's3://my-models/large', MODEL: name })).toThrow(
        /^MODEL: expected a plain folder name because MODEL_URI is set but received ".+"; /,
      );
  });

  const missing = FUNCTIONS.flatMap(({ name, env, read }) => Object.keys(env).map((variable) => ({ name, variable, env, read })));
  it.each(missing)('$name says in one line that $variable is missing', ({ variable, env, read }) => {
    for (const value of [undefined, '']) {
      const settings = { ...env, [variable]: value };
      expect(() => read(settings)).toThrow(ConfigError);
      expect(() => read(settings)).toThrow(new RegExp(`^${variable}: expected .+ but received nothing; .+$`));
    }
  });

  const wrong = [
    {
      env: { REFINE: 'some' },
      line: 'REFINE: expected one of abstained, all, none but received "some"; set the context refine to one of them',
    },
    { env: { LEASE_SECONDS: '0' }, line: 'LEASE_SECONDS: expected a whole number from 1 to 43200 but received "0"; ' },
    { env: { LEASE_SECONDS: '1.5' }, line: 'received "1.5"' },
    { env: { MAX_RECEIVES: ' 5' }, line: 'received " 5"' },
    { env: { INFERENCE_QUEUE_URL: 'queue' }, line: 'INFERENCE_QUEUE_URL: expected an address' },
    { env: { USD_PER_SECOND: '-1' }, line: 'USD_PER_SECOND: expected a number of at least 0 but received "-1"' },
    { env: { DECODE_TIMEOUT_MS: '1e9999' }, line: 'DECODE_TIMEOUT_MS' },
    {
      env: { TABLE_NAME: '', MODEL: '' },
      line: 'nothing; the stack sets TABLE_NAME; deploy it again, or set the variable\nMODEL: expected',
    },
  ];
  it.each(wrong)('say what is wrong: $line', ({ env, line }) => {
    expect(() => readIngestConfig({ ...INGEST, ...env })).toThrow(line);
  });

  it('need no queue without a larger model', () => {
    const { INFERENCE_QUEUE_URL: _, ...env } = INGEST;
    expect(readIngestConfig({ ...env, REFINE: 'none' })).not.toHaveProperty('inferenceQueueUrl');
  });

  it.each(['{', '[]', '{"keyPrefixes":[],"keySuffixes":[]}', '{"keyPrefixes":"a","keySuffixes":[],"outputPrefix":""}'])(
    'want a filter of keys, not %s',
    (filter) => {
      expect(() => readLookupConfig({ ...LOOKUP, KEY_FILTER: filter })).toThrow(/^KEY_FILTER: expected JSON with the lists .+$/);
    },
  );

  it('never show a secret', () => {
    expect(() => readLookupConfig({ ...LOOKUP, CURSOR_SECRET: 'short-secret' })).toThrow(/received 12 characters; set it to the output of/);
    expect(() => readLookupConfig({ ...LOOKUP, CURSOR_SECRET: 'short-secret' })).not.toThrow(/short-secret/);
  });
});
