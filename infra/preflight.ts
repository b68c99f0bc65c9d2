// What must hold between settings, and of what was built: checked before CloudFormation would find out, each with its fix.
import { ConfigError } from '../functions/core/errors.ts';
import { keyPatterns } from './key-filter.ts';
import { rulePacks } from './rule-packs.ts';
import type { Settings } from './settings.ts';

/** Families of EC2 instances with an NVIDIA GPU and an x86-64 CPU, which the image is made for. */
const NVIDIA_FAMILIES: readonly string[] = [
  'g4dn',
  'g5',
  'g6',
  'g6e',
  'gr6',
  'g7e',
  'p3',
  'p3dn',
  'p4d',
  'p4de',
  'p5',
  'p5e',
  'p5en',
  'p6-b200',
  'p6-b300',
];

/** EC2 instances with an x86-64 CPU that is not shared, and memory enough for a package of full size. */
const CPU_TYPE = /^[cmr][5-9](?!g)[a-z]*(-flex)?\.([2-9]|[1-9]\d)xlarge$/;

/** What an EventBridge pattern may have, in characters, with room for the rest of ours. */
const MAX_PATTERN = 1600;

const line = (settings: string, expected: string, received: string, fix: string): string =>
  `setting ${settings}: expected ${expected}, received ${received}; fix: ${fix}`;

const show = (value: unknown): string => JSON.stringify(value);

type Check = (settings: Settings) => string | undefined;

const eventBridge: Check = ({ bucketName, eventBridgeEnabled }) =>
  bucketName === '' || eventBridgeEnabled
    ? undefined
    : line(
        'eventBridgeEnabled',
        `EventBridge to be on at ${show(bucketName)}, else no upload is ever seen`,
        'false',
        `aws s3api put-bucket-notification-configuration --bucket ${bucketName} --notification-configuration '{"EventBridgeConfiguration":{}}' (it replaces what is there), then -c eventBridgeEnabled=true`,
      );

const outputPrefix: Check = ({ outputPrefix: output, keyPrefixes }) => {
  if (output === '') return undefined;
  const inside = keyPrefixes.find((prefix) => output.startsWith(prefix) || prefix.startsWith(output));
  if (inside === undefined) return undefined;
  return line(
    'outputPrefix',
    `a prefix apart from the trigger prefix ${show(inside)}`,
    show(output),
    'choose another outputPrefix, or narrower keyPrefixes',
  );
};

const jwt: Check = ({ authorization, jwtIssuer, jwtAudience }) => {
  if (authorization !== 'jwt') return undefined;
  if (jwtIssuer === '')
    return line(
      'jwtIssuer',
      'the issuer of tokens with authorization=jwt',
      '""',
      '-c jwtIssuer=https://login.example.com/ or -c authorization=iam',
    );
  if (jwtAudience.length === 0)
    return line('jwtAudience', 'who tokens are for with authorization=jwt', '[]', '-c jwtAudience=captions-api or -c authorization=iam');
  return undefined;
};

const gpu: Check = ({ gpu: mode, workerOn, gpuInstanceTypes }) => {
  if (mode === 'off' || workerOn === 'cpu') return undefined;
  const without = gpuInstanceTypes.filter((type) => !NVIDIA_FAMILIES.includes(type.slice(0, type.indexOf('.'))));
  if (gpuInstanceTypes.length > 0 && without.length === 0) return undefined;
  const expected = `instance types with an NVIDIA GPU and an x86-64 CPU (${NVIDIA_FAMILIES.join(' ')})`;
  return line('gpuInstanceTypes', expected, show(without), '-c gpuInstanceTypes=g6.xlarge,g5.xlarge or -c workerOn=cpu');
};

const cpu: Check = ({ gpu: mode, workerOn, cpuInstanceTypes }) => {
  if (mode === 'off' || workerOn === 'gpu') return undefined;
  const unfit = cpuInstanceTypes.filter((type) => !CPU_TYPE.test(type));
  if (cpuInstanceTypes.length > 0 && unfit.length === 0) return undefined;
  const expected = 'instance types with an x86-64 CPU, of the families c, m and r from their 5th generation on, 2xlarge or larger';
  return line('cpuInstanceTypes', expected, show(unfit), '-c cpuInstanceTypes=c7i.2xlarge,c6i.2xlarge or -c workerOn=gpu');
};

const budget: Check = ({ monthlyBudgetUsd, alarmEmail }) =>
  monthlyBudgetUsd > 0 && alarmEmail === ''
    ? line('alarmEmail', 'who is told when the budget is used up', '""', '-c alarmEmail=ops@example.com or -c monthlyBudgetUsd=0')
    : undefined;

const kms: Check = ({ bucketName, encryption, bucketKeyArn }) => {
  if (bucketName !== '' && encryption === 'kms' && bucketKeyArn === '') {
    return line(
      'bucketKeyArn',
      'the KMS key of the existing bucket with encryption=kms',
      '""',
      '-c bucketKeyArn=arn:aws:kms:... or -c encryption=s3',
    );
  }
  if (bucketName === '' && bucketKeyArn !== '') {
    return line(
      'bucketKeyArn',
      '"" for a new bucket, which gets a key of its own',
      show(bucketKeyArn),
      '-c encryption=kms without bucketKeyArn',
    );
  }
  return undefined;
};

const pattern: Check = (settings) => {
  const length = JSON.stringify(keyPatterns(settings) ?? []).length;
  if (length <= MAX_PATTERN) return undefined;
  return line(
    'keyPrefixes',
    `at most ${MAX_PATTERN} characters of prefixes times suffixes`,
    String(length),
    'fewer keyPrefixes or keySuffixes',
  );
};

const rules: Check = ({ rulePacks: wanted }) => {
  if (wanted.length === 0) return undefined;
  const known = rulePacks().map(({ name }) => name);
  const unknown = wanted.filter((name) => !known.includes(name));
  return unknown.length === 0
    ? undefined
    : line('rulePacks', `names of files in rules/ (${known.join(' ')})`, show(unknown), `-c rulePacks=${known[0]}`);
};

const analysis: Check = ({ analysis: wanted }) =>
  wanted.includes('dense') && !wanted.includes('objects')
    ? line(
        'analysis',
        'objects beside dense, which describes what was found',
        show(wanted),
        `-c analysis=${['objects', ...wanted].join(',')}`,
      )
    : undefined;

const CHECKS: readonly Check[] = [analysis, eventBridge, outputPrefix, jwt, gpu, cpu, budget, kms, pattern, rules];

/** @throws ConfigError with a line for each thing that does not fit */
export const preflight = (settings: Settings): void => {
  const wrong = CHECKS.map((check) => check(settings)).filter((message) => message !== undefined);
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
};
