// The metadata API: an HTTP API with one route for each of ROUTES, all of them authorized, and the lookup function behind it. Where callers
// have tokens, the page has routes as well, which the function itself guards: browsers send its session, no authorizer reads it.
import { Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { PAGE_ROUTES } from '../functions/core/lookup/page-routes.ts';
import { ROUTES } from '../functions/core/lookup/routes.ts';
import { DEFAULT_LIMITS } from '../functions/core/picture/picture-limits.ts';
import { analysisVariables } from './analysis.ts';
import type { Artifacts } from './assets.ts';
import { allowObjects } from './bucket-access.ts';
import { MODEL_CARDS_FILE } from './bundles.ts';
import { LOOKUP_MEMORY_MB } from './function-sizes.ts';
import { VOCABULARY_FILE } from './own-vocabulary.ts';
import type { Records } from './records.ts';
import { RULE_PACKS_FILE } from './rule-packs.ts';
import { logGroup, ServiceFunction } from './service-function.ts';
import type { Settings } from './settings.ts';
import { allowSpeech } from './speech-access.ts';
import type { Uploads } from './uploads.ts';

const LOOKUP_TIMEOUT = Duration.seconds(15);
/** Requests a second that the API takes at most, and how many at once. */
const THROTTLE = { rateLimit: 500, burstLimit: 1000 } as const;
const CORS_MAX_AGE = Duration.hours(1);
/** Changes younger than this are not shown yet: writers' clocks differ, and the index lags behind. */
const CHANGES_SETTLE_MS = 2000;
const SECRET_LENGTH = 64;

/** No path and no query: they hold keys. */
const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
});

const authorizer = (settings: Settings): IHttpRouteAuthorizer =>
  settings.authorization === 'jwt'
    ? new HttpJwtAuthorizer('Jwt', settings.jwtIssuer, { jwtAudience: [...settings.jwtAudience] })
    : new HttpIamAuthorizer();

/** API, stage and lookup function. */
export class LookupApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly lookup: ServiceFunction;
  /** routes without an authorizer */
  readonly pageRoutes: HttpRoute[] = [];

  constructor(scope: Construct, id: string, settings: Settings, parts: { uploads: Uploads; records: Records; artifacts: Artifacts }) {
    super(scope, id);
    const { uploads, records, artifacts } = parts;
    const { keyPrefixes, keySuffixes, outputPrefix } = settings;
    const secret = new Secret(this, 'CursorSecret', {
      description: 'Signs the cursors of the API',
      generateSecretString: { passwordLength: SECRET_LENGTH, excludePunctuation: true },
    });
    this.lookup = new ServiceFunction(this, 'Lookup', settings, {
      description: 'Answers the metadata API',
      code: artifacts.code('lookup'),
      layers: [],
      memoryMb: LOOKUP_MEMORY_MB,
      timeout: LOOKUP_TIMEOUT,
      environment: {
        TABLE_NAME: records.table.tableName,
        UPLOADS_BUCKET: uploads.bucket.bucketName,
        KEY_FILTER: JSON.stringify({ keyPrefixes, keySuffixes, outputPrefix }),
        CURSOR_SECRET: secret.secretValue.unsafeUnwrap(),
        MODEL_CARDS_FILE,
        RULE_PACKS_FILE,
        ...(settings.vocabulary !== '' && { VOCABULARY_FILE }),
        MAX_PICTURE_BYTES: String(DEFAULT_LIMITS.maxBytes),
        CHANGES_SETTLE_MS: String(CHANGES_SETTLE_MS),
        TOMBSTONE_DAYS: String(settings.tombstoneDays),
        IMAGE_BASE_URL: settings.imageBaseUrl,
        SITE_PAGE_URL: settings.sitePageUrl,
        ...analysisVariables(settings),
        RULE_PACKS: settings.rulePacks.join(','),
        GENDER_NEUTRAL: String(settings.genderNeutral),
        SPEECH: settings.speech,
        TRANSLATE: settings.translate,
        ...(settings.authorization === 'jwt' && { JWT_ISSUER: settings.jwtIssuer, JWT_AUDIENCE: settings.jwtAudience.join(' ') }),
      },
    });
    records.allow(this.lookup.role, ['byKey', 'byChange', 'byRisk']);
    allowObjects(this.lookup.role, uploads.bucket, settings, ['read', 'write', 'remove']);
    allowSpeech(this.lookup, uploads.bucket, settings);
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      description: 'Captions and alt texts of uploaded photos',
      createDefaultStage: false,
      ...(settings.corsOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...settings.corsOrigins],
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
          allowHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', 'x-amz-date', 'x-amz-security-token'],
          exposeHeaders: ['etag', 'location', 'retry-after'],
          maxAge: CORS_MAX_AGE,
        },
      }),
    });
    this.addRoutes(settings);
    if (settings.authorization === 'jwt') uploads.takeFrom([this.origin()]);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'AccessLogs', settings)),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
  }

  /** Where the page is, written so that the bucket needs nothing but the API's name. */
  private origin(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  private addRoutes(settings: Settings): void {
    const integration = new HttpLambdaIntegration('Integration', this.lookup.function, { scopePermissionToRoute: false });
    const guard = authorizer(settings);
    for (const { method, path, scope } of ROUTES) {
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        authorizer: guard,
        ...(settings.authorization === 'jwt' && { authorizationScopes: [scope] }),
      });
    }
    if (settings.authorization !== 'jwt') return;
    const unguarded = new HttpNoneAuthorizer();
    for (const { method, path } of PAGE_ROUTES) {
      this.pageRoutes.push(...this.api.addRoutes({ path, methods: [HttpMethod[method]], integration, authorizer: unguarded }));
    }
  }
}
