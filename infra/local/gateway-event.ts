// An HTTP request as API Gateway gives it to a function (payload format 2.0), and the function's answer as a response.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { z } from 'zod';
import type { RoutePlan } from './api.ts';
import type { Caller } from './authorizer.ts';
import { HERE } from './template.ts';

/** The route that a request matched, with the values in its path. */
export type MatchedRoute = RoutePlan & { parameters: Record<string, string> };

/** What was found out about a request; `caller`: of a route with an authorizer. */
export type RequestParts = {
  path: string;
  query: string;
  route: MatchedRoute;
  caller: Caller | undefined;
  cookie: string | undefined;
  body: Buffer;
  apiId: string;
};

const TEXT_BODY = /^(text\/|application\/(.+\+)?(json|xml|javascript|x-www-form-urlencoded))/i;

/** Names in lower case; several headers of one name are joined by commas; cookies stand apart. */
const headersOf = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== 'cookie' && value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  // the gateway says how it was reached, whatever the client says
  return { ...headers, 'x-forwarded-proto': 'http' };
};

const queryOf = (query: string): Record<string, string> | undefined => {
  if (query === '') return undefined;
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values[name];
    values[name] = before === undefined ? value : `${before},${value}`;
  }
  return values;
};

/** The event of a request. */
export const gatewayEvent = (
  request: IncomingMessage,
  parts: RequestParts,
): APIGatewayProxyEventV2 | APIGatewayProxyEventV2WithJWTAuthorizer => {
  const { path, query, route, caller, cookie, body, apiId } = parts;
  const { method = 'GET', headers, socket, httpVersion } = request;
  const routeKey = `${route.method} ${route.path}`;
  const isText = TEXT_BODY.test(headers['content-type'] ?? '');
  const queryStringParameters = queryOf(query);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: headersOf(request),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    ...(queryStringParameters !== undefined && { queryStringParameters }),
    ...(Object.keys(route.parameters).length > 0 && { pathParameters: route.parameters }),
    requestContext: {
      accountId: HERE.account,
      apiId,
      ...(caller !== undefined && {
        authorizer: { principalId: '', integrationLatency: 0, jwt: { claims: caller.claims, scopes: caller.scopes ?? [] } },
      }),
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const result = z.object({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** Headers that the gateway decides. */
const OWN_HEADERS = ['connection', 'transfer-encoding', 'content-length'];
const CORS_HEADER = /^access-control-/i;

/** Sends the answer of a function; what is no response object becomes JSON with status 200. */
export const sendResult = (response: ServerResponse, returned: unknown): void => {
  const found = result.safeParse(returned);
  if (!found.success) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof returned === 'string' ? returned : JSON.stringify(returned ?? null));
    return;
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded } = found.data;
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) {
    if (!OWN_HEADERS.includes(name.toLowerCase()) && !CORS_HEADER.test(name)) response.setHeader(name, String(value));
  }
  if (cookies !== undefined) response.setHeader('set-cookie', cookies);
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
};
