// Settings: what is taken, and that every wrong one is told in one line with its name and the fix.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSettings, SETTINGS, type SettingName } from '../../infra/settings.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

const WRONG: Record<SettingName, unknown[]> = {
  bucketName: ['My_Bucket', 'a', 7],
  eventBridgeEnabled: ['yes', 1],
  bucketKeyArn: ['1234'],
  keyPrefixes: [7, [''], Array.from({ length: 21 }, (_, i) => `p${i}/`)],
  keySuffixes: [{}, ['a'.repeat(513)]],
  outputPrefix: ['out', 'a*b/'],
  gpu: ['of', true],
  gpuInstanceTypes: ['g6', ['G6.XLARGE!']],
  gpuWakeAtMessages: ['0', '1.5', -1, 'many'],
  workerOn: ['tpu', ''],
  cpuInstanceTypes: ['c7i', 4],
  gpuMaxTasks: ['21', 0],
  gpuIdleMinutes: ['61', ''],
  gpuMaxWaitHours: [301],
  refine: ['some'],
  uploadModel: ['', 'my model'],
  workerModel: [
    'UPPER',
    's3://my-models/large',
    // the last part of a prefix becomes the name of a folder, and what is there is replaced
    ...['my-models', 'my-models/..', 'my-models/large/.', 'my-models/large//', 'my-models/.lock'].map(
      (place) => `s3://${place}@sha256:${'a'.repeat(64)}`,
    ),
  ],
  analysis: ['weather', ['objects', 'weather'], 7],
  textReader: ['eyes'],
  authorization: ['none'],
  jwtIssuer: ['http://login.example.com', 'login.example.com', 'https://login.example.com/?x'],
  jwtAudience: [['two words'], 3],
  corsOrigins: ['www.example.com', 'https://www.example.com/', 'https://*.example.com'],
  imageBaseUrl: ['http://images.example.com/', 'https://images.example.com'],
  sitePageUrl: ['www.example.com'],
  genderNeutral: ['yes'],
  speech: ['espeak'],
  translate: ['on'],
  vocabulary: ['vocabulary.json', './shop/terms.yaml', 7],
  rulePacks: ['Amazon', ['a', 'b.yaml'], 7],
  monthlyBudgetUsd: ['-1', 'ten'],
  alarmEmail: ['ops', 'a@b'],
  logRetentionDays: ['31', 0],
  tombstoneDays: ['0', '14', '4000'],
  oldVersionDays: ['0'],
  architecture: ['arm', 'x86_64'],
  encryption: ['none'],
};

const cases = Object.entries(WRONG).flatMap(([name, values]) => values.map((value): [string, unknown] => [name, value]));

const messageOf = (context: Record<string, unknown>): string => {
  try {
    readSettings(context);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
};

describe('settings', () => {
  it.each(cases)('%s cannot be %j', (name, value) => {
    const message = messageOf({ [name]: value });
    expect(message.split('\n')).toHaveLength(1);
    expect(message).toMatch(new RegExp(`^setting ${name}: expected .+, received .+; fix: -c ${name}=`));
    expect(message).toContain(JSON.stringify(value));
  });

  it.each(Object.entries(SETTINGS))('%s can be what its own message advises', (name, [, , , example]) => {
    expect(() => readSettings({ [name]: example })).not.toThrow();
  });

  it('tells every wrong one at once', () => {
    expect(messageOf({ gpu: 'of', refine: 'some', encryption: 1 }).split('\n')).toHaveLength(3);
  });

  it('refuses names that nobody knows and says which was meant', () => {
    expect(messageOf({ gpuMax: 3 })).toBe('setting gpuMax: expected a known name, received "gpuMax"; fix: gpuMaxTasks');
    expect(messageOf({ GPU: 'spot' })).toContain('fix: gpu');
    expect(messageOf({ colour: 'blue' })).toContain('one of bucketName');
  });

  it("leaves CDK's own context alone", () => {
    const context = {
      '@aws-cdk/core:target-partitions': ['aws'],
      'aws:cdk:bundling-stacks': [],
      'availability-zones:account=1:region=x': ['a'],
    };
    expect(readSettings(context)).toEqual(readSettings({}));
  });

  it('takes lists, numbers and truths as the command line writes them', () => {
    const settings = readSettings({
      keyPrefixes: 'photos/, shop/',
      gpuMaxTasks: '3',
      monthlyBudgetUsd: '12.5',
      eventBridgeEnabled: 'true',
      corsOrigins: '',
    });
    expect(settings).toMatchObject({
      keyPrefixes: ['photos/', 'shop/'],
      gpuMaxTasks: 3,
      monthlyBudgetUsd: 12.5,
      eventBridgeEnabled: true,
      corsOrigins: [],
    });
  });

  it('cannot be changed', () => {
    const settings = readSettings({});
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.keyPrefixes)).toBe(true);
  });

  it('are all named in cdk.json, with the defaults', () => {
    const { context } = JSON.parse(readFileSync(`${REPOSITORY}cdk.json`, 'utf8'));
    expect(Object.keys(context)).toEqual(Object.keys(SETTINGS));
    expect(readSettings(context)).toEqual(readSettings({}));
  });
});

describe('the older name of the worker model', () => {
  it('means the same, and the one that says more than the default counts', () => {
    expect(readSettings({ gpuModel: 'large' }).workerModel).toBe('large');
    expect(readSettings({ workerModel: 'm2', gpuModel: 'large' }).workerModel).toBe('large');
    expect(readSettings({ workerModel: 'large', gpuModel: 'm2' }).workerModel).toBe('large');
    expect(readSettings({ workerModel: 'large', gpuModel: 'large' }).workerModel).toBe('large');
    expect(readSettings({ gpuModel: 'm2' }).workerModel).toBe('m2');
  });

  it('is refused beside another one, in one line', () => {
    expect(messageOf({ workerModel: 'large', gpuModel: 'larger' })).toBe(
      'setting workerModel: expected one name for it, received "large" and gpuModel="larger"; fix: leave out gpuModel, its older name',
    );
  });
});

describe('the app', () => {
  const run = (context: Record<string, unknown>) =>
    spawnSync(process.execPath, ['infra/app.ts'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      env: { CDK_CONTEXT_JSON: JSON.stringify(context) },
    });

  it.each([
    [{ gpu: 'of' }, 'gpu'],
    [{ bucketName: 'my-photos' }, 'eventBridgeEnabled'],
    [{ uploadModel: 'none-such' }, 'uploadModel'],
  ])('ends with 1 and one line for %j', (context, name) => {
    const { status, stderr, stdout } = run(context);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(new RegExp(`^setting ${name}: expected`))]);
  });
});
