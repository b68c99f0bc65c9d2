// Reads the query and the body of a request by their zod contracts; what is wrong is named as the client wrote it.
import type { HonoRequest } from 'hono';
import type * as z from 'zod';
import { type FieldError, invalidField, RequestError } from '../../core/lookup/request-error.ts';

/** A request under way, of the API or of a page. */
type Asked = { req: HonoRequest };

/** Most bytes of a body: 100 keys of 1,024 bytes fit, also when every character of them is escaped once. */
export const MAX_BODY_BYTES = 262_144;

/** Most wrong fields that are told, and most characters of a field's name. */
const MOST_TOLD = { fields: 10, characters: 60 } as const;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

type Issue = z.core.$ZodIssue;

const fieldOf = (path: readonly PropertyKey[], whole: string): string => {
  const name = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return name === '' ? whole : name.replace(/^\./, '').slice(0, MOST_TOLD.characters);
};

const errorsOf = (issue: Issue, whole: string): FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ field: fieldOf([...issue.path, key], whole), message: 'is not known here' }))
    : [{ field: fieldOf(issue.path, whole), message: issue.message }];

const parse = <S extends z.ZodType>(schema: S, given: unknown, whole: string): z.output<S> => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap((issue) => errorsOf(issue, whole)).slice(0, MOST_TOLD.fields);
  const detail = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new RequestError('INVALID_REQUEST', detail, { fields });
};

const decoded = (part: string, whole: string): string => {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    throw invalidField(whole, 'is not percent-encoded UTF-8');
  }
};

const parametersOf = (query: string, whole: string): Record<string, string> => {
  const given = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at < 0 ? pair : pair.slice(0, at), whole);
    if (given.has(name)) throw invalidField(fieldOf([name], whole), 'is there twice');
    given.set(name, at < 0 ? '' : decoded(pair.slice(at + 1), whole));
  }
  return Object.fromEntries(given);
};

/**
 * The parameters of the query.
 * @throws RequestError INVALID_REQUEST naming the parameter, also for one that is unknown or there twice
 */
export const readQuery = <S extends z.ZodType>(c: Asked, schema: S): z.output<S> => {
  const at = c.req.url.indexOf('?');
  return parse(schema, at < 0 ? {} : parametersOf(c.req.url.slice(at + 1), 'query'), 'query');
};

const textOf = (bytes: ArrayBuffer, wrong: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidField('body', wrong);
  }
};

const bodyOf = async (c: Asked, type: RegExp, name: string): Promise<ArrayBuffer> => {
  if (!type.test(c.req.header('content-type') ?? '')) {
    throw new RequestError('MEDIA_TYPE', `send the body with the header Content-Type: ${name}`);
  }
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) throw new RequestError('BODY_TOO_LARGE', `the body may have at most ${MAX_BODY_BYTES} bytes`);
  return bytes;
};

const NOT_JSON = 'is not JSON in UTF-8';

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField('body', NOT_JSON);
  }
};

/**
 * The JSON body.
 * @throws RequestError MEDIA_TYPE, BODY_TOO_LARGE, INVALID_REQUEST naming the field
 */
export const readBody = async <S extends z.ZodType>(c: Asked, schema: S): Promise<z.output<S>> =>
  parse(schema, jsonOf(textOf(await bodyOf(c, JSON_TYPE, 'application/json'), NOT_JSON)), 'body');

/**
 * The fields of a form, all of them texts, as `application/x-www-form-urlencoded`.
 * @throws RequestError MEDIA_TYPE, BODY_TOO_LARGE, INVALID_REQUEST naming the field, also for one that is unknown or there twice
 */
export const readForm = async <S extends z.ZodType>(c: Asked, schema: S): Promise<z.output<S>> => {
  const bytes = await bodyOf(c, FORM_TYPE, 'application/x-www-form-urlencoded');
  return parse(schema, parametersOf(textOf(bytes, 'is not UTF-8'), 'form'), 'form');
};
