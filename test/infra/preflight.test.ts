// What must hold between settings: each refusal names the setting and the fix, and each fix is taken.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inCheckout, modelPackage, REPOSITORY, workerPackage } from '../../infra/model-packages.ts';
import { preflight } from '../../infra/preflight.ts';
import { readSettings } from '../../infra/settings.ts';
import { digestOf, TINY } from '../support/tiny-package.ts';

type Context = Record<string, unknown>;

const REFUSED: [string, Context, string, Context][] = [
  ['an existing bucket without EventBridge', { bucketName: 'my-photos' }, 'eventBridgeEnabled', { eventBridgeEnabled: true }],
  ['outputs below a trigger prefix', { keyPrefixes: 'photos/', outputPrefix: 'photos/out/' }, 'outputPrefix', { outputPrefix: 'out/' }],
  ['outputs at a trigger prefix', { keyPrefixes: 'photos/', outputPrefix: 'photos/' }, 'outputPrefix', { outputPrefix: 'out/' }],
  ['a trigger prefix below the outputs', { keyPrefixes: 'out/in/', outputPrefix: 'out/' }, 'outputPrefix', { keyPrefixes: 'in/' }],
  ['a trigger prefix below the default outputs', { keyPrefixes: 'caption-on-upload/in/' }, 'outputPrefix', { outputPrefix: '' }],
  ['jwt without an issuer', { authorization: 'jwt', jwtAudience: 'a' }, 'jwtIssuer', { jwtIssuer: 'https://login.example.com' }],
  ['jwt without an audience', { authorization: 'jwt', jwtIssuer: 'https://login.example.com' }, 'jwtAudience', { jwtAudience: 'a' }],
  [
    'instances without a GPU',
    { gpu: 'spot', gpuInstanceTypes: 'g6.xlarge,m7i.large' },
    'gpuInstanceTypes',
    { gpuInstanceTypes: 'g6.xlarge' },
  ],
  ['GPUs of another make', { gpu: 'spot', gpuInstanceTypes: 'g4ad.xlarge' }, 'gpuInstanceTypes', { gpu: 'off' }],
  ['GPUs beside an arm CPU', { gpu: 'spot', gpuInstanceTypes: 'g5g.xlarge' }, 'gpuInstanceTypes', { gpuInstanceTypes: 'g5.xlarge' }],
  ['no instance type at all', { gpu: 'on-demand', gpuInstanceTypes: '' }, 'gpuInstanceTypes', { gpuInstanceTypes: 'g5.xlarge' }],
  ['CPU instances for a worker on a GPU', { gpu: 'spot', gpuInstanceTypes: 'c7i.2xlarge' }, 'gpuInstanceTypes', { workerOn: 'cpu' }],
  ...['g6.xlarge', 'c7g.2xlarge', 'm7gd.2xlarge', 't3.2xlarge', 'c7i.xlarge', 'c4.2xlarge', 'c7i.metal-24xl', ''].map(
    (cpuInstanceTypes): [string, Context, string, Context] => [
      `a worker on the CPU of "${cpuInstanceTypes}"`,
      { gpu: 'spot', workerOn: 'cpu', cpuInstanceTypes },
      'cpuInstanceTypes',
      { cpuInstanceTypes: 'c7i.2xlarge,m7i-flex.2xlarge,r6a.24xlarge,c6id.4xlarge' },
    ],
  ),
  ['GPUs for a worker on a CPU', { gpu: 'spot', workerOn: 'cpu', cpuInstanceTypes: 'g6.xlarge' }, 'cpuInstanceTypes', { workerOn: 'gpu' }],
  ['rule packs that are not there', { rulePacks: 'amazon-main,ebay' }, 'rulePacks', { rulePacks: 'amazon-main,instagram' }],
  ['a budget that tells nobody', { monthlyBudgetUsd: 5 }, 'alarmEmail', { alarmEmail: 'ops@example.com' }],
  [
    'an encrypted existing bucket without its key',
    { bucketName: 'my-photos', eventBridgeEnabled: true, encryption: 'kms' },
    'bucketKeyArn',
    { encryption: 's3' },
  ],
  ['a key for a new bucket', { bucketKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1' }, 'bucketKeyArn', { bucketKeyArn: '' }],
  [
    'a pattern that EventBridge would refuse',
    { keyPrefixes: Array.from({ length: 20 }, (_, i) => `prefix-${i}/`), keySuffixes: ['.jpg', '.JPG', '.jpeg', '.png', '.webp'] },
    'keyPrefixes',
    { keySuffixes: [] },
  ],
];

describe('preflight', () => {
  it.each(REFUSED)('refuses %s, and takes the fix', (_, context, name, fix) => {
    const message = (() => {
      try {
        preflight(readSettings(context));
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
      return '';
    })();
    expect(message).toMatch(new RegExp(`^setting ${name}: expected [^\\n]+, received [^\\n]+; fix: [^\\n]+$`));
    expect(() => preflight(readSettings({ ...context, ...fix }))).not.toThrow();
  });

  it('takes the defaults, and suffixes alone', () => {
    expect(() => preflight(readSettings({}))).not.toThrow();
    expect(() => preflight(readSettings({ keySuffixes: '.jpg' }))).not.toThrow();
  });
});

describe('model packages', () => {
  it('are found by name or by path', () => {
    expect(modelPackage('uploadModel', 'm2')).toMatchObject({ name: 'm2' });
    expect(modelPackage('uploadModel', './models/m2')).toEqual(modelPackage('uploadModel', 'm2'));
    expect(inCheckout(modelPackage('workerModel', 'm2').folder)).toBe('models/m2');
  });

  it('are found where pulled ones are, and in buckets, with the digests of their manifests', () => {
    const folder = join(REPOSITORY, 'models', 'pulled', `of-a-test-${process.pid}`);
    cpSync(TINY, folder, { recursive: true });
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const digest = digestOf(readFileSync(join(TINY, 'manifest.json')));
    const name = basename(folder);
    expect(workerPackage(name)).toEqual({ kind: 'folder', name, folder, model: 'tiny@0.0.1', digest });
    expect(inCheckout(folder)).toBe(`models/pulled/${name}`);
    const place = { bucket: 'my-models', prefix: 'large/v1', digest };
    expect(workerPackage(`s3://my-models/large/v1/@sha256:${digest}`)).toEqual({ kind: 'bucket', name: 'v1', ...place });
  });

  it('are missed in one line', () => {
    expect(() => modelPackage('workerModel', 'none-such')).toThrow(
      /^setting workerModel: expected .+, received "none-such"; fix: -c workerModel=m2/,
    );
  });

  it.each(['', '{', 'null', '{"name":"large"}'])('are refused in one line with the manifest %j', (manifest) => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'manifest.json'), manifest);
    expect(() => modelPackage('workerModel', folder)).toThrow(/^setting workerModel: expected a model package whose .+; fix: .+$/);
  });

  it('must be in the checkout for the image', () => {
    expect(() => inCheckout('/elsewhere/m2')).toThrow(/^setting workerModel: .+fix: copy it to models\/, or to a bucket/);
  });
});
