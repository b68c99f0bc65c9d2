// The API of a template: every route of ROUTES, each authorized, all to the lookup function, throttled and logged.
import { ROUTES, routeName } from '../../functions/core/lookup/routes.ts';
import { at, type Found, list, ofType, property, refersTo, type Template, unless } from './look.ts';

const SCOPED = 'JWT';
const SIGNED = 'AWS_IAM';

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

const routes = (template: Template): string[] => {
  const found = new Map(ofType(template, 'AWS::ApiGatewayV2::Route').map((route) => [String(property(route, 'RouteKey')), route]));
  const known = new Set<string>(ROUTES.map(routeName));
  const each = ROUTES.flatMap((expected) => {
    const route = found.get(routeName(expected));
    if (route === undefined) return [`route ${routeName(expected)} is missing`];
    const by = answerer(template, route);
    const called = ofType(template, 'AWS::Lambda::Permission').some(
      (permission) =>
        property(permission, 'Principal') === 'apigateway.amazonaws.com' && refersTo(property(permission, 'FunctionName')) === by,
    );
    return [
      ...authorization(template, route, expected.scope),
      ...unless(by !== undefined && called, `route ${routeName(expected)} reaches no function that API Gateway may call`),
    ];
  });
  return [...each, ...[...found.keys()].filter((key) => !known.has(key)).map((key) => `route ${key} is not one of ROUTES`)];
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
