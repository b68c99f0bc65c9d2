// cdk-nag's AwsSolutions rules: no finding is open, at most six are accepted, each with a reason, and no right is a wildcard.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeApp, makeApp } from '../../infra/app.ts';
import { ofType, rightsOf } from '../../infra/checks/look.ts';
import { accepted } from '../../infra/nag.ts';
import { synthesized } from '../support/synthesized.ts';

const MAX_ACCEPTED = 6;
const jwt = { authorization: 'jwt', jwtIssuer: 'https://login.example.com', jwtAudience: 'a' };

describe.each([
  ['GPU off', { gpu: 'off' }],
  ['GPU spot', { gpu: 'spot' }],
  ['a worker on CPU', { gpu: 'on-demand', workerOn: 'cpu' }],
  ['GPU spot, model in a bucket', { gpu: 'spot', workerModel: `s3://my-models/large/v1@sha256:${'a'.repeat(64)}` }],
  [
    'GPU on demand, KMS, JWT, prefixes',
    { gpu: 'on-demand', encryption: 'kms', keyPrefixes: 'photos/,shop/', outputPrefix: 'out/', ...jwt },
  ],
  ['no output prefix', { outputPrefix: '' }],
  ['an existing bucket', { bucketName: 'my-photos', eventBridgeEnabled: true }],
])('%s', (_, context) => {
  let folder: string;
  let made: MadeApp;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'caption-nag-'));
    made = makeApp(context, { bundling: false, outdir: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has no open finding', () => {
    expect(new AwsSolutionsChecks(made.app).validateScope(made.stack).violations).toEqual([]);
  });

  it('accepts at most six, each with its reason', () => {
    const list = accepted(made.stack, made.settings);
    expect(list.length).toBeLessThanOrEqual(MAX_ACCEPTED);
    expect(list.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });

  it('has open findings without them, so the rules are really asked', () => {
    const bare = makeApp(context, { bundling: false, outdir: folder });
    const { stack, settings } = bare;
    for (const { at } of accepted(stack, settings)) {
      for (const construct of at) {
        for (const node of construct?.node.findAll() ?? []) Reflect.set(node.node, '_metadata', []);
      }
    }
    expect(new AwsSolutionsChecks(bare.app).validateScope(stack).violations.length).toBeGreaterThanOrEqual(3);
  });

  it('lets no role do everything, or anything to everything', () => {
    const template = synthesized(context);
    const statements = ofType(template, 'AWS::IAM::Role').flatMap(({ id }) => rightsOf(template, id));
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
    const everywhere = statements.filter(({ resources, condition }) => resources.includes('*') && condition === undefined);
    expect(
      everywhere
        .flatMap(({ actions }) => actions)
        .filter((action) => !/^(logs|xray|ecr:GetAuthorizationToken|ecs:DiscoverPollEndpoint)/.test(action)),
    ).toEqual([]);
  });
});
