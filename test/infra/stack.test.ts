// The template with its default settings: bucket, events, queues, functions, table, API, backfill and what watches them.
import { readFileSync } from 'node:fs';
import { Template as Assertions, Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { ROUTES } from '../../functions/core/lookup/routes.ts';
import { METRICS } from '../../infra/alarms.ts';
import { checkTemplate, OUTPUTS } from '../../infra/check-template.ts';
import { at, list, ofType, outputOf, policyOn, property, refersTo, refusesPlainHttp, type Template } from '../../infra/checks/look.ts';
import { actionsOf, only, synthesized, variablesOf } from '../support/synthesized.ts';

let template: Template;
let assertions: Assertions;

beforeAll(() => {
  template = synthesized();
  assertions = Assertions.fromJSON(synthesized() as Record<string, unknown>);
});

const has = (type: string, properties: Record<string, unknown>): void =>
  assertions.hasResourceProperties(type, Match.objectLike(properties));

describe('the template', () => {
  it('is what the code needs', () => expect(checkTemplate(template)).toEqual([]));

  it('is the same every time', () => expect(JSON.stringify(synthesized({ gpu: 'off' }))).toBe(JSON.stringify(template)));

  it('needs no parameters and has no network', () => {
    expect(template.Parameters).toBeUndefined();
    for (const type of ['AWS::EC2::VPC', 'AWS::ECS::Cluster', 'AWS::EC2::NatGateway']) assertions.resourceCountIs(type, 0);
  });

  it('tells all outputs, and nothing of an inference queue', () => {
    expect(Object.keys(template.Outputs ?? {}).toSorted()).toEqual([...OUTPUTS].toSorted());
    const tryIt = JSON.stringify(template.Outputs?.TryIt);
    expect(tryIt).toContain('--aws-sigv4');
    // keys of a profile or a single sign-on are not in the environment, and not all keys have a session token
    expect(tryIt).toContain('aws configure export-credentials --format env');
    expect(tryIt).toContain('{AWS_SESSION_TOKEN:+-Hx-amz-security-token:$AWS_SESSION_TOKEN}');
  });
});

describe('the bucket', () => {
  it('keeps versions, for 30 days', () => {
    has('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          }),
        ],
      },
    });
  });

  it('tells EventBridge, without a function that may change buckets', () => {
    has('AWS::S3::Bucket', { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } });
    assertions.resourceCountIs('AWS::Lambda::Function', 2);
  });

  it('is private, encrypted, over TLS 1.2 only, and stays when the stack goes', () => {
    const bucket = only(template, 'AWS::S3::Bucket');
    expect(property(bucket, 'PublicAccessBlockConfiguration')).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(
      at(property(bucket, 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0), 'ServerSideEncryptionByDefault', 'SSEAlgorithm'),
    ).toBe('AES256');
    const policy = policyOn(template, 'AWS::S3::BucketPolicy', bucket.id);
    expect(refusesPlainHttp(policy)).toBe(true);
    expect(policy.some(({ effect, condition }) => effect === 'Deny' && at(condition, 'NumericLessThan', 's3:TlsVersion') === 1.2)).toBe(
      true,
    );
    expect(bucket.resource.DeletionPolicy).toBe('Retain');
    expect(property(bucket, 'CorsConfiguration')).toBeUndefined();
  });
});

describe('events', () => {
  it('of every object but own files reach the uploads queue, or a queue of their own', () => {
    const rule = only(template, 'AWS::Events::Rule');
    expect(property(rule, 'EventPattern')).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: {
        bucket: { name: [{ Ref: outputOf(template, 'BucketName') }] },
        object: { key: [{ 'anything-but': { prefix: 'caption-on-upload/' } }] },
      },
    });
    const [target] = list(property(rule, 'Targets'));
    expect(refersTo(at(target, 'Arn'))).toBe(outputOf(template, 'UploadsQueueUrl'));
    expect(refersTo(at(target, 'DeadLetterConfig', 'Arn'))).toMatch(/Undelivered/);
    expect(at(target, 'RetryPolicy')).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  });

  it('wait in queues that keep them for 14 days and give up after 5 deliveries', () => {
    assertions.resourceCountIs('AWS::SQS::Queue', 5);
    assertions.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    for (const output of ['UploadsQueueUrl', 'BackfillQueueUrl']) {
      const queue = template.Resources[outputOf(template, output) ?? ''];
      expect(queue?.Properties).toMatchObject({ VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 5 } });
    }
  });
});

describe('the ingest function', () => {
  it('runs on the newest Node LTS, on arm64, with two layers', () => {
    has('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 3008,
      Timeout: 60,
      Handler: 'index.handler',
    });
    const [ingest] = ofType(template, 'AWS::Lambda::Function').filter(({ id }) => id.startsWith('Captioning'));
    expect(ingest && list(property(ingest, 'Layers'))).toHaveLength(2);
  });

  it('takes uploads before backfill', () => {
    const bound = Object.fromEntries(
      ofType(template, 'AWS::Lambda::EventSourceMapping').map((mapping) => [
        refersTo(property(mapping, 'EventSourceArn')),
        [
          property(mapping, 'BatchSize'),
          property(mapping, 'ScalingConfig', 'MaximumConcurrency'),
          property(mapping, 'FunctionResponseTypes'),
        ],
      ]),
    );
    expect(bound).toEqual({
      [outputOf(template, 'UploadsQueueUrl') ?? '']: [10, 20, ['ReportBatchItemFailures']],
      [outputOf(template, 'BackfillQueueUrl') ?? '']: [10, 4, ['ReportBatchItemFailures']],
    });
  });

  it('asks no larger model when there is none', () => {
    expect(variablesOf(template, 'Captioning')).toMatchObject({
      REFINE: 'none',
      MODEL: 'm2',
      MODELS_DIR: '/opt/models',
      ANALYSIS: USUAL_STAGES.join(','),
      ANALYSIS_BUDGET_MS: '15000',
      TEXT_READER: 'tesseract',
      MAX_RECEIVES: '5',
    });
    expect(variablesOf(template, 'Captioning')).not.toHaveProperty('INFERENCE_QUEUE_URL');
  });

  it('may do what it does and nothing else', () => {
    const role = refersTo(property(only(template, 'AWS::Lambda::Function', 'Captioning'), 'Role')) ?? '';
    expect(actionsOf(template, role)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketVersions',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
    ]);
  });
});

describe('the lookup function', () => {
  it('may read and forget, sign uploads, and have texts spoken and keep that', () => {
    const role = refersTo(property(only(template, 'AWS::Lambda::Function', 'Lookup'), 'Role')) ?? '';
    expect(actionsOf(template, role)).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'polly:SynthesizeSpeech',
      's3:DeleteObject',
      's3:GetObject',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketVersions',
      's3:PutObject',
      's3:PutObject',
    ]);
  });

  it('has the secret of its cursors by reference only', () => {
    expect(JSON.stringify(variablesOf(template, 'Lookup').CURSOR_SECRET)).toMatch(/resolve:secretsmanager:.*:SecretString/);
    has('AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } });
  });
});

describe('the API', () => {
  it('has the routes of ROUTES, signed each', () => {
    const keys = ofType(template, 'AWS::ApiGatewayV2::Route').map((route) => property(route, 'RouteKey'));
    expect(keys.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
    assertions.allResourcesProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'AWS_IAM' });
  });

  it('is throttled, and its log holds neither keys nor callers', () => {
    has('AWS::ApiGatewayV2::Stage', {
      AutoDeploy: true,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
    // metrics of each route cost more than everything else of a small service
    expect(property(only(template, 'AWS::ApiGatewayV2::Stage'), 'DefaultRouteSettings', 'DetailedMetricsEnabled')).toBeUndefined();
    expect(property(only(template, 'AWS::ApiGatewayV2::Stage'), 'AccessLogSettings', 'Format')).not.toMatch(/path|query|sourceIp|user/i);
  });

  it('answers no browser without origins', () =>
    expect(property(only(template, 'AWS::ApiGatewayV2::Api'), 'CorsConfiguration')).toBeUndefined());
});

describe('operations', () => {
  it('watch each dead-letter queue, the functions and the API', () => {
    assertions.resourceCountIs('AWS::CloudWatch::Alarm', 11);
    assertions.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.anyValue(), TreatMissingData: 'notBreaching' });
    has('AWS::CloudWatch::Alarm', { Namespace: 'AWS/ApiGateway', MetricName: 'Latency', ExtendedStatistic: 'p99' });
    has('AWS::CloudWatch::Alarm', { Namespace: 'CaptionOnUpload', MetricName: 'Failed' });
    assertions.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  it('show and watch only what the functions count', () => {
    const counting = ['ingest/ingest-batch', 'worker/worker-item']
      .map((name) => readFileSync(`functions/handlers/${name}.ts`, 'utf8'))
      .join('\n');
    const named = [METRICS.failed, ...METRICS.uploads, ...METRICS.refined];
    expect(named.filter((name) => !new RegExp(`\\b${name}: \\[|: '${name}'|count\\('${name}'`).test(counting))).toEqual([]);
    const dashboard = JSON.stringify(property(only(template, 'AWS::CloudWatch::Dashboard'), 'DashboardBody'));
    expect(METRICS.uploads.filter((name) => !dashboard.includes(name))).toEqual([]);
    expect(METRICS.refined.filter((name) => dashboard.includes(`"${name}`))).toEqual([]);
  });

  it('keep logs for 30 days', () => assertions.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 }));

  it('need neither budget nor e-mail', () => {
    assertions.resourceCountIs('AWS::Budgets::Budget', 0);
    assertions.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
