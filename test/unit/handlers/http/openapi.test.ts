import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROUTES, routeName } from '../../../../functions/core/lookup/routes.ts';
import { CONTRACTS } from '../../../../functions/handlers/http/contracts.ts';
import { PROBLEMS } from '../../../../functions/handlers/http/problems.ts';
import { problemSchema } from '../../../../functions/handlers/http/schemas.ts';
import { api, readyRecord } from '../../../support/api.ts';

const content = z.record(
  z.string(),
  z.strictObject({ schema: z.looseObject({}), examples: z.record(z.string(), z.object({ value: z.unknown() })) }),
);
const parameter = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema: z.looseObject({}),
  description: z.string().optional(),
});
const operation = z.strictObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  'x-scope': z.string(),
  parameters: z.array(parameter).optional(),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z.record(
    z.string().regex(/^\d{3}$/),
    z.strictObject({ description: z.string(), headers: z.looseObject({}).optional(), content: content.optional() }),
  ),
});
/** The parts of OpenAPI 3.1 that the document uses. */
const openApi = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.object({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post', 'put', 'delete']), operation)),
  components: z.strictObject({
    schemas: z.record(z.string(), z.looseObject({})),
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })),
  }),
});

const { ask } = api([await readyRecord('a')]);
const { statusCode, body } = await ask('GET', '/openapi.json');
const document = openApi.parse(JSON.parse(body));
const operations = ROUTES.map((route) => {
  const found = document.paths[route.path]?.[route.method.toLowerCase() as 'get'];
  if (found === undefined) throw new Error(`${routeName(route)} is missing`);
  return { route, operation: found };
});

describe('GET /openapi.json', () => {
  it('has every route, and no other', () => {
    expect(statusCode).toBe(200);
    const named = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.toSorted()).toEqual(ROUTES.map(routeName).toSorted());
    expect(new Set(operations.map(({ operation: { operationId } }) => operationId)).size).toBe(ROUTES.length);
  });

  it('names the scope and the errors of each', () => {
    for (const {
      route,
      operation: { security, responses, ...rest },
    } of operations) {
      expect(rest['x-scope']).toBe(route.scope);
      expect(security).toContainEqual({ token: [route.scope] });
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '500', '503', '429']));
    }
  });

  it('refers to nothing that is not there, and declares every part of a path', () => {
    for (const [, name] of body.matchAll(/"#\/([^"]*)"/g)) {
      expect(name?.split('/').slice(0, 2)).toEqual(['components', 'schemas']);
      expect(Object.keys(document.components.schemas)).toContain(name?.split('/')[2]);
    }
    expect(body).not.toMatch(/\$defs|"\$schema"/);
    for (const {
      route,
      operation: { parameters = [] },
    } of operations) {
      const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect(declared).toEqual(route.path.match(/\{\w+\}/g) ?? []);
    }
  });

  it('has examples that keep its schemas', () => {
    for (const { body: sent, answers } of Object.values(CONTRACTS)) {
      for (const { schema, example } of [...answers, ...(sent ? [sent] : [])]) expect(schema.parse(example)).toEqual(example);
    }
    const problems = operations.flatMap(({ operation: { responses } }) =>
      Object.entries(responses).flatMap(([status, response]) =>
        Object.values(response.content?.['application/problem+json']?.examples ?? {}).map(({ value }) => ({
          status,
          value: problemSchema.parse(value),
        })),
      ),
    );
    for (const { status, value } of problems) expect(PROBLEMS[value.code as keyof typeof PROBLEMS].status).toBe(Number(status));
    expect(problems.length).toBeGreaterThan(ROUTES.length);
  });

  it.each(operations)('$route.method $route.path answers', async ({ route, operation: { requestBody, responses } }) => {
    const example = Object.values(requestBody?.content['application/json']?.examples ?? {})[0]?.value;
    const record = await readyRecord('a');
    const title = { text: 'A cat', lang: 'en', origin: 'human', at: 0 } as const;
    const shots = [{ startMs: 0, endMs: 6200, text: 'A dog runs on grass.', confidence: 0.8 }];
    const fresh = api([{ ...record, texts: { ...record.texts, title }, facts: { shots } }]);
    const path = route.path.replace('{id}', record.id).replace('{field}', 'title');
    const sent = example === undefined ? {} : { body: example };
    const answer = await fresh.ask(route.method, path, { headers: { 'if-match': '*' }, ...sent });
    expect([200, 201, 204]).toContain(answer.statusCode);
    expect(Object.keys(responses)).toContain(String(answer.statusCode));
  });
});
