// Requests of the metadata API that are refused: a closed set of codes, each with one line for people and the field or scope at fault.
import { CodedError } from '../errors.ts';
import type { Scope } from './routes.ts';

/** Why a request is refused. */
export const REQUEST_CODES = [
  'INVALID_REQUEST',
  'INVALID_CURSOR',
  'UNAUTHENTICATED',
  'SCOPE_MISSING',
  'CROSS_SITE',
  'KEY_NOT_ALLOWED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE',
  'PRECONDITION_FAILED',
  'PRECONDITION_REQUIRED',
  'CONTENDED',
  'NOTHING_TO_SAY',
  'LANGUAGE_NOT_SPOKEN',
  'TEXT_TOO_LONG',
  'SPEECH_OFF',
  'NOTHING_TO_TRANSLATE',
  'LANGUAGE_NOT_TRANSLATED',
  'TRANSLATION_OFF',
] as const;

/** An entry of `REQUEST_CODES`. */
export type RequestCode = (typeof REQUEST_CODES)[number];

/** A part of the request that is wrong; `field` is a name as the client wrote it, such as `keys[3]` or `limit`. */
export type FieldError = { field: string; message: string };

/** A refused request. Its message goes to the client, so it never holds anything that the client may not know. */
export class RequestError extends CodedError {
  declare readonly code: RequestCode;
  readonly fields: readonly FieldError[];
  readonly scope: Scope | undefined;

  constructor(code: RequestCode, message: string, about: { fields?: readonly FieldError[]; scope?: Scope } = {}) {
    super(code, message);
    this.fields = about.fields ?? [];
    this.scope = about.scope;
  }
}

/** One wrong field. */
export const invalidField = (field: string, message: string): RequestError =>
  new RequestError('INVALID_REQUEST', `${field}: ${message}`, { fields: [{ field, message }] });

/** The same for records that are not there, are deleted, or belong to others. */
export const notFound = (): RequestError => new RequestError('NOT_FOUND', 'there is no such image');
