// The OpenAPI 3.1 document, made of ROUTES, the contracts and their zod schemas.
import * as z from 'zod';
import { ROUTES, routeName } from '../../core/lookup/routes.ts';
import { TEXT_KINDS } from '../../core/record/record.ts';
import { type Body, COMMON_ERRORS, CONTRACTS, type Contract } from './contracts.ts';
import { PROBLEMS, type ProblemCode, problemType } from './problems.ts';
import { problemSchema } from './schemas.ts';

/** Version of the API; its first number is in the paths. */
const API_VERSION = '1.0.0';

type Json = Record<string, unknown>;

const REFERENCES = '#/components/schemas/';

const referring = (schema: Json): Json => JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${REFERENCES}`));

/** A schema as JSON Schema 2020-12. Those with an id stand under components and are referred to. */
const jsonSchema = (schema: z.ZodType, components: Map<string, Json>): Json => {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io: 'input' });
  for (const [id, { $schema: _none, id: _id, ...definition }] of Object.entries($defs ?? {})) components.set(id, referring(definition));
  const id = schema.meta()?.id;
  const { id: _own, ...plain } = referring(own);
  if (id === undefined) return plain;
  components.set(id, plain);
  return { $ref: `${REFERENCES}${id}` };
};

const ID: Json = { schema: { type: 'string' }, description: 'Id of the image' };

/** Parameters in paths that are no ids of images. */
const IN_PATHS: Readonly<Record<string, Json>> = {
  field: { schema: { type: 'string', enum: TEXT_KINDS }, description: 'Which text' },
};

const conditionsOf = ({ cached, conditional }: Contract): Json[] => {
  const header = { in: 'header', schema: { type: 'string' } };
  return [
    ...(cached ? [{ ...header, name: 'If-None-Match', required: false, description: 'ETag of an answer that you have' }] : []),
    ...(conditional
      ? [{ ...header, name: 'If-Match', required: true, description: 'ETag of the image as you have seen it, or * for any' }]
      : []),
  ];
};

const parametersOf = (path: string, contract: Contract, components: Map<string, Json>): Json[] => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    ...(IN_PATHS[name ?? ''] ?? ID),
  }));
  const inQuery = Object.entries(contract.query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...plain } = jsonSchema(schema as z.ZodType, components);
    return { name, in: 'query', required: false, schema: plain, ...(description !== undefined && { description }) };
  });
  return [...inPath, ...inQuery, ...conditionsOf(contract)];
};

const contentOf = (bodies: readonly Body[], components: Map<string, Json>): Json => {
  const schemas = new Map(bodies.map(({ schema }) => [schema, jsonSchema(schema, components)]));
  const [first, ...others] = schemas.values();
  const schema = others.length === 0 ? first : { oneOf: [first, ...others] };
  const examples = Object.fromEntries(bodies.map(({ example }, at) => [`example${at + 1}`, { value: example }]));
  return { schema, examples };
};

const bodyOf = (bodies: readonly Body[], components: Map<string, Json>): Json => {
  const byType = Map.groupBy(bodies, ({ type = 'application/json' }) => type);
  return Object.fromEntries([...byType].map(([type, same]) => [type, contentOf(same, components)]));
};

const problemsOf = (codes: readonly ProblemCode[]): Json => {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const responses = [...byStatus].map(([status, same]): [string, Json] => {
    const examples = Object.fromEntries(
      same.map((code) => [code, { value: { type: problemType(code), ...PROBLEMS[code], detail: PROBLEMS[code].title, code } }]),
    );
    const description = same.map((code) => `${code}: ${PROBLEMS[code].title}`).join('; ');
    const schema = { $ref: `${REFERENCES}Problem` };
    return [String(status), { description, content: { 'application/problem+json': { schema, examples } } }];
  });
  return Object.fromEntries(responses);
};

const answerOf = (contract: Contract, components: Map<string, Json>): Json => {
  const { answers, status, cached, conditional } = contract;
  const description = 'Strong tag of this answer; If-Match takes that of any answer about the image';
  const headers = (cached || conditional) && { headers: { ETag: { schema: { type: 'string' }, description } } };
  const content = answers.length === 0 ? undefined : bodyOf(answers, components);
  return {
    [status]: { description: contract.summary, ...headers, ...(content && { content }) },
    ...(cached && { 304: { description: 'You have it already' } }),
    429: { description: 'Too many requests; answered by the gateway' },
  };
};

const operationOf = (route: (typeof ROUTES)[number], components: Map<string, Json>): Json => {
  const contract = CONTRACTS[routeName(route)];
  const { operationId, summary, description, body, errors } = contract;
  const parameters = parametersOf(route.path, contract, components);
  return {
    operationId,
    summary,
    ...(description && { description }),
    security: [{ token: [route.scope] }, { signature: [] }],
    'x-scope': route.scope,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: bodyOf([body], components) } }),
    responses: { ...answerOf(contract, components), ...problemsOf([...errors, ...COMMON_ERRORS]) },
  };
};

const makeDocument = (): Json => {
  const components = new Map<string, Json>();
  jsonSchema(problemSchema, components);
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'caption-on-upload',
      version: API_VERSION,
      description: 'Captions and alt texts of uploaded photos.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'AWS Signature Version 4, service execute-api' },
      },
    },
  };
};

let made: Json | undefined;

/** The document; made once. */
export const openApiDocument = (): Json => {
  made ??= makeDocument();
  return made;
};
