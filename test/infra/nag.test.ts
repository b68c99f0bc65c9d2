// cdk-nag's AwsSolutions rules: no finding is open, at most six rules have exceptions, each place of one with its reason, and no right is a
// wildcard.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_ROUTES, pageRouteName } from '../../functions/core/lookup/page-routes.ts';
import { type MadeApp, makeApp } from '../../infra/app.ts';
import { ofType, property, rightsOf } from '../../infra/checks/look.ts';
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
  ['text read by Rekognition', { gpu: 'spot', textReader: 'rekognition' }],
  ['translation, no speech', { translate: 'amazon', speech: 'off' }],
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

  it('has exceptions from at most six rules, at places that have a reason each', () => {
    const list = accepted(made.stack, made.settings);
    expect(list.length).toBeLessThanOrEqual(MAX_ACCEPTED);
    expect(new Set(list.map(({ rule }) => rule)).size).toBe(list.length);
    for (const { rule, places } of list) {
      for (const { ids, reason } of places) {
        expect(reason.length).toBeGreaterThanOrEqual(40);
        expect(ids.map((id) => id.replace(/\[.*/, ''))).toEqual(ids.map(() => rule));
      }
    }
  });

  it('has open findings without them, so the rules are really asked', () => {
    const bare = makeApp(context, { bundling: false, outdir: folder });
    const { stack, settings } = bare;
    for (const { at } of accepted(stack, settings).flatMap(({ places }) => places)) {
      for (const construct of at) {
        for (const node of construct?.node.findAll() ?? []) Reflect.set(node.node, '_metadata', []);
      }
    }
    expect(new AwsSolutionsChecks(bare.app).validateScope(stack).violations.length).toBeGreaterThanOrEqual(3);
  });

  it('lets anybody call routes of the page only', () => {
    const at = accepted(made.stack, made.settings).flatMap(({ rule, places }) => (rule === 'AwsSolutions-APIG4' ? places : []));
    expect(at.flatMap((place) => place.at)).toEqual(made.stack.lookup.pageRoutes);
    const open = ofType(synthesized(context), 'AWS::ApiGatewayV2::Route').filter(
      (route) => property(route, 'AuthorizationType') === 'NONE',
    );
    const keys = 'authorization' in context ? PAGE_ROUTES.map(pageRouteName) : [];
    expect(open.map((route) => property(route, 'RouteKey')).toSorted()).toEqual(keys.toSorted());
  });

  it('lets no role do everything, or anything to everything', () => {
    const template = synthesized(context);
    const statements = ofType(template, 'AWS::IAM::Role').flatMap(({ id }) => rightsOf(template, id));
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
    const everywhere = statements.filter(({ resources, condition }) => resources.includes('*') && condition === undefined);
    expect(
      everywhere
        .flatMap(({ actions }) => actions)
        .filter(
          (action) =>
            !/^(logs|xray|ecr:GetAuthorizationToken|ecs:DiscoverPollEndpoint|polly:SynthesizeSpeech$|translate:TranslateText$|rekognition:DetectText$)/.test(
              action,
            ),
        ),
    ).toEqual([]);
  });
});
