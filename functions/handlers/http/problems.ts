// Errors as clients see them: RFC 9457, with one table from codes to HTTP statuses. Nothing of what was thrown by others gets out.
import { CodedError } from '../../core/errors.ts';
import { type FieldError, type RequestCode, RequestError } from '../../core/lookup/request-error.ts';
import type { Scope } from '../../core/lookup/routes.ts';

/** Codes that clients see. */
export type ProblemCode = RequestCode | 'UNAVAILABLE' | 'INTERNAL';

/** The body of an error. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  scope?: Scope;
  errors?: readonly FieldError[];
};

/** HTTP status and title of each code. */
export const PROBLEMS = {
  INVALID_REQUEST: { status: 400, title: 'The request is not valid' },
  INVALID_CURSOR: { status: 400, title: 'The cursor is not valid here' },
  UNAUTHENTICATED: { status: 401, title: 'Authorization is missing' },
  SCOPE_MISSING: { status: 403, title: 'A scope is missing' },
  CROSS_SITE: { status: 403, title: 'The request comes from another site' },
  KEY_NOT_ALLOWED: { status: 403, title: 'The key is not yours' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here' },
  PRECONDITION_FAILED: { status: 412, title: 'The image has changed' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  MEDIA_TYPE: { status: 415, title: 'The body is not JSON' },
  PRECONDITION_REQUIRED: { status: 428, title: 'If-Match is missing' },
  NOTHING_TO_SAY: { status: 404, title: 'There is nothing to say' },
  LANGUAGE_NOT_SPOKEN: { status: 422, title: 'No voice speaks this language' },
  TEXT_TOO_LONG: { status: 422, title: 'The text is too long' },
  SPEECH_OFF: { status: 501, title: 'Speech is not available here' },
  NOTHING_TO_TRANSLATE: { status: 404, title: 'There is no text to translate' },
  LANGUAGE_NOT_TRANSLATED: { status: 422, title: 'The translator does not know this language' },
  TRANSLATION_OFF: { status: 501, title: 'Translation is not available here' },
  INTERNAL: { status: 500, title: 'Something went wrong here' },
  CONTENDED: { status: 503, title: 'The image keeps changing' },
  UNAVAILABLE: { status: 503, title: 'The service cannot answer now' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

/** When to try again after 503, in seconds. */
const RETRY_AFTER_S = 2;

/** The `type` of a problem. */
export const problemType = (code: ProblemCode): string => `urn:caption-on-upload:problem:${code.toLowerCase().replaceAll('_', '-')}`;

const TRY_AGAIN = `try again in ${RETRY_AFTER_S} seconds`;

/** Details of errors that are not the client's; what was thrown goes to the log only. */
const OWN_DETAILS = { UNAVAILABLE: TRY_AGAIN, INTERNAL: 'this has been logged' } as const;

/** The code under which clients see an error. */
export const problemCode = (thrown: unknown): ProblemCode => {
  if (thrown instanceof RequestError) return thrown.code;
  return thrown instanceof CodedError && thrown.code === 'UNAVAILABLE' ? 'UNAVAILABLE' : 'INTERNAL';
};

/** What clients see of an error. */
const problemOf = (thrown: unknown): Problem => {
  const code = problemCode(thrown);
  const type = problemType(code);
  const { title, status } = PROBLEMS[code];
  if (!(thrown instanceof RequestError))
    return { type, title, status, detail: OWN_DETAILS[code === 'UNAVAILABLE' ? code : 'INTERNAL'], code };
  const { message: detail, scope, fields } = thrown;
  return { type, title, status, detail, code, ...(scope && { scope }), ...(fields.length > 0 && { errors: fields }) };
};

const challengeOf = ({ code, scope }: Problem): Record<string, string> => {
  if (code === 'UNAUTHENTICATED') return { 'WWW-Authenticate': 'Bearer' };
  if (code === 'SCOPE_MISSING') return { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  return {};
};

/** An error as a response. */
export const problemResponse = (thrown: unknown, headers: Record<string, string> = {}): Response => {
  const problem = problemOf(thrown);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...challengeOf(problem),
      ...(problem.status === PROBLEMS.UNAVAILABLE.status && { 'Retry-After': String(RETRY_AFTER_S) }),
      ...headers,
    },
  });
};
