// The HTTP API of a template: routes with their scopes, authorizer, CORS, and the permission to call the function.
import { z } from 'zod';
import { PAGE_ROUTES, pageRouteName } from '../../functions/core/lookup/page-routes.ts';
import type { Resolve } from './intrinsics.ts';
import { allows } from './policy.ts';
import { valuesOf } from './resource-values.ts';
import { HERE, resourcesOf, type Template, TemplateError } from './template.ts';

/** A route; `scopes` of which a token must have one; `guarded`: false where the function itself asks who calls. */
export type RoutePlan = { method: string; path: string; scopes: string[]; guarded: boolean };

/** Who signs tokens, and for whom. */
export type AuthorizerPlan = { issuer: string; audience: string[] };

/** CORS of the API. */
export type CorsPlan = { origins: string[]; methods: string[]; headers: string[]; exposed: string[]; maxAgeS: number };

/** The API, all of whose routes lead to one function. */
export type ApiPlan = { functionId: string; apiId: string; routes: RoutePlan[]; authorizer: AuthorizerPlan; cors?: CorsPlan };

/** The only ones that may do without an authorizer. */
const OPEN_ROUTES = new Set<string>(PAGE_ROUTES.map(pageRouteName));

const texts = z.array(z.string()).default([]);
const api = z.object({
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .object({ AllowOrigins: texts, AllowMethods: texts, AllowHeaders: texts, ExposeHeaders: texts, MaxAge: z.number().default(0) })
    .optional(),
});
const route = z.object({
  RouteKey: z.string().regex(/^(GET|POST|PUT|PATCH|DELETE) \/\S*$/, 'expected METHOD /path'),
  AuthorizationType: z.enum(['JWT', 'NONE'], 'routes need a token on this machine, or are of the page'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: texts,
  Target: z.string(),
});
const integration = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
});
const authorizer = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()).min(1) }),
});
const stage = z.object({ StageName: z.literal('$default'), AutoDeploy: z.literal(true) });
const permission = z.object({ Action: z.string(), FunctionName: z.string(), Principal: z.string(), SourceArn: z.string().default('*') });

/** @throws TemplateError for a route that anybody could call, and is not of the page */
const isGuarded = ({ RouteKey, AuthorizationType }: z.infer<typeof route>): boolean => {
  if (AuthorizationType === 'JWT') return true;
  if (OPEN_ROUTES.has(RouteKey)) return false;
  throw new TemplateError(`the route ${RouteKey} has no authorizer, and is not of the page`);
};

/** Reads the API; undefined when the template has none. @throws TemplateError */
export const readApi = (template: Template, resolve: Resolve): ApiPlan | undefined => {
  const value = valuesOf(template);
  const { ofType, read } = resourcesOf(template, resolve);
  const all = <T>(type: string, schema: z.ZodType<T>): [string, T][] => ofType(type).map((one) => [one[0], read(one, schema)]);

  const [found, ...others] = all('AWS::ApiGatewayV2::Api', api);
  if (found === undefined) return undefined;
  const [apiLogicalId, { CorsConfiguration: cors }] = found;
  const apiId = value(apiLogicalId, 'Ref');
  if (others.length > 0) throw new TemplateError('the local run serves one HTTP API, but the template has more');
  if (all('AWS::ApiGatewayV2::Stage', stage).length !== 1) throw new TemplateError('the HTTP API needs one stage $default');

  const integrations = new Map(
    all('AWS::ApiGatewayV2::Integration', integration).map(([id, one]) => [`integrations/${value(id, 'Ref')}`, one]),
  );
  const authorizers = new Map(
    all('AWS::ApiGatewayV2::Authorizer', authorizer).map(([id, one]) => [value(id, 'Ref'), one.JwtConfiguration]),
  );
  const permissions = all('AWS::Lambda::Permission', permission).map(([, one]) => one);
  const functionIds = Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === 'AWS::Lambda::Function');

  const mayCall = (functionArn: string, functionName: string, method: string, path: string): boolean =>
    permissions.some(({ Action, FunctionName, Principal, SourceArn }) => {
      const resource = `arn:${HERE.partition}:execute-api:${HERE.region}:${HERE.account}:${apiId}/$default/${method}${path}`;
      const statement = {
        Effect: 'Allow' as const,
        Principal: { Service: [Principal] },
        Action: [Action],
        Resource: [SourceArn],
        Condition: {},
      };
      const wish = { service: 'apigateway.amazonaws.com', action: 'lambda:InvokeFunction', resource, context: {} };
      return [functionArn, functionName].includes(FunctionName) && allows([{ Statement: [statement] }], wish);
    });

  const used = new Set<string>();
  const guards = new Set<{ Issuer: string; Audience: string[] }>();
  const routes = all('AWS::ApiGatewayV2::Route', route).map(([id, one]): RoutePlan => {
    const [method = '', path = ''] = one.RouteKey.split(' ');
    const target = integrations.get(one.Target);
    const functionId = functionIds.find((each) => value(each, 'Arn') === target?.IntegrationUri);
    if (target === undefined || functionId === undefined) throw new TemplateError(`the route ${id} leads to no function of the template`);
    const guarded = isGuarded(one);
    const guard = authorizers.get(one.AuthorizerId ?? '');
    if (guarded && guard === undefined) throw new TemplateError(`the authorizer of the route ${id} is not in the template`);
    if (!mayCall(target.IntegrationUri, value(functionId, 'Ref'), method, path)) {
      throw new TemplateError(`no permission lets API Gateway call ${functionId} for ${one.RouteKey}: it would answer 500`);
    }
    used.add(functionId);
    if (guard !== undefined) guards.add(guard);
    return { method, path, scopes: one.AuthorizationScopes, guarded };
  });
  const [functionId, ...moreFunctions] = [...used];
  const [guard, ...moreGuards] = [...guards];
  if (functionId === undefined || guard === undefined) throw new TemplateError('the HTTP API has no routes');
  if (moreFunctions.length + moreGuards.length > 0)
    throw new TemplateError('the local run knows one function and one authorizer behind the API');

  return {
    functionId,
    apiId,
    routes,
    authorizer: { issuer: guard.Issuer, audience: guard.Audience },
    ...(cors === undefined
      ? {}
      : {
          cors: {
            origins: cors.AllowOrigins,
            methods: cors.AllowMethods,
            headers: cors.AllowHeaders,
            exposed: cors.ExposeHeaders,
            maxAgeS: cors.MaxAge,
          },
        }),
  };
};
