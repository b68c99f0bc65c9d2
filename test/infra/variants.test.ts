// The template with other settings: an existing bucket, prefixes and suffixes, KMS, JWT, browsers, a budget, another CPU.
import { Template as Assertions, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../infra/check-template.ts';
import { at, list, ofType, property, refersTo, rightsOf, type Template } from '../../infra/checks/look.ts';
import { only, synthesized, variablesOf } from '../support/synthesized.ts';

const assertionsOf = (template: Template): Assertions => Assertions.fromJSON(template as Record<string, unknown>);

const existing = { bucketName: 'my-photos', eventBridgeEnabled: true };
const jwt = { authorization: 'jwt', jwtIssuer: 'https://login.example.com/', jwtAudience: 'captions-api,shop' };

const keysOf = (context: Record<string, unknown>): unknown =>
  property(only(synthesized(context), 'AWS::Events::Rule'), 'EventPattern', 'detail', 'object', 'key');

describe('an existing bucket', () => {
  const template = synthesized(existing);

  it('is used as it is', () => {
    expect(ofType(template, 'AWS::S3::Bucket')).toEqual([]);
    expect(checkTemplate(template)).toEqual([]);
    expect(template.Outputs?.BucketName).toEqual({ Value: 'my-photos' });
    expect(property(only(template, 'AWS::Events::Rule'), 'EventPattern', 'detail', 'bucket')).toEqual({ name: ['my-photos'] });
    expect(variablesOf(template, 'Lookup')).toMatchObject({ UPLOADS_BUCKET: 'my-photos' });
  });

  it('may have a key of its own', () => {
    const bucketKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234';
    const withKey = synthesized({ ...existing, bucketKeyArn });
    const role = refersTo(property(only(withKey, 'AWS::Lambda::Function', 'Lookup'), 'Role')) ?? '';
    expect(rightsOf(withKey, role)).toContainEqual(
      expect.objectContaining({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [bucketKeyArn] }),
    );
  });
});

describe('the event rule', () => {
  it.each([
    ['prefixes', { keyPrefixes: 'photos/,shop/' }, [{ prefix: 'photos/' }, { prefix: 'shop/' }]],
    ['suffixes', { keySuffixes: '.jpg,.png' }, [{ suffix: '.jpg' }, { suffix: '.png' }]],
    ['both', { keyPrefixes: 'a*/,b/', keySuffixes: '.jpg' }, [{ wildcard: 'a\\*/*.jpg' }, { wildcard: 'b/*.jpg' }]],
    ['all but outputs', { outputPrefix: 'out/' }, [{ 'anything-but': { prefix: 'out/' } }]],
    ['prefixes apart from outputs', { keyPrefixes: 'photos/', outputPrefix: 'out/' }, [{ prefix: 'photos/' }]],
  ])('lets through %s', (_, context, keys) => expect(keysOf(context)).toEqual(keys));

  it('lets everything through by default but the files of the service itself', () =>
    expect(keysOf({})).toEqual([{ 'anything-but': { prefix: 'caption-on-upload/' } }]));

  it('lets every key through without an output prefix', () => expect(keysOf({ outputPrefix: '' })).toBeUndefined());

  it('leaves to the ingest function what it cannot refuse', () =>
    expect(variablesOf(synthesized({ keySuffixes: '.jpg' }), 'Captioning')).toMatchObject({ OUTPUT_PREFIX: 'caption-on-upload/' }));
});

describe('reading text with Amazon Rekognition', () => {
  const ingestOf = (context: Record<string, unknown>) => {
    const made = synthesized({ textReader: 'rekognition', ...context });
    const role = refersTo(property(only(made, 'AWS::Lambda::Function', 'Captioning'), 'Role')) ?? '';
    const actions = rightsOf(made, role).flatMap((right) => right.actions);
    expect(checkTemplate(made)).toEqual([]);
    return { reader: variablesOf(made, 'Captioning')?.TEXT_READER, mayRead: actions.includes('rekognition:DetectText') };
  };

  it('is a right only where text is looked for', () => {
    expect(ingestOf({})).toEqual({ reader: 'rekognition', mayRead: true });
    expect(ingestOf({ analysis: 'objects,quality' })).toEqual({ reader: 'off', mayRead: false });
    expect(ingestOf({ textReader: 'tesseract' })).toEqual({ reader: 'tesseract', mayRead: false });
  });

  it('is a right of the worker, too, without which its template is refused', () => {
    expect(checkTemplate(synthesized({ gpu: 'spot', textReader: 'rekognition' }))).toEqual([]);
    const without = synthesized({ gpu: 'spot' });
    const variables = list(property(only(without, 'AWS::ECS::TaskDefinition'), 'ContainerDefinitions', 0, 'Environment'));
    Object.assign(variables.find((variable) => at(variable, 'Name') === 'TEXT_READER') ?? {}, { Value: 'rekognition' });
    expect(checkTemplate(without)).toEqual(['the worker may not rekognition:DetectText']);
  });
});

describe('prefixes', () => {
  const template = synthesized({ keyPrefixes: 'photos/,shop/', outputPrefix: 'out/' });

  it('bound what the functions may touch', () => {
    for (const begins of ['Captioning', 'Lookup']) {
      const role = refersTo(property(only(template, 'AWS::Lambda::Function', begins), 'Role')) ?? '';
      const objects = rightsOf(template, role).filter(({ actions }) => actions.includes('s3:GetObject'));
      expect(JSON.stringify(objects.flatMap(({ resources }) => resources))).toMatch(/"\/photos\/\*".*"\/shop\/\*"/);
      expect(JSON.stringify(objects)).not.toContain('"/*"');
    }
  });

  it('are taken as they stand: no character of theirs widens a right', () => {
    const odd = synthesized({ keyPrefixes: 'a*b?/,$x/', outputPrefix: 'o?$/' });
    const arns = JSON.stringify(ofType(odd, 'AWS::IAM::Role').flatMap(({ id }) => rightsOf(odd, id).flatMap(({ resources }) => resources)));
    const inArn = (prefix: string): string => `/${prefix.replace(/[*?$]/g, (character) => `\${${character}}`)}*"`;
    for (const prefix of ['a*b?/', '$x/', 'o?$/']) expect(arns).toContain(inArn(prefix));
    expect(arns).not.toContain('/a*b');
  });

  it('bound what is kept of speech, and what may be done with texts', () => {
    const rights = (context: Record<string, unknown>) => {
      const made = synthesized({ keyPrefixes: 'photos/', ...context });
      const role = refersTo(property(only(made, 'AWS::Lambda::Function', 'Lookup'), 'Role')) ?? '';
      return rightsOf(made, role);
    };
    const actionsOf = (context: Record<string, unknown>) => rights(context).flatMap(({ actions }) => actions);
    const kept = rights({ outputPrefix: 'out/' }).filter(({ resources }) => JSON.stringify(resources).includes('/out/speech/*'));
    expect(kept.flatMap(({ actions }) => actions)).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(actionsOf({})).toContain('polly:SynthesizeSpeech');
    expect(actionsOf({})).not.toContain('translate:TranslateText');
    expect(actionsOf({ translate: 'amazon' })).toContain('translate:TranslateText');
    expect(JSON.stringify(rights({ speech: 'off' }))).not.toMatch(/polly|speech/);
    expect(JSON.stringify(rights({ outputPrefix: '' }))).not.toContain('speech/*');
  });

  it('are told to uploads by the API', () => expect(String(variablesOf(template, 'Lookup')?.KEY_FILTER)).toContain('"photos/"'));

  it('let the backfill read an inventory below the outputs only', () => {
    const role = refersTo(property(only(template, 'AWS::StepFunctions::StateMachine'), 'RoleArn')) ?? '';
    const read = rightsOf(template, role).filter(({ actions }) => actions.includes('s3:GetObject'));
    expect(JSON.stringify(read.map(({ resources }) => resources))).toContain('"/out/*"');
  });
});

describe('KMS', () => {
  const template = synthesized({ encryption: 'kms' });

  it('encrypts the bucket with a key that turns', () => {
    const assertions = assertionsOf(template);
    assertions.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    expect(property(only(template, 'AWS::S3::Bucket'), 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0)).toMatchObject({
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' },
    });
  });

  it('lets ingest read and lookup sign', () => {
    const key = only(template, 'AWS::KMS::Key').id;
    const actionsOf = (begins: string) => {
      const role = refersTo(property(only(template, 'AWS::Lambda::Function', begins), 'Role')) ?? '';
      return rightsOf(template, role)
        .filter(({ resources }) => resources.some((one) => refersTo(one) === key))
        .flatMap(({ actions }) => actions);
    };
    expect(actionsOf('Captioning')).toEqual(['kms:Decrypt']);
    expect(actionsOf('Lookup')).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
  });
});

describe('JWT', () => {
  const template = synthesized(jwt);

  it('asks for a token of the issuer, for the audience, with the scope of each route', () => {
    expect(checkTemplate(template)).toEqual([]);
    assertionsOf(template).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://login.example.com/', Audience: ['captions-api', 'shop'] },
    });
    const scopes = Object.fromEntries(
      ofType(template, 'AWS::ApiGatewayV2::Route').map((route) => [property(route, 'RouteKey'), property(route, 'AuthorizationScopes')]),
    );
    expect(scopes).toMatchObject({
      'GET /healthz': ['captions:read'],
      'POST /v1/uploads': ['captions:write'],
      'DELETE /v1/images/{id}': ['captions:write'],
    });
    expect(JSON.stringify(template.Outputs?.TryIt)).toContain('Bearer $TOKEN');
  });
});

/** The origins that may PUT into the bucket. */
const uploadOrigins = (template: Template): string[] =>
  list(property(only(template, 'AWS::S3::Bucket'), 'CorsConfiguration', 'CorsRules')).map((rule) => {
    expect(at(rule, 'AllowedMethods')).toEqual(['PUT']);
    return JSON.stringify(at(rule, 'AllowedOrigins'));
  });

describe('browsers', () => {
  const template = synthesized({ ...jwt, corsOrigins: 'https://www.example.com' });

  it('find the page by an output, where there is one', () => {
    expect(template.Outputs).toHaveProperty('PageUrl');
    expect(synthesized({}).Outputs).not.toHaveProperty('PageUrl');
  });

  it('at the page may PUT, with tokens only', () => {
    const [own = ''] = uploadOrigins(synthesized(jwt));
    expect(own).toContain(only(template, 'AWS::ApiGatewayV2::Api').id);
    expect(uploadOrigins(synthesized({ corsOrigins: 'https://www.example.com' }))).toEqual(['["https://www.example.com"]']);
    expect(uploadOrigins(synthesized({}))).toEqual([]);
  });

  it('of the origins may call the API and PUT', () => {
    expect(property(only(template, 'AWS::ApiGatewayV2::Api'), 'CorsConfiguration')).toMatchObject({
      AllowOrigins: ['https://www.example.com'],
      AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    });
    expect(uploadOrigins(template)[0]).toBe('["https://www.example.com"]');
  });
});

describe('a budget and an e-mail', () => {
  it('are told to the same person', () => {
    const assertions = assertionsOf(synthesized({ monthlyBudgetUsd: '25', alarmEmail: 'ops@example.com' }));
    assertions.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    assertions.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetLimit: { Amount: 25, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: Match.arrayWith([
        Match.objectLike({ Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'ops@example.com' }] }),
      ]),
    });
  });
});

describe('other values', () => {
  const template = synthesized({ architecture: 'x64', logRetentionDays: '7', oldVersionDays: '3', tombstoneDays: '19' });

  it('arrive where they belong', () => {
    const assertions = assertionsOf(template);
    assertions.allResourcesProperties('AWS::Lambda::Function', { Architectures: ['x86_64'] });
    assertions.hasResourceProperties('AWS::Lambda::LayerVersion', { CompatibleArchitectures: ['x86_64'] });
    assertions.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    expect(
      property(only(template, 'AWS::S3::Bucket'), 'LifecycleConfiguration', 'Rules', 0, 'NoncurrentVersionExpiration', 'NoncurrentDays'),
    ).toBe(3);
    expect(variablesOf(template, 'Lookup')).toMatchObject({ TOMBSTONE_DAYS: '19' });
    expect(variablesOf(template, 'Captioning')).toMatchObject({ TOMBSTONE_DAYS: '19' });
  });
});
