// The API of a template: every route of ROUTES, each authorized, all to the lookup function, throttled and logged. With tokens the page, too:
// its routes have no authorizer, so they are those of PAGE_ROUTES only, and the function trusts the same issuer and audience.
import { PAGE_ROUTES, pageRouteName } from '../../functions/core/lookup/page-routes.ts';
import { ROUTES, routeName } from '../../functions/core/lookup/routes.ts';
import { at, type Found, list, ofType, property, refersTo, type Template, unless } from './look.ts';

const SCOPED = 'JWT';
const SIGNED = 'AWS_IAM';
const OPEN = 'NONE';

const authorization = (template: Template, route: Found, scope: string): string[] => {
  const key = String(property(route, 'RouteKey'));
  const type = property(route, 'AuthorizationType');
  if (type === SIGNED) return [];
  if (type !== SCOPED) return [`route ${key} has no authorization`];
  const authorizer = template.Resources[refersTo(property(route, 'AuthorizerId')) ?? ''];
  return [
    ...unless(authorizer?.Type === 'AWS::ApiGatewayV2::Authorizer', `route ${key} has no authorizer`),
    ...unless(
      list(at(authorizer?.Properties, 'JwtConfiguration', 'Audience')).length > 0,
      `the authorizer of ${key} takes tokens for anybody`,
    ),
    ...unless(list(property(route, 'AuthorizationScopes')).includes(scope), `route ${key} does not ask for the scope ${scope}`),
  ];
};

/** The function that answers a route. */
const answerer = (template: Template, route: Found): string | undefined => {
  const integration = template.Resources[refersTo(property(route, 'Target')) ?? ''];
  return refersTo(at(integration?.Properties, 'IntegrationUri'));
};

const reached = (template: Template, key: string, route: Found): string[] => {
  const by = answerer(template, route);
  const called = ofType(template, 'AWS::Lambda::Permission').some(
    (permission) =>
      property(permission, 'Principal') === 'apigateway.amazonaws.com' && refersTo(property(permission, 'FunctionName')) === by,
  );
  return unless(by !== undefined && called, `route ${key} reaches no function that API Gateway may call`);
};

type Routes = ReadonlyMap<string, Found>;

const apiRoutes = (template: Template, found: Routes): string[] =>
  ROUTES.flatMap((expected) => {
    const key = routeName(expected);
    const route = found.get(key);
    if (route === undefined) return [`route ${key} is missing`];
    return [...authorization(template, route, expected.scope), ...reached(template, key, route)];
  });

/** The function takes a session of whom the authorizer takes a token, and of nobody else. */
const trust = (template: Template, route: Found): string[] => {
  const variables = template.Resources[answerer(template, route) ?? '']?.Properties?.Environment;
  const [issuer, audience] = ['JWT_ISSUER', 'JWT_AUDIENCE'].map((name) => at(variables, 'Variables', name));
  const [authorizer] = ofType(template, 'AWS::ApiGatewayV2::Authorizer');
  const trusted = at(authorizer?.resource.Properties, 'JwtConfiguration');
  const same = issuer === at(trusted, 'Issuer') && audience === list(at(trusted, 'Audience')).join(' ');
  return [
    ...unless(same && issuer !== undefined, 'the function of the page trusts other tokens than the authorizer'),
    ...unless(at(variables, 'Variables', 'JWKS_URL') === undefined, 'the function of the page is told whose keys to trust'),
  ];
};

/** The page sends pictures to the stack's own bucket; CORS of another one is its owner's matter. */
const uploads = (template: Template): string[] => {
  const [api] = ofType(template, 'AWS::ApiGatewayV2::Api');
  return ofType(template, 'AWS::S3::Bucket').flatMap((bucket) => {
    const origins = list(property(bucket, 'CorsConfiguration', 'CorsRules')).flatMap((rule) => list(at(rule, 'AllowedOrigins')));
    return unless(
      origins.some((origin) => refersTo(origin) === api?.id),
      'the bucket takes no pictures from the page',
    );
  });
};

const pageRoutes = (template: Template, found: Routes): string[] =>
  PAGE_ROUTES.flatMap((expected) => {
    const key = pageRouteName(expected);
    const route = found.get(key);
    if (route === undefined) return [`route ${key} of the page is missing`];
    const open = property(route, 'AuthorizationType') === OPEN;
    return [
      ...unless(open, `route ${key} of the page asks for what browsers do not send`),
      ...reached(template, key, route),
      ...trust(template, route),
    ];
  });

const routes = (template: Template): string[] => {
  const found = new Map(ofType(template, 'AWS::ApiGatewayV2::Route').map((route) => [String(property(route, 'RouteKey')), route]));
  const withTokens = ofType(template, 'AWS::ApiGatewayV2::Authorizer').length > 0;
  const known = new Set<string>([...ROUTES.map(routeName), ...(withTokens ? PAGE_ROUTES.map(pageRouteName) : [])]);
  return [
    ...apiRoutes(template, found),
    ...(withTokens ? new Set([...pageRoutes(template, found), ...uploads(template)]) : []),
    ...[...found.keys()].filter((key) => !known.has(key)).map((key) => `route ${key} is not one of ROUTES`),
  ];
};

/** What is wrong with the API. */
export const checkApi = (template: Template): string[] => [
  ...routes(template),
  ...ofType(template, 'AWS::ApiGatewayV2::Stage').flatMap((stage) => [
    ...unless(Number(property(stage, 'DefaultRouteSettings', 'ThrottlingRateLimit')) > 0, 'the API is not throttled'),
    ...unless(property(stage, 'AccessLogSettings', 'DestinationArn') !== undefined, 'the API has no access log'),
    ...unless(
      !/\$context\.(path|identity)/.test(String(property(stage, 'AccessLogSettings', 'Format'))),
      'the access log holds paths or callers',
    ),
  ]),
  ...unless(ofType(template, 'AWS::ApiGatewayV2::Stage').length === 1, 'the API has not exactly one stage'),
];
